"""What a subscription may say, on either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from services.notifications.service import service
from services.notifications.subscribers import Notifiable, issue_for, notify
from shared.contracts.envelope import Envelope
from shared.contracts.partners import MeetingCalled, MeetingRescheduled
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from tests.support.postgres import Postgres
from tests.support.system import System, system

BASE = "/api/notifications/v1"
EMAIL = {"channel": "email", "address": "warga@desa.example"}


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The notifications alone."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="notifications")
    async with system(tmp_path, [service], url) as running:
        yield running


async def test_a_partnership_is_named_as_its_events_name_it(here: System) -> None:
    about = uuid4()
    body = EMAIL | {"scope": "partnership", "value": str(about).upper()}
    made = await here.call("POST", f"{BASE}/subscriptions", body)
    assert (made.status, made.body["value"]) == (201, str(about))
    body = EMAIL | {"scope": "partnership", "value": "Aman bersama"}
    refused = await here.call("POST", f"{BASE}/subscriptions", body)
    assert (refused.status, refused.body["type"]) == (422, "/problems/invalid-request")


async def test_a_topic_and_an_address_that_do_not_fit_are_named_by_their_field(here: System) -> None:
    everybody, somebody = "", here.token("coordinator")
    for body, token, place, code in (
        (EMAIL | {"value": "polresta"}, everybody, "/value", "topic"),
        (EMAIL | {"scope": "agency"}, everybody, "/value", "topic"),
        (EMAIL | {"scope": "partnership", "value": "x"}, everybody, "/value", "uuid_parsing"),
        (EMAIL | {"address": "warga"}, everybody, "/address", "mail_address"),
        ({"channel": "email"}, everybody, "/address", "mail_address"),
        ({"channel": "inbox", "address": "x"}, somebody, "/address", "inbox_address"),
    ):
        refused = await here.call("POST", f"{BASE}/subscriptions", body, token=token)
        assert [(wrong["pointer"], wrong["code"]) for wrong in refused.body["errors"]] == [(place, code)]
        assert refused.body["errors"][0]["detail"][:1].isalpha()


async def test_text_that_no_database_keeps_is_refused(here: System) -> None:
    coordinator = here.token("coordinator")
    for method, path, body in (
        ("POST", "/subscriptions", EMAIL | {"scope": "agency", "value": "a\0b"}),
        ("POST", "/subscriptions", {"channel": "inbox", "address": "a\0b"}),
        ("POST", "/subscriptions", {"channel": "inbox", "address": "a\ud800b"}),
        ("POST", "/confirmations", {"token": "a\0bcdefghijk"}),
        ("GET", "/confirm?token=a%00bcdefghijk", None),
        ("POST", "/unsubscribe?token=a%00bcdefghijk", None),
        ("GET", "/deliveries?correlation_id=a%00b", None),
    ):
        answer = await here.call(method, f"{BASE}{path}", body, token=coordinator)
        assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-request"), path


def about_a_meeting(kind: Any, now: datetime, begins_in: timedelta, **more: Any) -> Envelope:
    """The envelope of what partners tell of a meeting."""
    ids: dict[str, UUID] = {name: uuid4() for name in ("meeting_id", "board_id", "partnership_id")}
    event = kind(**ids, title="Rapat", scheduled_at=now + begins_in, **more)
    return Envelope(
        id=uuid4(),
        publisher="partners",
        name=kind.event_name,
        version=1,
        aggregate_id=ids["meeting_id"],
        aggregate_version=1,
        agency="polresta-contoh",
        time=now,
        correlation_id="c",
        causation_id="d",
        data=event.model_dump(mode="json"),
        public=True,
    )


def _tell(envelope: Envelope, tx: Transaction) -> None:
    issue_for(tx, envelope, cast("Notifiable", envelope.event()))


async def told_of(here: System, *envelopes: Envelope) -> list[str]:
    """Of which of these somebody is told."""
    database = here.runtimes[0].database
    context = Context(actor=SYSTEM, correlation_id="c", causation_id="d")
    for envelope in envelopes:
        assert type(envelope.event()) in notify.events
        await database.write(context, partial(_tell, envelope))
    listed = await here.call("GET", f"{BASE}/notices", token=here.token("coordinator"))
    return [item["event_type"] for item in listed.body["items"]]


async def test_whoever_is_not_reminded_is_told_at_once_and_when_it_moves(here: System) -> None:
    now = here.clock.now()
    late = about_a_meeting(MeetingCalled, now, timedelta(hours=3))
    early = about_a_meeting(MeetingCalled, now, timedelta(days=1, minutes=1))
    moved = about_a_meeting(MeetingRescheduled, now, timedelta(hours=20), before=now, reason="Banjir")
    entered = about_a_meeting(MeetingCalled, now, -timedelta(hours=20))
    assert await told_of(here, early, entered) == []
    assert await told_of(here, late, moved) == ["partners.meeting-called", "partners.meeting-rescheduled"]


async def test_what_comes_with_an_archive_is_told_to_nobody(here: System) -> None:
    news = about_a_meeting(
        MeetingRescheduled, here.clock.now(), timedelta(days=2), before=here.clock.now(), reason="x"
    )
    history = Envelope.decode(replace(news, imported=True).encode())
    assert await told_of(here, history) == []
