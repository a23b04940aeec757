"""The whole system, each service a process with credentials of its own, on a guarded broker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from demo.client import Client
from demo.play import play
from shared.api_client import ApiClient
from shared.events.broker import EVENTS
from shared.host.mail_sink import mail_sink
from shared.host.rights import all_rights
from shared.host.service import Service
from shared.keys.bus import BusKeys
from shared.keys.certificates import Certificates
from shared.keys.rights import PROVISIONER
from tests.support.guarded_nats import GuardedNats
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.processes import SERVICES, Processes
from tests.support.wait import eventually


@pytest.fixture
async def system(
    tmp_path: Path, keys: Path, guarded: GuardedNats, postgres: Postgres
) -> AsyncIterator[Processes]:
    """Each service by itself."""
    async with AsyncExitStack() as stack:
        smtp = f"smtp://127.0.0.1:{free_port()}"
        stack.enter_context(mail_sink(smtp, tmp_path / "mail"))
        running = Processes(tmp_path, smtp, nats_url=guarded.url, nats_keys=keys, patience=180.0)
        running.database_url = postgres.create_databases(SERVICES[:-1])
        stack.push_async_callback(running.stop)
        await running.start_each()
        yield running


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_journey_and_keys_that_are_replaced_behind_its_back(
    system: Processes, guarded: GuardedNats, keys: Path, services: list[Service]
) -> None:
    report = await play(system.url, system.token, system.folder / "mail", Console(quiet=True))
    assert len(report.hooks) == 10, "from a signature to the notices: every service heard what it follows"
    before = await stored(guarded)
    now = datetime.now(UTC)
    BusKeys(keys).rotate(all_rights(services), now)
    Certificates(keys).rotate((), now)
    await guarded.reload()
    async with ApiClient.connected(system.url) as api:
        client = Client(api, system.token)
        body = {"name": "Karang Taruna Contoh", "kind": "community", "area": "35.15"}
        await client.post("partners", "organisations", body, role="coordinator")
        await eventually(lambda: _more_than(guarded, before), 60, "published with new credentials")
    await system.ready()
    assert system.ended() == {}, "nobody had to be started anew"


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_the_story_goes_on_after_keys_were_replaced_under_running_services(
    tmp_path: Path, keys: Path, guarded: GuardedNats, services: list[Service]
) -> None:
    """Reactions froze the process on a connection that the broker had closed for good."""
    smtp = f"smtp://127.0.0.1:{free_port()}"
    running = Processes(tmp_path, smtp, nats_url=guarded.url, nats_keys=keys, patience=120.0)
    with mail_sink(smtp, tmp_path / "mail"):
        try:
            await running.start_one()
            for _ in range(2):
                BusKeys(keys).rotate(all_rights(services), datetime.now(UTC))
                await guarded.reload()
            await running.ready()
            report = await play(running.url, running.token, tmp_path / "mail", Console(quiet=True))
            assert len(report.hooks) == 10, "every notice was sent by a reaction"
            assert running.ended() == {}
        finally:
            await running.stop()


async def stored(server: GuardedNats) -> int:
    """How many events the stream holds."""
    bus = server.bus(PROVISIONER)
    await bus.start()
    held: int = (await bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"]
    await bus.stop()
    return held


async def _more_than(server: GuardedNats, before: int) -> bool:
    return await stored(server) > before
