"""What can be sent to an address, and what becomes of one that takes nothing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from services.notifications.adapters.webhook import after
from services.notifications.service import service as notifications
from services.partners.service import service as partners
from shared.clock import MovableClock
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink
from tests.support.system import Answer, System, system
from tests.support.wait import eventually
from tests.support.webhook import Received, WebhookReceiver

BASE = "/api/notifications/v1"


@dataclass
class Place:
    """A running system with a clock that can be moved, and its mail server."""

    here: System
    smtp: SmtpSink
    clock: MovableClock

    async def subscribe(self, token: str | None = None, **body: Any) -> Answer:
        """Subscribe."""
        return await self.here.call("POST", f"{BASE}/subscriptions", body, token=token)

    async def confirmed(self, address: str, **body: Any) -> None:
        """Subscribe by e-mail, and say yes."""
        number = len(self.smtp.messages_to(address))
        assert (await self.subscribe(channel="email", address=address, **body)).status == 201
        await eventually(lambda: len(self.smtp.messages_to(address)) > number)
        plain: Any = self.smtp.messages_to(address)[-1].get_body(("plain",))
        link = re.search(r"token=([\w-]+)", plain.get_content())
        assert link
        await self.here.call("POST", f"{BASE}/confirmations", {"token": link[1]})

    async def listed(self, what: str, token: str = "") -> Any:
        """A list."""
        answer = await self.here.call("GET", f"{BASE}/{what}", token=token or self.here.token("coordinator"))
        return answer.body if isinstance(answer.body, list) else answer.body["items"]

    async def in_state(self, *states: str, channel: str = "webhook") -> list[dict[str, Any]]:
        """The deliveries by a channel, once they are in these states."""

        async def found() -> Any:
            here = [item for item in await self.listed("deliveries") if item["channel"] == channel]
            return here if sorted(item["state"] for item in here) == sorted(states) else None

        listed: list[dict[str, Any]] = await eventually(found)
        return listed


@pytest.fixture(params=["sqlite", "postgresql"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    """The registry and the notifications, on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["partners", "notifications"])
    clock = MovableClock()
    with SmtpSink() as smtp:
        async with system(tmp_path, [partners, notifications], url, smtp_url=smtp.url, clock=clock) as here:
            yield Place(here, smtp, clock)


async def test_nobody_can_have_an_address_flooded(place: Place) -> None:
    body = {"channel": "email", "address": "korban@example.org"}
    senders = [None, *(place.here.token("resident", person=f"p-{number}") for number in range(4))]
    answers = await asyncio.gather(*(place.subscribe(sender, **body) for sender in senders * 2))
    assert [answer.status for answer in answers] == [201] * 10
    assert {answer.body["state"] for answer in answers} == {"pending"}
    await eventually(lambda: place.smtp.messages_to("korban@example.org"))
    assert len(place.smtp.messages_to("korban@example.org")) == 1
    place.clock.move(timedelta(hours=2))
    assert (await place.subscribe(**body)).status == 201
    await eventually(lambda: len(place.smtp.messages_to("korban@example.org")) == 2)
    topics = [f"01a22942-fcf8-7154-a759-3f28ae6ba19{number}" for number in range(6)]
    more = [await place.subscribe(**body, scope="partnership", value=topic) for topic in topics]
    assert [item.status for item in more] == [201, 201, 201, 429, 429, 429]
    assert more[-1].body["type"] == "/problems/too-often-asked"
    place.clock.move(timedelta(days=1))
    assert (await place.subscribe(**body, scope="partnership", value=topics[-1])).status == 201


async def test_ones_own_subscriptions_are_read_page_by_page(place: Place) -> None:
    mine = place.here.token("resident")
    topics = [f"01a22942-fcf8-7154-a759-3f28ae6ba19{number}" for number in range(3)]
    for topic in topics:
        assert (await place.subscribe(mine, channel="inbox", scope="partnership", value=topic)).status == 201
    seen, query = [], "limit=2"
    while query:
        page = (await place.here.call("GET", f"{BASE}/subscriptions?{query}", token=mine)).body
        seen.append([item["value"] for item in page["items"]])
        query = f"limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == [topics[:2], topics[2:]]


async def test_a_yes_that_never_comes_is_not_waited_for(place: Place) -> None:
    mine = place.here.token("resident")
    made = await place.subscribe(mine, channel="email", address="lama@example.org")
    assert made.body["state"] == "pending"
    place.clock.move(timedelta(days=7, minutes=1))

    async def ended() -> bool:
        (shown,) = await place.listed("subscriptions", place.here.token("resident"))
        return bool((shown["state"], shown["reason"]) == ("ended", "not confirmed"))

    await eventually(ended)


