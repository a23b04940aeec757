"""Who asked is told once, over real mail and real webhooks, also after a crash."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiohttp import web
from standardwebhooks import Webhook

from services.notifications.commands import deliveries as commands
from services.notifications.service import service as notifications
from services.notifications.tables import deliveries
from services.partners.service import service as partners
from shared.contracts.vocabulary import DeliveryState
from shared.database.transaction import Context
from shared.host.mail_sink import mail_sink, messages
from shared.identity.actor import SYSTEM
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.system import System, system
from tests.support.wait import eventually

BASE = "/api/notifications/v1"


@dataclass
class Place:
    """A running system with its mailbox."""

    system: System
    mail: Path

    def arrived(self) -> list[Any]:
        """The messages in the mailbox."""
        return [message for _, message in messages(self.mail)]

    async def subscribe(self, token: str | None = None, **body: Any) -> Any:
        """Subscribe."""
        return await self.system.call("POST", f"{BASE}/subscriptions", body, token=token)

    async def deliveries(self) -> list[dict[str, Any]]:
        """The log of deliveries."""
        answer = await self.system.call("GET", f"{BASE}/deliveries", token=self.system.token("coordinator"))
        found: list[dict[str, Any]] = answer.body["items"]
        return found


@dataclass
class Endpoint:
    """Another organisation's webhook endpoint."""

    url: str
    status: int = 204
    received: list[tuple[dict[str, str], str]] = field(default_factory=list)


