"""What is not public stays inside: each fact is asked who may be told of it, in every outlet that tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from services.notifications import subscribers as notices
from services.portal.subscribers import Feed
from services.registry import service
from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.every import EVENTS as FACTS
from shared.contracts.partners import MeetingCalled
from shared.database import transaction
from shared.identity.actor import SYSTEM
from tests.contracts.samples import MOMENT, sample
from tests.partners.world import BASE, end, formed, made, propose, sign, signed
from tests.support.system import System, system
from tests.support.wait import eventually

CONTEXT = transaction.Context(SYSTEM, "c", "d")
SECRET = "Operasi yang belum diumumkan"
NEWS = "/api/notifications/v1"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """The registry, and the two that tell of it."""
    async with system(tmp_path, [service(name) for name in ("partners", "notifications", "portal")]) as it:
        yield it


@pytest.mark.parametrize("contract", FACTS, ids=lambda contract: contract.type())
def test_a_fact_is_public_if_it_says_so_and_what_it_is_about_is_there_for_all(
    contract: type[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = contract.model_validate(sample(contract).data)
    for seen in (True, False):
        monkeypatch.setattr(transaction, "is_for_everybody", lambda *_asked, answer=seen: answer)
        tx = transaction.Transaction(cast("Any", None), CONTEXT, MOMENT, uuid4)
        tx.audit(event)
        tx.seal()
        assert tx.recorded[0].public == (seen and contract.told_to is Audience.PUBLIC)


@pytest.mark.parametrize("contract", FACTS, ids=lambda contract: contract.type())
def test_the_feed_tells_what_is_marked_and_nothing_that_is_guarded(contract: type[Event]) -> None:
    runtime: Any = SimpleNamespace(bus=None, service=SimpleNamespace(name="portal"))
    feed, envelope = Feed(runtime), sample(contract)
    feed._arrived(1, envelope.encode())
    assert not feed.recent, "what does not say that it is public is not: an imported event, say"
    object.__setattr__(envelope, "public", True)
    feed._arrived(2, envelope.encode())
    (told,) = feed.recent
    assert told.title in ("", envelope.told.get("title"), envelope.told.get("name"))


@pytest.mark.parametrize("contract", notices.TOLD, ids=lambda contract: contract.type())
def test_a_notice_is_of_what_is_marked_and_holds_nothing_that_is_guarded(
    contract: type[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    issued: list[Any] = []
    monkeypatch.setattr(notices, "issue_notice", lambda _tx, command: issued.append(command))
    envelope, tx = sample(contract), cast("Any", SimpleNamespace(now=MOMENT))
    if contract is MeetingCalled:  # of one that is further away a reminder tells, of a past one nobody
        envelope.data["scheduled_at"] = (envelope.time + timedelta(hours=3)).isoformat()
    notices.issue_for(tx, envelope, cast("notices.Notifiable", envelope.event()))
    assert not issued
    object.__setattr__(envelope, "public", True)
    notices.issue_for(tx, envelope, cast("notices.Notifiable", envelope.event()))
    assert not contract.guarded & set(issued[0].facts)
    assert contract.told_to is Audience.PUBLIC


async def unsigned(here: System) -> str:
    """A partnership of which much happened, and nothing was signed."""
    partnership, organisations = await formed(here, "lead", "member")
    await propose(here, partnership, organisations[0])
    await sign(here, partnership, organisations[0])
    today = here.clock.now().date()
    lead = here.representative(organisations[0])
    agreement = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "1",
        "title": SECRET,
        "signed_on": today.isoformat(),
        "in_force_from": today.isoformat(),
        "signatories": [str(organisation) for organisation in organisations],
    }
    await here.call("POST", f"{BASE}/agreements", agreement, token=lead)
    ceremony = {
        "title": SECRET,
        "on": today.isoformat(),
        "organisations": [str(organisation) for organisation in organisations],
    }
    await made(here, f"/partnerships/{partnership}/ceremonies", ceremony)
    contact = {"kind": "visit", "on": today.isoformat(), "subject": SECRET, "attended_by": []}
    await here.call("POST", f"{BASE}/partnerships/{partnership}/contacts", contact, token=lead)
    await made(here, f"/partnerships/{partnership}/end", {"reason": SECRET}, token=lead)
    return partnership


async def stream(here: System) -> str:
    """What the live feed tells from its beginning on until an organisation that comes last."""
    last = f"Penutup {uuid4()}"
    await here.organisation(last, "ngo")
    heard = ""
    async with here.session.get(here.url + "/feed") as answer:
        async for line in answer.content:
            heard += line.decode()
            if last in heard:
                return heard
    raise AssertionError("the feed ended")


async def test_nothing_of_a_partnership_leaves_before_it_is_signed(here: System) -> None:
    stranger = here.token("resident", agency="polresta-lain", person=str(uuid4()))
    inbox = {"scope": "all", "channel": "inbox"}
    assert (await here.call("POST", f"{NEWS}/subscriptions", inbox, token=stranger)).status == 201
    hidden = await unsigned(here)
    for path in ("", "/timeline", "/calendar.ics"):
        for token in (None, stranger):
            answer = await here.call("GET", f"{BASE}/partnerships/{hidden}{path}", token=token)
            assert answer.status == 404, path
    told = await stream(here)
    assert SECRET not in told
    assert "partners.partnership" not in told and "partners.charter" not in told
    home = (await here.call("GET", "/")).body.decode()
    assert SECRET not in home
    partnership, organisations = await signed(here, "lead", "member")

    async def known() -> bool:
        answer = await here.call("GET", f"{NEWS}/notices", token=here.token("coordinator"))
        return any(item["event_type"] == "partners.partnership-signed" for item in answer.body["items"])

    await eventually(known)
    answer = await here.call("GET", f"{NEWS}/notices", token=here.token("coordinator"))
    assert [item["event_type"] for item in answer.body["items"]] == ["partners.partnership-signed"]
    told = await stream(here)
    assert "partners.partnership-signed" in told and SECRET not in told
    await end(here, partnership, organisations)

    async def ended() -> bool:
        items = (await here.call("GET", f"{NEWS}/inbox", token=stranger)).body["items"]
        return any(item["notice"]["event_type"] == "partners.partnership-ended" for item in items)

    await eventually(ended)