async def test_a_mailbox_that_is_not_there_suspends_the_address(place: Place) -> None:
    mine = place.here.token("resident")
    await place.confirmed("mati@example.org")
    place.smtp.answers["mati@example.org"] = "550 5.1.1 unknown"
    await place.subscribe(
        mine,
        channel="email",
        address="mati@example.org",
        scope="partnership",
        value="01a22942-fcf8-7154-a759-3f28ae6ba19e",
    )
    await place.in_state("dead", channel="email")
    (shown,) = await place.listed("subscriptions", mine)
    assert (shown["state"], shown["reason"]) == ("suspended", "recipient refused (550)")
    await place.here.signed_partnership()

    async def told() -> bool:
        return bool([item["deliveries"] for item in await place.listed("notices")][-1:] == [0])

    await eventually(told)
    assert len(place.smtp.refused) == 1
    del place.smtp.answers["mati@example.org"]
    place.clock.move(timedelta(hours=2))
    await place.confirmed("mati@example.org")
    await place.here.signed_partnership()
    await eventually(lambda: "ditandatangani" in place.smtp.messages_to("mati@example.org")[-1]["Subject"])


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "554 5.7.1 we know you not", "552 5.2.2 full"])
async def test_what_is_no_word_on_the_address_suspends_nothing(place: Place, answer: str) -> None:
    await place.confirmed("ada@example.org")
    place.smtp.answers["ada@example.org"] = [answer]
    await place.here.signed_partnership()
    await place.in_state("retry" if answer.startswith("4") else "dead", channel="email")
    await place.here.signed_partnership()
    await eventually(lambda: len(place.smtp.messages_to("ada@example.org")) == 2)


async def test_an_inbox_has_no_address_that_could_be_chosen(place: Place) -> None:
    thief = place.here.token("resident", person="p-2")
    body = {"channel": "inbox", "address": "inbox:polresta-contoh:p-1"}
    assert (await place.subscribe(thief, **body)).status == 422


async def test_an_endpoint_of_two_agencies_has_two_secrets(place: Place, webhook: WebhookReceiver) -> None:
    made = [
        await place.subscribe(
            place.here.token("coordinator", agency=agency), channel="webhook", address=webhook.url
        )
        for agency in ("polresta-contoh", "polresta-lain")
    ]
    await place.here.signed_partnership()
    await eventually(lambda: len(webhook.received) == 2)
    fits = {
        number
        for number, secret in enumerate(made)
        for got in webhook.received
        if is_signed(got, secret.body["secret"])
    }
    assert fits == {0, 1}


def is_signed(received: Received, secret: str) -> bool:
    """Whether a request is signed with a secret."""
    then = datetime.fromtimestamp(int(received.headers["webhook-timestamp"]), UTC)
    signature = Webhook(secret).sign(received.headers["webhook-id"], then, received.body.decode())
    return signature in received.headers["webhook-signature"].split(" ")


async def test_a_webhook_names_its_thing(place: Place, webhook: WebhookReceiver) -> None:
    await place.subscribe(place.here.token("coordinator"), channel="webhook", address=webhook.url)
    partnership, police, _ = await place.here.signed_partnership()
    await eventually(lambda: webhook.received)
    (got,) = webhook.received
    assert got.json["type"] == "partners.partnership-signed.v2"
    assert got.json["url"] == f"{place.here.url}/partnerships/{partnership}"
    assert (got.json["agency"], got.json["partnership_id"]) == ("polresta-contoh", str(partnership))
    assert got.json["partnership"] == "Aman bersama"
    assert got.json["data"]["charter_version"] == 1
    assert got.json["data"]["parties"][0]["organisation_id"] == str(police)
    assert got.headers["User-Agent"].startswith("Kemitraan/")


async def test_what_hangs_keeps_nobody_else_waiting(place: Place, webhook: WebhookReceiver) -> None:
    token = place.here.token("coordinator")
    async with WebhookReceiver() as hanging:
        hanging.delay = 60
        await place.subscribe(token, channel="webhook", address=hanging.url)
        await place.subscribe(token, channel="webhook", address=webhook.url)
        await place.confirmed("cepat@example.org")
        for _ in range(5):
            await place.here.signed_partnership()
        await eventually(lambda: len(place.smtp.messages_to("cepat@example.org")) == 6)
        await eventually(lambda: len(webhook.received) == 5)
        assert len(hanging.received) == 1, "it takes one place"


