"""Stages are done by their party, shown by evidence, judged by others, and late when the clock says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import MovableClock
from shared.contracts.partners import PartyLeft
from shared.database.timers import earliest
from tests.programs.world import (
    AGREED,
    BASE,
    Partnership,
    act,
    approve,
    approved,
    complete,
    end,
    events,
    fire,
    hear,
    person_of,
    plan,
    registered,
    runtime_of,
    signed,
    submit,
    told,
    upload,
)
from tests.support.system import Answer, System

END = date(2026, 2, 20)


async def late_one(here: System, partnership: Partnership, **more: Any) -> dict[str, Any]:
    """A programme of one stage that is planned to end on 2026-02-20."""
    stage = plan("Satu", partnership.police, planned_end=END.isoformat(), **more)
    return await approved(here, partnership, stages=[stage])


def refused(answer: Answer, status: int, refusal: str) -> bool:
    """Whether the answer is that refusal; shows the answer otherwise."""
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{refusal}"), answer.body
    return True


async def stage_of(here: System, program: dict[str, Any], position: int = 1) -> dict[str, Any]:
    answer = await here.call("GET", f"{BASE}/programs/{program['id']}")
    stage: dict[str, Any] = answer.body["stages"][position - 1]
    return stage


def go_to(clock: MovableClock, day: date) -> None:
    """Noon of that day."""
    clock.set(datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=5))


async def test_a_programme_and_its_stages_are_entered_afterwards(here: System) -> None:
    """In the order in which they happened, within a year, and told with the days on which they did."""
    partnership = await signed(here)
    late = await approve(here, partnership, on="2025-01-03")
    assert refused(late, 422, "day-too-early")
    problem = await registered(here, partnership)
    program = await approved(here, partnership, on="2025-11-01", problems=[problem["id"]])
    assert (program["approved_at"][:10], program["entered_afterwards"]) == ("2025-10-31", True)  # in UTC
    for day, refusal in (("2025-10-31", "day-too-early"), ("2026-01-06", "day-to-come")):
        start = await act(here, program, 1, "start", partnership.police, {"on": day})
        assert refused(start, 422, refusal)
    await act(here, program, 1, "start", partnership.police, {"on": "2025-11-01"})
    file = await upload(here, partnership.id, partnership.police)
    body = {"evidence": [file.body["id"]], "on": "2025-11-20"}
    await act(here, program, 1, "submit", partnership.police, body)
    early = await act(here, program, 1, "accept", partnership.village, {"on": "2025-11-19"})
    assert refused(early, 422, "day-too-early")
    accepted = await act(here, program, 1, "accept", partnership.village, {"on": "2025-11-20"})
    stage = accepted.body["stages"][0]
    assert (stage["completed_at"], stage["entered_afterwards"]) == ("2025-11-19T17:00:00Z", True)
    happened = await events(here, "problems", problem["id"])
    dated = [afterward for afterward in happened if afterward["event"] == "response-dated.v1"]
    assert [afterward["data"]["on"] for afterward in dated] == ["2025-11-20"]
    told_days = [
        (event["data"]["on"], event["data"]["entered_afterwards"])
        for event in await events(here, "programs", program["id"])
    ]
    days = [*["2025-11-01"] * 5, "2025-11-20", "2025-11-20"]
    assert told_days == [(day, True) for day in days]
    token = here.token("coordinator")
    before = await end(here, program, "abandon", token, reason="Dananya habis", on="2025-11-19")
    assert refused(before, 422, "day-too-early")
    ended = await end(here, program, "abandon", token, reason="Dananya habis", on="2025-12-01")
    assert ended.body["ended_on"] == "2025-12-01"


async def test_a_stage_completes_with_evidence_and_anothers_acceptance(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(here, partnership)
    program = await approved(here, partnership, problems=[problem["id"]])
    started = await act(here, program, 1, "start", partnership.police)
    assert started.body["stages"][0]["led_by"] == person_of(partnership.police)
    assert started.body["state"] == "running"
    file = await upload(here, partnership.id, partnership.police)
    body = {"evidence": [file.body["id"], file.body["id"]]}
    submitted = await act(here, program, 1, "submit", partnership.police, body)
    assert (submitted.body["stages"][0]["state"], submitted.body["stages"][0]["evidence"]) == ("submitted", 1)
    own = await act(here, program, 1, "accept", partnership.police)
    assert refused(own, 403, "accepted-by-its-submitter")
    accepted = await act(here, program, 1, "accept", partnership.village)
    assert (accepted.body["completed"], accepted.body["stages"][0]["state"]) == (1, "completed")
    happened = await events(here, "programs", program["id"])
    start, submission, completion = happened[len(AGREED) :]
    assert start["data"]["led_by"] == start["by"] == person_of(partnership.police)
    assert start["data"]["on"] == "2026-01-05"
    assert submission["data"]["evidence"] == [file.body["sha256"]]
    assert completion["organisation"] == str(partnership.village)
    assert (
        completion["data"]
        | {
            "submitted_by": str(partnership.police),
            "accepted_by": str(partnership.village),
            "stages_total": 2,
            "stages_completed": 1,
            "problems": [problem["id"]],
            "evidence": 1,
            "on": "2026-01-05",
        }
        == (completion["data"])
    )


async def test_who_accepts_sees_that_a_file_was_evidence_before_and_everybody_how_many(here: System) -> None:
    partnership, elsewhere = await signed(here), await signed(here)
    photo, fresh = b"foto lama\n", b"foto baru\n"
    first = await approved(here, elsewhere, title="Ronda di desa sebelah")
    old = await upload(here, elsewhere.id, elsewhere.police, photo)
    await act(here, first, 1, "start", elsewhere.police)
    await act(here, first, 1, "submit", elsewhere.police, {"evidence": [old.body["id"]]})
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police, {"on": "2026-01-05"})
    files = [await upload(here, partnership.id, partnership.police, content) for content in (photo, fresh)]
    named = {"evidence": [file.body["id"] for file in files]}
    await act(here, program, 1, "submit", partnership.police, named)
    stage = program["stages"][0]["id"]
    token = here.representative(partnership.village)

    async def before(stage_id: str) -> list[list[str]]:
        listed = await here.call("GET", f"{BASE}/stages/{stage_id}/evidence", token=token)
        return [[use["program_title"] for use in file["evidence_before"]] for file in listed.body["items"]]

    assert await before(stage) == [[], []], "a stage that is not accepted has shown nothing yet"
    await act(here, first, 1, "accept", elsewhere.village)
    assert await before(stage) == [["Ronda di desa sebelah"], []]
    accepted = await act(here, program, 1, "accept", partnership.village)
    assert (accepted.body["stages"][0]["reused"], accepted.body["stages"][1]["reused"]) == (1, None)
    completed = (await events(here, "programs", program["id"]))[-1]
    assert completed["event"] == "stage-completed.v3"
    told_facts = {name: completed["data"][name] for name in ("started_on", "evidence_sha256", "reused")}
    assert told_facts == {
        "started_on": "2026-01-05",
        "evidence_sha256": [file.body["sha256"] for file in files],
        "reused": 1,
    }
    own = (await events(here, "programs", first["id"]))[-1]["data"]
    assert (own["evidence_sha256"], own["reused"]) == ([old.body["sha256"]], 0)


async def test_who_submitted_does_not_judge_for_another_party(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    same = here.token(
        "representative", organisation=partnership.village, person=person_of(partnership.police)
    )
    assert refused(await act(here, program, 1, "accept", same), 403, "judged-by-the-same-person")
    back = await act(here, program, 1, "return", same, {"reason": "Kurang"})
    assert refused(back, 403, "judged-by-the-same-person")
    assert (await act(here, program, 1, "accept", partnership.village)).status == 200


async def test_who_submitted_earlier_does_not_judge_what_a_colleague_submitted_since(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    await act(here, program, 1, "return", partnership.village, {"reason": "Kurang"})
    file = await upload(here, partnership.id, partnership.police, b"lagi\n")
    colleague = here.token("representative", organisation=partnership.police, person="p-3")
    again = await act(here, program, 1, "submit", colleague, {"evidence": [file.body["id"]]})
    assert again.status == 200, again.body
    first = here.token(
        "representative", organisation=partnership.village, person=person_of(partnership.police)
    )
    assert refused(await act(here, program, 1, "accept", first), 403, "judged-by-the-same-person")
    assert (await act(here, program, 1, "accept", partnership.village)).status == 200


async def test_stages_wait_for_those_that_they_name(here: System) -> None:
    partnership = await signed(here)
    stages = [
        plan("Satu", partnership.police),
        plan("Dua", partnership.village),
        plan("Tiga", partnership.village, depends_on=[]),
    ]
    program = await approved(here, partnership, stages=stages)
    early = await act(here, program, 2, "start", partnership.village)
    assert refused(early, 409, "dependency-open")
    assert (await act(here, program, 3, "start", partnership.village)).status == 200
    await complete(here, program, 1, partnership.police, partnership.village)
    assert (await act(here, program, 2, "start", partnership.village)).status == 200


async def test_a_skipped_stage_holds_nothing_up(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    reason = {"reason": "Sudah dikerjakan dinas"}
    observer = await act(here, program, 1, "skip", partnership.school, reason)
    assert refused(observer, 403, "not-a-party")
    skipped = await act(here, program, 1, "skip", here.token("coordinator"), reason)
    assert skipped.body["stages"][0]["state"] == "skipped"
    assert (await act(here, program, 2, "start", partnership.village)).status == 200
    again = await act(here, program, 1, "skip", partnership.police, reason)
    assert refused(again, 409, "act-impossible")
    assert (await events(here, "programs", program["id"]))[-2]["reason"] == reason["reason"]


async def test_the_responsible_party_does_the_work(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    wrong = await act(here, program, 1, "start", partnership.village)
    assert refused(wrong, 403, "not-the-responsible-party")
    assert refused(await act(here, program, 1, "start", uuid4()), 403, "not-a-party")
    assert refused(await act(here, program, 1, "start", here.token("coordinator")), 403, "role-missing")
    unstarted = await act(here, program, 1, "accept", partnership.village)
    assert refused(unstarted, 409, "act-impossible")
    led_by = str(uuid4())
    started = await act(here, program, 1, "start", partnership.police, {"led_by": led_by})
    assert started.body["stages"][0]["led_by"] == led_by
    empty = await act(here, program, 1, "submit", partnership.police, {"evidence": []})
    assert refused(empty, 422, "evidence-missing")
    theirs = await upload(here, partnership.id, partnership.village)
    stolen = await act(here, program, 1, "submit", partnership.police, {"evidence": [theirs.body["id"]]})
    assert refused(stolen, 404, "unknown-evidence")
    path = f"{BASE}/programs/{program['id']}/stages/{uuid4()}/start"
    unknown = await here.call("POST", path, token=here.representative(partnership.police))
    assert refused(unknown, 404, "unknown-stage")
    nowhere = f"{BASE}/programs/{uuid4()}/stages/{uuid4()}/start"
    missing = await here.call("POST", nowhere, token=here.representative(partnership.police))
    assert refused(missing, 404, "unknown-aggregate")


async def test_one_file_shows_one_stage(here: System) -> None:
    partnership = await signed(here)
    stages = [plan("Satu", partnership.police), plan("Dua", partnership.police, depends_on=[])]
    program = await approved(here, partnership, stages=stages)
    file = await upload(here, partnership.id, partnership.police)
    body = {"evidence": [file.body["id"]]}
    for position in (1, 2):
        await act(here, program, position, "start", partnership.police)
    assert (await act(here, program, 1, "submit", partnership.police, body)).status == 200
    assert refused(await act(here, program, 2, "submit", partnership.police, body), 404, "unknown-evidence")


async def test_a_returned_stage_is_submitted_again_with_its_files(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    first = await upload(here, partnership.id, partnership.police)
    await act(here, program, 1, "submit", partnership.police, {"evidence": [first.body["id"]]})
    reason = {"reason": "Foto belum ada"}
    returned = await act(here, program, 1, "return", partnership.village, reason)
    stage = returned.body["stages"][0]
    assert (stage["state"], stage["returned_reason"]) == ("returned", "Foto belum ada")
    second = await upload(here, partnership.id, partnership.police, b"c,d\r\n")
    both = {"evidence": [first.body["id"], second.body["id"]]}
    again = await act(here, program, 1, "submit", partnership.police, both)
    assert again.body["stages"][0] | {"returned_reason": "", "evidence": 2} == again.body["stages"][0]
    done = await act(here, program, 1, "accept", partnership.village)
    assert done.body["completed"] == 1
    assert (await events(here, "programs", program["id"]))[-1]["data"]["evidence"] == 2


async def test_a_stage_is_overdue_when_the_day_after_its_end_begins_there(
    here: System, clock: MovableClock
) -> None:
    """In Jayapura that is two hours earlier than in Jakarta, the users' zone."""
    partnership = await signed(here, area="91.03")
    program = await late_one(here, partnership)
    begins = datetime(END.year, END.month, END.day, 15, tzinfo=UTC)
    for moment, overdue in ((begins - timedelta(seconds=1), False), (begins, True)):
        clock.set(moment)
        await fire(here)
        assert (await stage_of(here, program))["overdue"] is overdue
    assert (await stage_of(here, program))["overdue_since"] == "2026-02-20T15:00:00Z"


