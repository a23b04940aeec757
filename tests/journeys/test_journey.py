"""The same journey in four settings: the main job, end to end, through public HTTP alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from rich.console import Console

from demo.client import Client
from demo.play import EMAIL, play
from demo.report import Report
from shared.api_client import ApiClient
from shared.host.mail_sink import mail_sink, messages
from shared.host.nats_server import NatsServer
from tests.support.metrics import scrape
from tests.support.nats_cluster import NatsCluster
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.processes import SERVICES, Processes

SETTINGS = (
    "one process, SQLite",
    "one process, PostgreSQL",
    "each service, PostgreSQL",
    "each service, cluster",
)


@dataclass
class Stage:
    """A running system with its mailbox."""

    system: Processes
    mail: Path


@pytest.fixture(params=SETTINGS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """The system in one of the settings."""
    setting: str = request.param
    async with AsyncExitStack() as stack:
        smtp, mail = f"smtp://127.0.0.1:{free_port()}", tmp_path / "mail"
        stack.enter_context(mail_sink(smtp, mail))
        system = Processes(tmp_path, smtp)
        if "PostgreSQL" in setting or "cluster" in setting:
            postgres: Postgres = request.getfixturevalue("postgres")
            system.database_url = postgres.create_databases(SERVICES[:-1])
        if "cluster" in setting:
            system.nats_url = (await stack.enter_async_context(NatsCluster(tmp_path / "cluster"))).url
            system.replicas = 3
        elif "each" in setting:
            system.nats_url = (await stack.enter_async_context(NatsServer(tmp_path / "nats"))).url
        stack.push_async_callback(system.stop)
        if "each" in setting:
            await system.start_each()
        else:
            await system.start_one()
        yield Stage(system, mail)


async def played(stage: Stage) -> Report:
    return await play(stage.system.url, stage.system.token, stage.mail, Console(quiet=True))


LARGEST_SCRAPE = 150_000
"""Bytes that Prometheus reads of one process, at most."""
IDENTIFIER = re.compile(r'"[^"]*[0-9a-f]{8}-[0-9a-f]{4}[^"]*"')


async def scraped(system: Processes) -> dict[str, str]:
    """What each process says of itself to Prometheus."""
    async with aiohttp.ClientSession() as session:
        return {name: await scrape(session, system.url(name)) for name in system.children}


@pytest.mark.slow
async def test_a_partnership_from_registry_to_delivered_notices(stage: Stage) -> None:
    report = await played(stage)
    async with aiohttp.ClientSession() as session:
        client = Client(ApiClient(stage.system.url, session), stage.system.token)
        partnership = await client.get("partners", f"partnerships/{report.partnership}")
        assert partnership["state"] == "signed"
        assert len(partnership["parties"]) == 5
        program = await client.get("programs", f"programs/{report.program}")
        assert [stage["state"] for stage in program["stages"]] == ["completed"] * 3
        assert all(stage["judged_by"] != stage["submitted_by"] for stage in program["stages"])
        products = (await client.get("products", "products"))["items"]
        assert len({product["kind"] for product in products}) == 5
        shown = [await client.get("products", f"products/{product['id']}") for product in products]
        assert all(len(set(item["versions"][0]["approvals"])) == 2 for item in shown)
        file = f"{stage.system.url('products')}/api/products/v1/products/{shown[0]['id']}/file"
        async with session.get(file) as answer:
            assert (answer.status, (await answer.read())[:5]) == (200, b"%PDF-")
        notices = (await client.get("notifications", "notices", "coordinator"))["items"]
        told = Counter(
            notice["event_type"] for notice in notices if notice["event_type"] != "notifications.confirmation"
        )
        assert told == {
            "partners.partnership-signed": 1,
            "programs.programme-proposed": 1,
            "programs.stage-completed": 3,
            "products.product-published": 5,
        }
        inbox = (await client.get("notifications", "inbox", "coordinator"))["items"]
        assert len(inbox) == 10
    assert Counter(hook["type"] for hook in report.hooks) == told
    assert len({hook["id"] for hook in report.hooks}) == 10
    mails = [message for _, message in messages(stage.mail)]
    assert len(mails) == 11
    assert len({message["Message-ID"] for message in mails}) == 11
    assert {message["To"] for message in mails} == {EMAIL}
    correlations = {message["X-Correlation-ID"] for message in mails}
    assert set(report.told) <= correlations, "the command's correlation id reaches the delivered message"
    async with (
        aiohttp.ClientSession() as session,
        session.get(stage.system.url("portal") + "/?lang=en") as page,
    ):
        text = await page.text()
    assert "Jalan Aman Sidoarjo" in text
    assert "3 of 3 stages completed" in text
    for name, metrics in (await scraped(stage.system)).items():
        assert "kemitraan_build_info" in metrics
        assert len(metrics.encode()) <= LARGEST_SCRAPE, name
        assert not IDENTIFIER.search(metrics), name