async def test_an_endpoint_says_when_it_wants_to_be_asked_again(
    place: Place, webhook: WebhookReceiver
) -> None:
    webhook.statuses, webhook.retry_after = [429], "7200"
    await place.subscribe(place.here.token("coordinator"), channel="webhook", address=webhook.url)
    await place.here.signed_partnership()
    (waiting,) = await place.in_state("retry")
    wait = datetime.fromisoformat(waiting["next_at"]) - place.clock.now()
    assert timedelta(minutes=119) < wait <= timedelta(hours=2)
    place.clock.move(timedelta(hours=2, seconds=1))
    await place.in_state("delivered")


def test_retry_after_is_read_in_both_of_its_forms() -> None:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    assert after("90", now) == timedelta(seconds=90)
    assert after("Mon, 05 Jan 2026 01:00:00 GMT", now) == timedelta(hours=1)
    assert {after(text, now) for text in ("", "soon", "-5", "9" * 400, "Mon, 05 Jan 2020 01:00:00 GMT")} == {
        timedelta()
    }


async def test_an_endpoint_that_fails_for_days_is_sent_nothing_more_until_it_takes_a_test(
    place: Place, webhook: WebhookReceiver
) -> None:
    webhook.status = 500
    owner = place.here.token("coordinator")
    made = (await place.subscribe(owner, channel="webhook", address=webhook.url)).body
    await place.here.signed_partnership()
    await place.in_state("retry")
    place.clock.move(timedelta(days=5, seconds=1))

    async def state() -> str:
        (shown,) = await place.listed("subscriptions", place.here.token("coordinator"))
        return str(shown["state"])

    await eventually(lambda: is_now(state, "suspended"))
    owner = place.here.token("coordinator")
    (told,) = await place.listed("inbox", owner)
    assert told["notice"]["event_type"] == "notifications.endpoint-disabled"
    await eventually(lambda: len(webhook.received) == 2)
    webhook.status = 204
    tested = await place.here.call("POST", f"{BASE}/subscriptions/{made['id']}/test", token=owner)
    assert tested.status == 201, tested.body
    await eventually(lambda: is_now(state, "active"))
    assert webhook.received[-1].json["type"] == "notifications.test.v1"


async def is_now(state: Any, wanted: str) -> bool:
    """Whether a state has come."""
    return bool(await state() == wanted)


async def test_its_owner_changes_the_secret_and_has_a_delivery_sent_again(
    place: Place, webhook: WebhookReceiver
) -> None:
    owner, other = place.here.token("coordinator"), place.here.token("coordinator", person="p-2")
    made = (await place.subscribe(owner, channel="webhook", address=webhook.url)).body
    path = f"{BASE}/subscriptions/{made['id']}"
    await place.here.signed_partnership()
    (delivery,) = await place.in_state("delivered")
    assert (await place.here.call("POST", f"{path}/secret", token=other)).status == 404
    changed = (await place.here.call("POST", f"{path}/secret", token=owner)).body
    assert changed["secret"] != made["secret"]
    again = f"{BASE}/deliveries/{delivery['id']}/redeliver"
    assert (await place.here.call("POST", again, token=other)).status == 404
    assert (await place.here.call("POST", again, token=owner)).status == 200
    await eventually(lambda: len(webhook.received) == 2)
    first, second = webhook.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == delivery["id"]
    assert is_signed(second, made["secret"])
    assert is_signed(second, changed["secret"])
    await place.in_state("delivered")
    place.clock.move(timedelta(days=1, seconds=1))
    owner = place.here.token("coordinator")
    await place.here.call("POST", again, token=owner)
    await eventually(lambda: len(webhook.received) == 3)
    assert not is_signed(webhook.received[-1], made["secret"])


async def test_a_delivery_under_way_is_not_sent_again(place: Place, webhook: WebhookReceiver) -> None:
    webhook.status = 500
    owner = place.here.token("coordinator")
    await place.subscribe(owner, channel="webhook", address=webhook.url)
    await place.here.signed_partnership()
    (waiting,) = await place.in_state("retry")
    refused = await place.here.call("POST", f"{BASE}/deliveries/{waiting['id']}/redeliver", token=owner)
    assert (refused.status, refused.body["type"]) == (409, "/problems/not-finished")
