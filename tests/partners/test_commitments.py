"""Commitments: promised by one party, seen kept by another, overdue and broken by the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.partners.model.commitment import (
    GRACE,
    RECORDED,
    Commitment,
    KeptOnImpossible,
    OwnWordOnly,
    SamePerson,
)
from shared.contracts.vocabulary import CommitmentState, Mandate
from shared.states import ActImpossible
from tests.partners.assembly import DAY, NOBODY, TODAY, Assembly, assembled


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as found:
        yield found


def promise(here: Assembly, **more: Any) -> dict[str, Any]:
    return {
        "partnership_id": here.partnership,
        "title": "Lampu jalan di tikungan",
        "mandate": "strengthen",
        "due_on": "2026-01-20",
        **more,
    }


async def promised(here: Assembly, by: str = "village", **more: Any) -> str:
    made = await here.made("commitments", promise(here, **more), by=here.representative(by))
    return str(made["id"])


async def test_a_promise_is_entered_afterwards_and_can_still_be_confirmed(here: Assembly) -> None:
    owner = here.representative("village")
    for made_on, refusal in (("2026-01-06", "day-to-come"), ("2025-01-03", "day-too-early")):
        body = promise(here, made_on=made_on)
        assert await here.refused("commitments", body, by=owner) == refusal
    late = await promised(here, made_on="2025-10-01", due_on="2025-11-01")
    shown = (await here.get(f"commitments/{late}")).body
    assert (shown["made_on"], shown["entered_afterwards"]) == ("2025-10-01", True)
    event = (await here.events(late))[0]
    assert (event.data["made_on"], event.data["entered_afterwards"]) == ("2025-10-01", True)
    await here.pass_time(DAY)
    assert (await here.get(f"commitments/{late}")).body["state"] == "overdue", "not broken by the clock yet"
    body = {"note": "Lampunya menyala", "kept_on": "2025-10-20"}
    kept = await here.made(f"commitments/{late}/confirm", body, by=here.representative("police"))
    assert (kept["state"], kept["late"]) == ("kept", True), "recorded long after its day"
    unconfirmed = await promised(here, made_on="2025-10-01", due_on="2025-11-01")
    await here.pass_time(DAY)
    await here.pass_time(GRACE)
    assert (await here.get(f"commitments/{unconfirmed}")).body["state"] == "broken"


async def test_a_representative_promises_for_the_own_organisation(here: Assembly) -> None:
    commitment = await promised(here)
    shown = await here.get(f"commitments/{commitment}")
    assert (shown.body["organisation_id"], shown.body["state"]) == (here.organisations["village"], "open")
    assert (shown.body["made_on"], shown.body["due_on"]) == ("2026-01-05", "2026-01-20")
    assert (shown.body["meeting_id"], shown.headers["ETag"]) == (None, '"1"')
    (event,) = await here.events(commitment)
    assert (event.name, event.data["mandate"]) == ("commitment-made", "strengthen")
    assert await here.timers(commitment) == {
        "commitment-due-soon": datetime(2026, 1, 12, 17, tzinfo=UTC),
        "commitment-overdue": datetime(2026, 1, 20, 17, tzinfo=UTC),
    }


async def test_another_party_confirms_that_it_was_kept_on_time(here: Assembly) -> None:
    commitment = await promised(here)
    path = f"commitments/{commitment}/confirm"
    await here.pass_time(20 * DAY)  # it is overdue, but it was kept before
    body = {"note": "Lampu menyala", "kept_on": "2026-01-20"}
    own = here.representative("village")
    assert await here.refused(path, body, by=own) == "own-word-only"
    outsider = here.system.representative(UUID(NOBODY))
    assert await here.refused(path, body, by=outsider) == "not-a-party"
    assert await here.refused(path, body, by=here.chair) == "role-missing"
    for day in ("2026-01-04", str(TODAY + 21 * DAY)):
        wrong = body | {"kept_on": day}
        assert await here.refused(path, wrong, by=here.representative("police")) == "kept-on-impossible"
    kept = await here.made(path, body, by=here.representative("police"))
    assert (kept["state"], kept["late"], kept["note"]) == ("kept", False, "Lampu menyala")
    event = (await here.events(commitment))[-1]
    assert (event.name, event.data["kept_on"], event.data["late"]) == (
        "commitment-kept",
        "2026-01-20",
        False,
    )
    assert event.data["confirmed_by"] == here.organisations["police"]
    assert await here.timers(commitment) == {}
    assert await here.refused(path, body, by=here.representative("school")) == "act-impossible"


async def test_who_promised_or_acts_for_the_owner_confirms_under_no_other_hat(here: Assembly) -> None:
    commitment = await promised(here)
    path, body = f"commitments/{commitment}/confirm", {"note": "Menyala"}
    school = UUID(here.organisations["school"])
    promiser = str(uuid5(NAMESPACE_URL, here.organisations["village"]))
    await here.made(
        f"partnerships/{here.partnership}/seniors",
        {"senior": here.people["Ani"]},
        by=here.representative("village"),
    )
    for name in ("Ani", "Citra"):
        also = {"person_id": here.people[name], "organisation_id": str(school), "role": "Guru"}
        await here.made("memberships", also | {"since": str(TODAY)}, by=here.system.token("coordinator"))
    # Who promised; who answers for the village; who belongs to it.
    for person in (promiser, here.people["Ani"], here.people["Citra"]):
        hat = here.system.representative(school, person)
        assert await here.refused(path, body, by=hat) == "same-person"
    other = here.system.representative(school, here.people["Fitri"])
    assert (await here.made(path, body, by=other))["state"] == "kept"


async def test_who_wrote_a_promise_down_does_not_confirm_it(here: Assembly) -> None:
    meeting = await here.held((await here.board())["id"], "Ani")
    terms = {"organisation_id": here.organisations["village"], "title": "Lampu", "due_on": "2026-02-01"}
    outcome = {"kind": "commitment", "mandate": "ease", "text": "Lampu", "commitment": terms}
    path = f"meetings/{meeting['id']}/outcomes"
    made = await here.made(path, outcome, by=here.chair)
    police = UUID(here.organisations["police"])
    path = f"commitments/{made['outcomes'][0]['commitment_id']}/confirm"
    hat = here.system.representative(police, here.people["Ani"])
    belongs = {"person_id": here.people["Ani"], "organisation_id": str(police), "role": "anggota"}
    await here.made("memberships", belongs | {"since": str(TODAY)}, by=here.coordinator)
    assert await here.refused(path, {"note": "Menyala"}, by=hat) == "same-person"
    await here.made(path, {"note": "Menyala"}, by=here.representative("police"))


async def test_a_day_late_is_late(here: Assembly) -> None:
    commitment = await promised(here)
    await here.pass_time(16 * DAY)
    path = f"commitments/{commitment}/confirm"
    kept = await here.made(path, {"note": "Menyala"}, by=here.representative("school"))
    assert (kept["kept_on"], kept["late"]) == ("2026-01-21", True)
    await here.pass_time(60 * DAY)
    assert await here.names(commitment) == ["commitment-made", "commitment-overdue", "commitment-kept"]


@pytest.mark.parametrize(("days_after", "late"), [(14, False), (15, True)])
async def test_what_is_confirmed_long_after_its_day_is_late_whatever_day_it_names(
    here: Assembly, days_after: int, late: bool
) -> None:
    commitment = await promised(here)
    due = date.fromisoformat((await here.get(f"commitments/{commitment}")).body["due_on"])
    await here.pass_time((due - TODAY) + days_after * DAY)
    body = {"note": "Menyala", "kept_on": str(due)}
    kept = await here.made(f"commitments/{commitment}/confirm", body, by=here.representative("school"))
    assert (kept["kept_on"], kept["late"]) == (str(due), late)
    assert kept["confirmed_on"] == str(due + days_after * DAY)
    event = (await here.events(commitment))[-1]
    assert (event.name, event.data["late"]) == ("commitment-kept", late)


async def test_the_clock_reminds_then_marks_overdue_then_broken(here: Assembly) -> None:
    commitment = await promised(here)

    async def after(moment: datetime) -> list[str]:
        await here.pass_time(moment - here.clock.now())
        return await here.names(commitment)

    instant = timedelta(microseconds=1)
    soon, overdue = datetime(2026, 1, 12, 17, tzinfo=UTC), datetime(2026, 1, 20, 17, tzinfo=UTC)
    told = ["commitment-made"]
    assert await after(soon - instant) == told
    told.append("commitment-due-soon")
    assert await after(soon) == told
    assert await after(overdue - instant) == told
    told.append("commitment-overdue")
    assert await after(overdue) == told
    assert (await here.get(f"commitments/{commitment}")).body["state"] == "overdue"
    assert await after(overdue + GRACE - instant) == told
    told.append("commitment-broken")
    assert await after(overdue + GRACE) == told
    assert await after(overdue + 100 * DAY) == told
    broken = (await here.get(f"commitments/{commitment}")).body
    assert (broken["state"], broken["broken_on"], broken["broken_because"]) == (
        "broken",
        "2026-02-20",
        "not kept",
    )
    for act, body, by in (
        ("confirm", {"note": "sekarang"}, here.representative("police")),
        ("give-up", {"reason": "tidak bisa"}, here.representative("village")),
    ):
        assert await here.refused(f"commitments/{commitment}/{act}", body, by=by) == "act-impossible"


async def test_after_a_stop_of_months_each_fires_once_and_in_order(here: Assembly) -> None:
    later = await promised(here, due_on="2026-02-10")
    sooner = await promised(here, by="police")
    await here.pass_time(120 * DAY)
    await here.fire()
    fired = [event for event in await here.events(later, sooner) if event.name != "commitment-made"]
    assert [(fire.name, str(fire.aggregate_id)) for fire in fired] == [
        ("commitment-overdue", sooner),
        ("commitment-overdue", later),
        ("commitment-broken", sooner),
        ("commitment-broken", later),
    ]


async def test_a_promise_for_today_is_overdue_tomorrow_and_needs_no_reminder(here: Assembly) -> None:
    commitment = await promised(here, due_on=str(TODAY))
    assert list(await here.timers(commitment)) == ["commitment-overdue"]
    await here.pass_time(DAY)
    assert await here.names(commitment) == ["commitment-made", "commitment-overdue"]


async def test_its_owner_gives_it_up_and_says_why(here: Assembly) -> None:
    commitment = await promised(here)
    path = f"commitments/{commitment}/give-up"
    body = {"reason": "anggaran dipotong"}
    assert await here.refused(path, body, by=here.representative("police")) == "not-yours"
    assert await here.refused(path, body, by=here.coordinator) == "role-missing"
    assert await here.refused(path, body, by=None) == "sign-in-first"
    broken = await here.made(path, body, by=here.representative("village"))
    assert (broken["state"], broken["broken_because"]) == ("broken", "anggaran dipotong")
    await here.pass_time(90 * DAY)
    timeline = (await here.get(f"commitments/{commitment}/timeline")).body
    assert [(event["event"], event["reason"]) for event in timeline] == [
        ("commitment-made.v2", None),
        ("commitment-broken.v1", "anggaran dipotong"),
    ]


async def test_what_is_no_promise_is_refused(here: Assembly) -> None:
    representative = here.representative("village")
    changes: list[tuple[dict[str, Any], str]] = [
        ({"due_on": str(TODAY - DAY)}, "due-too-early"),
        ({"due_on": "9999-12-31"}, "invalid-request"),
        ({"due_on": "0001-01-01"}, "invalid-request"),
        ({"due_on": 10**30}, "invalid-request"),
        ({"title": "a\0b"}, "invalid-request"),
        ({"mandate": "rule"}, "invalid-request"),
        ({"partnership_id": NOBODY}, "unknown-aggregate"),
    ]
    for change, name in changes:
        assert await here.refused("commitments", promise(here, **change), by=representative) == name
    outsider = here.system.representative(UUID(NOBODY))
    assert await here.refused("commitments", promise(here), by=outsider) == "not-a-party"
    assert await here.refused("commitments", promise(here), by=here.chair) == "role-missing"
    assert (await here.get("commitments")).body["items"] == []
    assert (await here.get(f"commitments/{NOBODY}")).status == 404
    furthest = await promised(here, due_on="2099-12-31")
    assert len(await here.timers(furthest)) == 2


async def test_commitments_are_listed_by_what_one_looks_for(here: Assembly) -> None:
    village, police = await promised(here), await promised(here, by="police")
    body = {"reason": "tidak jadi"}
    await here.made(f"commitments/{police}/give-up", body, by=here.representative("police"))
    for filters, found in (
        ("", [village, police]),
        (f"partnership_id={here.partnership}", [village, police]),
        (f"organisation_id={here.organisations['police']}", [police]),
        ("state=open", [village]),
        (f"meeting_id={NOBODY}", []),
        (f"partnership_id={NOBODY}", []),
    ):
        answer = await here.get(f"commitments?{filters}")
        assert [item["id"] for item in answer.body["items"]] == found


async def test_an_ended_partnership_promises_nothing_new_but_keeps_what_it_promised(here: Assembly) -> None:
    commitment = await promised(here)
    await here.end()
    representative = here.representative("village")
    assert await here.refused("commitments", promise(here), by=representative) == "partnership-over"
    body = {"note": "Menyala"}
    kept = await here.made(f"commitments/{commitment}/confirm", body, by=here.representative("police"))
    assert kept["state"] == "kept"


# --- the model alone -------------------------------------------------------------------------------

OWNER, OTHER = UUID(int=1), UUID(int=2)
FINAL = {CommitmentState.KEPT, CommitmentState.BROKEN}


class Promise(RuleBasedStateMachine):
    """Confirmations, giving up and the passing of days in any order."""

    @initialize(days=st.integers(0, 10))
    def make(self, days: int) -> None:
        self.today = TODAY
        self.commitment = Commitment(
            uuid4(),
            "polres",
            uuid4(),
            None,
            OWNER,
            "Lampu",
            Mandate.EASE,
            TODAY,
            TODAY + timedelta(days=days),
            "p-promiser",
        )
        self.ended: tuple[object, ...] | None = None

    def final(self) -> tuple[object, ...]:
        it = self.commitment
        return (it.state, it.kept_on, it.confirmed_by, it.note, it.broken_on, it.broken_because)

    @rule(
        by=st.sampled_from([OWNER, OTHER]),
        person=st.sampled_from(["p-promiser", "p-owner", "p-other", "p-other"]),
        shift=st.integers(-60, 60),
    )
    def confirm(self, by: UUID, person: str, shift: int) -> None:
        kept_on = self.today + timedelta(days=shift)
        before = self.commitment.state
        try:
            self.commitment.keep(by, person, kept_on, "terlihat", self.today, {"p-owner"})
        except ActImpossible:
            assert before in FINAL
        except OwnWordOnly:
            assert by == OWNER
        except SamePerson:
            assert person in ("p-promiser", "p-owner")
        except KeptOnImpossible:
            assert kept_on < TODAY or kept_on > self.today
        else:
            assert before not in FINAL
            assert (by, person) == (OTHER, "p-other")

    @rule(sure=st.integers(0, 6))
    def give_up(self, sure: int) -> None:
        before = self.commitment.state
        if sure:
            return
        try:
            self.commitment.give_up("tidak bisa", self.today)
        except ActImpossible:
            assert before in FINAL
        else:
            assert before not in FINAL

    @rule(days=st.integers(0, 25))
    def days_pass(self, days: int) -> None:
        """As the timers do it: at the start of the day after, and thirty days later."""
        self.today += timedelta(days=days)
        due = self.commitment.due_on
        if self.commitment.state is CommitmentState.OPEN and self.today > due:
            self.commitment.pass_day()
        if self.commitment.state is CommitmentState.OVERDUE and self.today > due + GRACE:
            self.commitment.pass_grace(self.today)

    @invariant()
    def what_ended_stays(self) -> None:
        if self.ended is not None:
            assert self.final() == self.ended
        elif self.commitment.state in FINAL:
            self.ended = self.final()

    @invariant()
    def kept_is_what_another_party_saw(self) -> None:
        it = self.commitment
        assert (it.state is CommitmentState.KEPT) == (it.kept_on is not None)
        assert it.confirmed_by == (OTHER if it.kept_on else None)
        told_late = it.confirmed_on is not None and it.confirmed_on > it.due_on + RECORDED
        assert it.late == (it.kept_on is not None and (it.kept_on > it.due_on or told_late))
        assert it.kept_on is None or it.made_on <= it.kept_on <= self.today

    @invariant()
    def broken_says_when_and_why(self) -> None:
        it = self.commitment
        assert (it.state is CommitmentState.BROKEN) == (it.broken_on is not None) == bool(it.broken_because)

    @invariant()
    def the_clock_alone_makes_it_overdue(self) -> None:
        it = self.commitment
        if it.state is CommitmentState.OPEN:
            assert self.today <= it.due_on
        if it.state is CommitmentState.OVERDUE:
            assert it.due_on < self.today <= it.due_on + GRACE


TestPromise = Promise.TestCase
TestPromise.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def test_the_last_day_itself_is_on_time() -> None:
    day = date(2026, 1, 20)
    for kept_on, late in ((day, False), (day + DAY, True)):
        commitment = Commitment(uuid4(), "polres", uuid4(), None, OWNER, "Lampu", Mandate.EASE, TODAY, day)
        commitment.keep(OTHER, "p-other", kept_on, "terlihat", day + 2 * DAY)
        assert commitment.late is late