async def test_a_stage_is_due_soon_and_overdue_once_each(here: System, clock: MovableClock) -> None:
    partnership = await signed(here)
    program = await late_one(here, partnership)
    expected = list(AGREED)
    for days, news in ((-8, None), (-7, "stage-due-soon"), (0, None), (1, "stage-overdue"), (300, None)):
        go_to(clock, END + timedelta(days=days))
        await fire(here)
        expected += [news] if news else []
        assert await told(here, "programs", program["id"]) == expected
        assert (await stage_of(here, program))["overdue"] is (days > 0)
    assert (await stage_of(here, program))["overdue_since"] == "2026-02-20T17:00:00Z"
    last = (await events(here, "programs", program["id"]))[-1]
    assert last["by"] is None, "nobody did this: the clock did"
    assert last["data"]["planned_end"] == END.isoformat()
    await act(here, program, 1, "start", partnership.police)
    assert (await stage_of(here, program))["overdue"], "to begin is not to submit"
    await submit(here, program, 1, partnership.police)
    assert not (await stage_of(here, program))["overdue"]


async def test_after_a_stop_of_days_what_became_due_is_told_in_order(
    here: System, clock: MovableClock
) -> None:
    partnership = await signed(here)
    ends = [END + timedelta(days=4), END, END + timedelta(days=2)]
    stages = [
        plan(f"Tahap {end}", partnership.police, planned_end=end.isoformat(), depends_on=[]) for end in ends
    ]
    program = await approved(here, partnership, stages=stages)
    go_to(clock, END + timedelta(days=30))
    await fire(here)
    late = [event for event in await events(here, "programs", program["id"]) if "overdue" in event["event"]]
    assert [item["data"]["planned_end"] for item in late] == [end.isoformat() for end in sorted(ends)]
    assert "stage-due-soon" not in await told(here, "programs", program["id"]), "that would be no news"