@asynccontextmanager
async def endpoint() -> AsyncIterator[Endpoint]:
    """A real HTTP server that keeps what it is sent."""
    here = Endpoint(f"http://127.0.0.1:{free_port()}/hook")

    async def receive(request: web.Request) -> web.Response:
        here.received.append((dict(request.headers), await request.text()))
        return web.Response(status=here.status)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(here.url.split(":")[2].split("/")[0])).start()
    try:
        yield here
    finally:
        await runner.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """The registry and the notifications, on either database, with a mailbox."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "notifications"])
    smtp, mail = f"smtp://127.0.0.1:{free_port()}", tmp_path / "mail"
    with mail_sink(smtp, mail):
        async with system(tmp_path, [partners, notifications], url, smtp_url=smtp) as running:
            yield Place(running, mail)


async def confirmed(here: Place, address: str, **body: Any) -> str:
    """Subscribe by e-mail and confirm by the link; returns the token that ends it."""
    before = len(here.arrived())
    assert (await here.subscribe(channel="email", address=address, **body)).status == 201
    await eventually(lambda: len(here.arrived()) > before)
    mail = here.arrived()[-1]
    link = re.search(r"token=([\w-]+)", mail.get_body(("plain",)).get_content())
    end = re.search(r"token=([\w-]+)", mail["List-Unsubscribe"])
    assert link
    assert end
    answer = await here.system.call("POST", f"{BASE}/confirmations", {"token": link[1]})
    assert (answer.status, answer.body) == (200, {"state": "active"})
    return end[1]


async def test_mail_goes_only_to_those_who_confirmed(here: Place) -> None:
    await here.subscribe(channel="email", address="silent@example.org")
    await eventually(lambda: len(here.arrived()) == 1)
    token = await confirmed(here, "resident@example.org", locale="en")
    await here.system.signed_partnership()
    await eventually(lambda: len(here.arrived()) == 3)
    notice = here.arrived()[-1]
    assert notice["To"] == "resident@example.org"
    assert notice["Subject"] == "Partnership signed: Aman bersama"
    assert notice["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    ended = await here.system.call("POST", f"{BASE}/unsubscribe?token={token}")
    assert ended.body == {"state": "ended"}
    await here.system.signed_partnership()

    async def told_twice() -> bool:
        answer = await here.system.call("GET", f"{BASE}/notices", token=here.system.token("coordinator"))
        signed = [
            item for item in answer.body["items"] if item["event_type"] == "partners.partnership-signed"
        ]
        return len(signed) == 2

    await eventually(told_twice)
    assert len(here.arrived()) == 3


async def test_one_address_is_told_once_and_one_click_is_silence(here: Place) -> None:
    await here.system.signed_partnership()  # by which the agency is known
    await eventually(lambda: is_known(here, "polresta-contoh"))
    await confirmed(here, "both@example.org")
    await confirmed(here, "both@example.org", scope="agency", value="polresta-contoh")
    await confirmed(here, "other@example.org", scope="partnership", value=str(uuid4()))
    before = len(here.arrived())
    await here.system.signed_partnership()
    await eventually(lambda: len(here.arrived()) == before + 1)
    (told,) = here.arrived()[before:]
    assert told["To"] == "both@example.org"
    # One click ends every topic by which this message came (RFC 8058).
    path = told["List-Unsubscribe"].strip("<>").removeprefix(here.system.url)
    assert (await here.system.call("POST", path)).body == {"state": "ended"}
    await here.system.signed_partnership()

    async def told_to_the_inbox_alone() -> bool:
        answer = await here.system.call("GET", f"{BASE}/notices", token=here.system.token("coordinator"))
        news = [item for item in answer.body["items"] if item["event_type"] == "partners.partnership-signed"]
        return [entry["deliveries"] for entry in news][1:] == [2, 1]

    await eventually(told_to_the_inbox_alone)
    assert len(here.arrived()) == before + 1


async def is_known(here: Place, agency: str) -> bool:
    """Whether one can subscribe to an agency."""
    body = {"channel": "inbox", "scope": "agency", "value": agency}
    answer = await here.subscribe(here.system.token("resident", person="p-9"), **body)
    return bool(answer.status == 201)


async def test_of_an_agency_that_is_not_there_nobody_is_told(here: Place) -> None:
    answer = await here.subscribe(channel="email", address="a@example.org", scope="agency", value="tidak-ada")
    assert (answer.status, answer.body["type"]) == (422, "/problems/agency-unknown")


async def test_a_webhook_is_signed_and_carries_its_id(here: Place) -> None:
    async with endpoint() as there:
        token = here.system.token("coordinator")
        refused = await here.subscribe(channel="webhook", address=there.url)
        assert refused.status == 401
        made = await here.subscribe(token, channel="webhook", address=there.url)
        secret = made.body["secret"]
        assert secret.startswith("whsec_")
        await here.system.signed_partnership()
        await eventually(lambda: there.received)
        headers, body = there.received[0]
        Webhook(secret).verify(body, {k.lower(): v for k, v in headers.items()})
        shown = await here.system.call("GET", f"{BASE}/subscriptions", token=token)
        assert "secret" not in shown.body["items"][0]


async def test_an_endpoint_that_is_gone_ends_its_subscription(here: Place) -> None:
    async with endpoint() as there:
        there.status = 410
        token = here.system.token("coordinator")
        await here.subscribe(token, channel="webhook", address=there.url)
        await here.system.signed_partnership()

        async def ended() -> bool:
            shown = await here.system.call("GET", f"{BASE}/subscriptions", token=token)
            return bool(shown.body["items"][0]["state"] == "ended")

        await eventually(ended)
        assert [delivery["state"] for delivery in await here.deliveries()] == ["dead"]


async def test_a_failing_endpoint_is_tried_again_later(here: Place) -> None:
    async with endpoint() as there:
        there.status = 503
        await here.subscribe(here.system.token("coordinator"), channel="webhook", address=there.url)
        await here.system.signed_partnership()

        async def waiting() -> bool:
            found = await here.deliveries()
            return bool(found and found[0]["state"] == "retry")

        await eventually(waiting)
        (delivery,) = await here.deliveries()
        assert "503" in delivery["last_error"]
        assert delivery["next_at"] > delivery["planned_at"]


async def test_a_crash_while_sending_is_repeated_under_the_same_id(here: Place) -> None:
    runtime = next(runtime for runtime in here.system.runtimes if runtime.service.name == "notifications")
    async with endpoint() as there:
        await here.subscribe(here.system.token("coordinator"), channel="webhook", address=there.url)
        context = Context(actor=SYSTEM, correlation_id="c", causation_id="c")
        await here.system.signed_partnership()
        await eventually(lambda: there.received)

        async def done() -> bool:
            found = await here.deliveries()
            return bool(found and found[0]["state"] == "delivered")

        await eventually(done)
        # The same delivery, as it stood when the process was killed after sending and before recording.
        await runtime.database.write(context, _left_sending)
        left = await runtime.database.write(context, commands.forget_sending)
        assert [item.uncertain for item in left] == [1]
        await eventually(lambda: len(there.received) == 2)
        await eventually(done)
        ids = {headers["webhook-id"] for headers, _ in there.received}
        assert len(ids) == 1
        assert [delivery["uncertain"] for delivery in await here.deliveries()] == [1]
        ready = await here.system.call("GET", "/readyz")
        told = {
            check["name"]: check["detail"]
            for check in ready.body["checks"]
            if check["service"] == "notifications"
        }
        assert told["deliveries"] == "1 may have gone twice"


def _left_sending(tx: Any) -> None:
    tx.execute(sa.update(deliveries).values(state=DeliveryState.SENDING))


async def test_the_inbox_is_ones_own(here: Place) -> None:
    mine, other = here.system.token("resident", person="p-1"), here.system.token("resident", person="p-2")
    assert (await here.subscribe(mine, channel="inbox")).status == 201
    await here.system.signed_partnership()

    async def told() -> bool:
        answer = await here.system.call("GET", f"{BASE}/inbox", token=mine)
        return len(answer.body["items"]) == 1

    await eventually(told)
    # Whoever administers another agency can give an account any person's id, and gets nothing by it.
    forged = here.system.token("resident", person="p-1", agency="polresta-lain")
    for stranger in (other, forged):
        assert (await here.system.call("GET", f"{BASE}/inbox", token=stranger)).body["items"] == []
        assert (await here.system.call("GET", f"{BASE}/subscriptions", token=stranger)).body["items"] == []
    assert (await here.system.call("GET", f"{BASE}/inbox")).status == 401
    shown = await here.system.call("GET", f"{BASE}/subscriptions", token=mine)
    path = f"{BASE}/subscriptions/{shown.body['items'][0]['id']}"
    for stranger in (other, forged):
        assert (await here.system.call("DELETE", path, token=stranger)).status == 404
    assert (await here.system.call("DELETE", path, token=mine)).body["state"] == "ended"


@pytest.mark.parametrize(
    "body",
    [
        {"channel": "email", "address": "not an address"},
        {"channel": "email", "address": ""},
        {"channel": "pigeon", "address": "x"},
        {"channel": "inbox", "scope": "agency"},
        {"channel": "inbox", "scope": "all", "value": "x"},
    ],
)
async def test_what_cannot_be_delivered_is_refused(here: Place, body: dict[str, str]) -> None:
    answer = await here.subscribe(here.system.token("coordinator"), **body)
    assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-request")


async def test_unknown_links_and_missing_roles_are_refused(here: Place) -> None:
    unknown = await here.system.call("POST", f"{BASE}/unsubscribe?token=nobody-has-this")
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unsubscribe-unknown")
    confirm = await here.system.call("POST", f"{BASE}/confirmations", {"token": "nobody-has-this"})
    assert confirm.body["type"] == "/problems/confirmation-unknown"
    for path in ("notices", "deliveries"):
        assert (
            await here.system.call("GET", f"{BASE}/{path}", token=here.system.token("resident"))
        ).status == 403
