"""Each service by itself behind the gateway: every link of a page, a mail, a feed and a catalogue answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rich.console import Console

from demo.play import play
from shared.host.mail_sink import mail_sink
from shared.host.nats_server import NatsServer
from tests.support.gateway import gateway
from tests.support.links import follow, of_mail
from tests.support.ports import free_port
from tests.support.processes import SERVICES, Processes

OPEN_DATA = ("/api/products/v1/catalog.jsonld", "/api/products/v1/feed.atom", "/api/programs/v1/iati.xml")


@pytest.fixture
async def system(tmp_path: Path, nats: NatsServer) -> AsyncIterator[Processes]:
    """Six processes and the gateway."""
    async with AsyncExitStack() as stack:
        smtp, port = f"smtp://127.0.0.1:{free_port()}", free_port()
        stack.enter_context(mail_sink(smtp, tmp_path / "mail"))
        running = Processes(tmp_path, smtp, nats_url=nats.url, patience=180.0)
        running.public_url = f"http://127.0.0.1:{port}"
        running.settings_more = {"KEMITRAAN_TRUSTED_PROXIES": "127.0.0.1"}
        running.ports |= {service: free_port() for service in SERVICES}
        places = {service: f"127.0.0.1:{at}" for service, at in running.ports.items()}
        stack.enter_context(gateway(tmp_path, places, port))
        stack.push_async_callback(running.stop)
        await running.start_each()
        yield running


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_every_link_leads_somewhere(system: Processes) -> None:
    url = system.public_url
    report = await play(lambda _service: url, system.token, system.folder / "mail", Console(quiet=True))
    assert len(report.hooks) == 10, "the whole story, through the one address"
    mails = [
        (link, file.name)
        for file in (system.folder / "mail").glob("*.eml")
        for link in of_mail(file.read_bytes())
    ]
    assert {link for link, _ in mails if "token=" in link}, "a mail says how to end what it comes from"
    links = await follow(f"{url}/", [*((url + path, "README") for path in OPEN_DATA), *mails])
    assert not links.broken, "\n".join(links.broken)
    kinds = links.kinds()
    assert {"api", "partnerships", "products", "programs", "static"} <= kinds.keys(), kinds