async def test_a_submitted_stage_is_not_late_until_it_is_returned(here: System, clock: MovableClock) -> None:
    partnership = await signed(here)
    program = await late_one(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    go_to(clock, END + timedelta(days=3))
    await fire(here)
    assert not (await stage_of(here, program))["overdue"]
    await act(here, program, 1, "return", partnership.village, {"reason": "Belum lengkap"})
    await fire(here)
    stage = await stage_of(here, program)
    assert (stage["overdue"], stage["overdue_since"]) == (True, "2026-02-20T17:00:00Z")
    await submit(here, program, 1, partnership.police)
    returned = await act(here, program, 1, "return", partnership.village, {"reason": "Masih kurang"})
    assert returned.body["stages"][0]["overdue"], "it is as late as it was"
    await fire(here)
    assert (await told(here, "programs", program["id"])).count("stage-overdue") == 1


@pytest.mark.parametrize("verb", ["accept", "skip", "abandon"])
async def test_what_is_over_is_never_late(here: System, clock: MovableClock, verb: str) -> None:
    partnership = await signed(here)
    program = await late_one(here, partnership)
    if verb == "accept":
        await complete(here, program, 1, partnership.police, partnership.village)
    elif verb == "skip":
        await act(here, program, 1, "skip", partnership.police, {"reason": "Tidak perlu"})
    else:
        await end(here, program, "abandon", here.token("coordinator"), reason="Batal")
    go_to(clock, END + timedelta(days=3))
    await fire(here)
    assert not (await stage_of(here, program))["overdue"]
    assert not {"stage-due-soon", "stage-overdue"} & set(await told(here, "programs", program["id"]))
    assert await runtime_of(here).database.read(earliest) is None, "no timer is left behind"


async def test_other_dates_move_the_timers(here: System, clock: MovableClock) -> None:
    partnership = await signed(here)
    program = await late_one(here, partnership)
    go_to(clock, END + timedelta(days=1))
    await fire(here)
    later = END + timedelta(days=20)
    body = {"planned_start": "2026-02-25", "planned_end": later.isoformat(), "reason": "Musim hujan"}
    stranger = await act(here, program, 1, "replan", uuid4(), body)
    assert refused(stranger, 403, "not-a-party")
    reversed_dates = body | {"planned_start": "2026-04-01"}
    answer = await act(here, program, 1, "replan", partnership.village, reversed_dates)
    assert refused(answer, 422, "dates-reversed")
    replanned = await act(here, program, 1, "replan", partnership.village, body)
    stage = replanned.body["stages"][0]
    assert (stage["overdue"], stage["planned_end"]) == (False, later.isoformat())
    go_to(clock, later)
    await fire(here)
    assert (await told(here, "programs", program["id"]))[-1] == "stage-due-soon"
    go_to(clock, later + timedelta(days=1))
    await fire(here)
    assert await told(here, "programs", program["id"]) == [
        *AGREED,
        "stage-overdue",
        "stage-replanned",
        "stage-due-soon",
        "stage-overdue",
    ]
    assert (await events(here, "programs", program["id"]))[len(AGREED) + 1]["reason"] == "Musim hujan"
    none = body | {"planned_start": None, "planned_end": None}
    assert not (await act(here, program, 1, "replan", partnership.police, none)).body["stages"][0]["overdue"]
    go_to(clock, later + timedelta(days=400))
    await fire(here)
    assert (await told(here, "programs", program["id"]))[-1] == "stage-replanned"


async def test_only_another_end_moves_the_timers(here: System, clock: MovableClock) -> None:
    partnership = await signed(here)
    program = await late_one(here, partnership)
    go_to(clock, END - timedelta(days=3))
    await fire(here)
    body = {"planned_start": "2026-02-19", "planned_end": END.isoformat(), "reason": "Mulai nanti"}
    assert (await act(here, program, 1, "replan", partnership.police, body)).status == 200
    await fire(here)
    assert await told(here, "programs", program["id"]) == [
        *AGREED,
        "stage-due-soon",
        "stage-replanned",
    ]


async def test_an_end_within_the_week_is_no_news_when_it_is_planned(
    here: System, clock: MovableClock
) -> None:
    partnership = await signed(here)
    stages = [
        plan("Dalam sepekan", partnership.police, planned_end="2026-01-12"),
        plan("Lebih dari sepekan", partnership.police, planned_end="2026-01-13", depends_on=[]),
    ]
    program = await approved(here, partnership, stages=stages)
    clock.move(timedelta(days=1))
    await fire(here)
    soon = [event for event in await events(here, "programs", program["id"]) if "due-soon" in event["event"]]
    assert [entry["data"]["title"] for entry in soon] == ["Lebih dari sepekan"]
    go_to(clock, date(2026, 1, 20))
    await fire(here)
    assert (await told(here, "programs", program["id"])).count("stage-overdue") == 2


async def test_a_stage_is_given_to_another_party_when_its_own_has_left(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await complete(here, program, 1, partnership.police, partnership.village)
    started = await act(here, program, 2, "start", partnership.village)
    assert started.body["stages"][1]["led_by"] == person_of(partnership.village)
    left = PartyLeft(
        partnership_id=partnership.id, party_id=uuid4(), organisation_id=partnership.village, reason="Pindah"
    )
    body = {"responsible": str(partnership.police), "reason": "Desa sudah keluar"}
    await hear(here, left)
    for wrong in (partnership.village, partnership.school, uuid4()):
        answer = await act(
            here, program, 2, "reassign", partnership.police, body | {"responsible": str(wrong)}
        )
        assert refused(answer, 422, "responsible-is-no-party")
    given = await act(here, program, 2, "reassign", here.token("coordinator"), body)
    stage = given.body["stages"][1]
    assert (stage["responsible"], stage["state"], stage["led_by"]) == (
        str(partnership.police),
        "in_progress",
        None,
    )
    again = await act(here, program, 2, "reassign", partnership.police, body)
    assert refused(again, 409, "responsible-already")
    last = (await events(here, "programs", program["id"]))[-1]
    assert (last["event"], last["reason"]) == ("stage-reassigned.v2", "Desa sudah keluar")
    assert last["data"]["before"] == str(partnership.village)
    assert last["data"]["responsible"] == str(partnership.police)
    assert (await submit(here, program, 2, partnership.police)).status == 200
    done = await act(here, program, 1, "reassign", partnership.police, body)
    assert refused(done, 409, "act-impossible")


async def test_what_was_submitted_stays_with_its_party(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    await act(here, program, 1, "start", partnership.police)
    await submit(here, program, 1, partnership.police)
    body = {"responsible": str(partnership.village), "reason": "Bergantian"}
    waiting = await act(here, program, 1, "reassign", partnership.police, body)
    assert refused(waiting, 409, "act-impossible")
    await act(here, program, 1, "return", partnership.village, {"reason": "Kurang"})
    assert (await act(here, program, 1, "reassign", partnership.police, body)).status == 200
    await submit(here, program, 1, partnership.village)
    own = await act(here, program, 1, "accept", partnership.village)
    assert refused(own, 403, "accepted-by-its-submitter")
    # Whoever had a hand in it before it was given to another party still has.
    same = await act(here, program, 1, "accept", partnership.police)
    assert refused(same, 403, "judged-by-the-same-person")
    colleague = here.representative(partnership.police, person=str(uuid4()))
    done = await act(here, program, 1, "accept", colleague)
    assert (done.status, done.body["stages"][0]["submitted_by"]) == (200, str(partnership.village))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "besok"])
async def test_days_that_no_plan_has_are_refused(here: System, day: str) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    body = {"planned_start": None, "planned_end": day, "reason": "Salah ketik"}
    answer = await act(here, program, 1, "replan", UUID(str(partnership.police)), body)
    assert refused(answer, 422, "invalid-request")
