"""A change of a programme that binds others needs their endorsement, or a decision of their board."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.programs.model.program import Program
from services.programs.model.stage import Stage
from shared.contracts.vocabulary import ProgramState
from tests.programs.measures import kind
from tests.programs.test_program_rules import NOW
from tests.programs.world import (
    AGREED,
    BASE,
    act,
    approved,
    complete,
    decision,
    end,
    events,
    plan,
    signed,
    told,
)
from tests.support.system import Answer, System

WHY = {"reason": "Hujan", "decision_id": None}
DATES = {"planned_start": None, "planned_end": "2026-09-30"}


async def on_change(
    here: System, program: dict[str, Any], verb: str, by: UUID | str, body: Any = None
) -> Answer:
    """One act on the newest proposed change."""
    change = program["changes"][-1]["id"]
    token = by if isinstance(by, str) else here.representative(by)
    return await here.call(
        "POST", f"{BASE}/programs/{program['id']}/changes/{change}/{verb}", body, token=token
    )


@pytest.mark.parametrize(
    ("verb", "body", "fact", "field", "after"),
    [
        ("replan", DATES, "stage-replanned", "planned_end", "2026-09-30"),
        ("skip", {}, "stage-skipped", "state", "skipped"),
        ("reassign", {"responsible": "police"}, "stage-reassigned", "responsible", "police"),
    ],
)
async def test_a_change_of_a_stage_is_in_force_once_every_party_endorses_it(
    here: System, verb: str, body: dict[str, Any], fact: str, field: str, after: str
) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    body = {key: str(partnership.police) if value == "police" else value for key, value in body.items()}
    before = program["stages"][1]
    asked = await act(here, program, 2, verb, partnership.police, body | WHY)
    assert (asked.status, asked.body["stages"][1]) == (200, before), "nothing is changed yet"
    (change,) = asked.body["changes"]
    assert (change["state"], change["reason"]) == ("proposed", "Hujan")
    assert change["proposed_by"] == str(partnership.police)
    assert change["endorsed_by"] == [str(partnership.police)]
    again = await on_change(here, asked.body, "endorse", partnership.police)
    assert kind(again) == (409, "endorsed-already")
    done = await on_change(here, asked.body, "endorse", partnership.village)
    expected = str(partnership.police) if after == "police" else after
    assert done.body["stages"][1][field] == expected
    assert done.body["changes"][0]["state"] == "in_force"
    assert (await told(here, "programs", program["id"]))[len(AGREED) :] == [
        "change-proposed",
        "change-endorsed",
        "change-endorsed",
        fact,
    ]
    last = (await events(here, "programs", program["id"]))[-1]["data"]
    assert (last["change_id"], last["decision_id"]) == (change["id"], None)
    assert last["endorsed_by"] == [str(partnership.police), str(partnership.village)]


async def test_a_decision_of_the_board_changes_at_once(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    unknown = await act(here, program, 1, "skip", partnership.police, WHY | {"decision_id": str(uuid4())})
    assert kind(unknown) == (422, "decision-unknown")
    taken = await decision(here, partnership.id)
    done = await act(here, program, 1, "skip", here.token("coordinator"), WHY | {"decision_id": taken})
    assert (done.body["stages"][0]["state"], done.body["changes"]) == ("skipped", [])
    last = (await events(here, "programs", program["id"]))[-1]
    assert (last["event"], last["data"]["decision_id"]) == ("stage-skipped.v2", taken)


async def test_a_coordinator_alone_changes_nothing(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    coordinator = here.token("coordinator")
    answers = [
        await act(here, program, 1, "skip", coordinator, WHY),
        await act(here, program, 1, "replan", coordinator, WHY | DATES),
        await act(here, program, 1, "reassign", coordinator, WHY | {"responsible": str(partnership.village)}),
        await end(here, program, "abandon", coordinator, **WHY),
    ]
    await complete(here, program, 1, partnership.police, partnership.village)
    await complete(here, program, 2, partnership.village, partnership.police)
    answers.append(await end(here, program, "close", coordinator, decision_id=None))
    assert {kind(answer) for answer in answers} == {(422, "decision-missing")}


async def test_an_end_is_proposed_declined_and_decided(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    early = await end(here, program, "close", partnership.village, decision_id=None)
    assert kind(early) == (409, "stages-open")
    asked = await end(here, program, "abandon", partnership.village, reason="Dana habis", decision_id=None)
    assert (asked.body["state"], asked.body["changes"][0]["kind"]) == ("approved", "abandon")
    declined = await on_change(here, asked.body, "decline", partnership.police, {"reason": "Dana masih ada"})
    assert declined.body["changes"][0]["declined_reason"] == "Dana masih ada"
    assert kind(await on_change(here, asked.body, "endorse", partnership.police)) == (409, "act-impossible")
    taken = await decision(here, partnership.id)
    decided = await on_change(here, asked.body, "approve", partnership.village, {"decision_id": taken})
    assert (decided.body["state"], decided.body["abandoned_reason"]) == ("abandoned", "Dana habis")
    assert decided.body["changes"][0]["approval_decision_id"] == taken
    last = (await events(here, "programs", program["id"]))[-1]
    assert (last["event"], last["data"]["decision_id"]) == ("programme-abandoned.v3", taken)


async def test_a_closing_that_all_endorse_keeps_its_recommendations(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership, stages=[plan("Satu", partnership.police)])
    await complete(here, program, 1, partnership.police, partnership.village)
    advice = ["Lampu di tikungan"]
    asked = await end(
        here, program, "close", partnership.police, decision_id=None, recommendations=advice, on="2026-01-05"
    )
    assert asked.body["changes"][0]["recommendations"] == advice
    done = await on_change(here, asked.body, "endorse", partnership.village)
    assert (done.body["state"], done.body["decision_id"]) == ("closed", None)
    assert [item["text"] for item in done.body["recommendations"]] == advice
    last = (await events(here, "programs", program["id"]))[-1]["data"]
    assert last["endorsed_by"] == [str(partnership.police), str(partnership.village)]


async def test_only_its_proposer_withdraws_a_change(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    asked = await act(here, program, 2, "skip", partnership.police, WHY)
    reason = {"reason": "Hujan reda"}
    other = await on_change(here, asked.body, "withdraw", partnership.village, reason)
    assert kind(other) == (403, "not-the-proposer")
    gone = await on_change(here, asked.body, "withdraw", partnership.police, reason)
    assert (gone.body["changes"][0]["state"], gone.body["changes"][0]["withdrawn_reason"]) == (
        "withdrawn",
        "Hujan reda",
    )
    path = f"{BASE}/programs/{program['id']}/changes/{uuid4()}/endorse"
    unknown = await here.call("POST", path, token=here.representative(partnership.village))
    assert kind(unknown) == (404, "unknown-change")


async def test_a_change_that_became_impossible_stays_a_proposal(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    asked = await act(here, program, 1, "skip", partnership.village, WHY)
    await complete(here, program, 1, partnership.police, partnership.village)
    late = await on_change(here, asked.body, "endorse", partnership.police)
    assert kind(late) == (409, "act-impossible")
    shown = (await here.call("GET", f"{BASE}/programs/{program['id']}")).body
    assert (shown["changes"][0]["state"], shown["changes"][0]["endorsed_by"]) == (
        "proposed",
        [str(partnership.village)],
    )


async def test_a_party_moves_its_own_stage_within_the_programmes_days(here: System) -> None:
    partnership = await signed(here)
    stages = [
        plan("Satu", partnership.police, planned_end="2026-02-28"),
        plan("Dua", partnership.village, planned_start="2026-03-15", planned_end="2026-04-30"),
    ]
    program = await approved(here, partnership, stages=stages, planned_end="2026-06-30")
    own = {"planned_start": None, "planned_end": "2026-03-10"} | WHY
    moved = await act(here, program, 1, "replan", partnership.police, own)
    assert (moved.body["stages"][0]["planned_end"], moved.body["changes"]) == ("2026-03-10", [])
    last = (await events(here, "programs", program["id"]))[-1]["data"]
    assert (last["decision_id"], last["endorsed_by"], last["change_id"]) == (None, [], None)
    # The village would have to begin later.
    waits = await act(here, program, 1, "replan", partnership.police, own | {"planned_end": "2026-03-20"})
    assert [change["kind"] for change in waits.body["changes"]] == ["replan_stage"]
    beyond = await act(here, program, 2, "replan", partnership.village, own | {"planned_end": "2026-07-31"})
    assert len(beyond.body["changes"]) == 2


def test_what_concerns_one_party_alone() -> None:
    police, village = uuid4(), uuid4()
    first = Stage(uuid4(), 1, "Satu", police, planned_start=date(2026, 2, 1), planned_end=date(2026, 2, 28))
    second = Stage(uuid4(), 2, "Dua", village, depends_on=[1], planned_end=date(2026, 4, 30))
    program = Program(
        uuid4(),
        "a",
        uuid4(),
        "Program",
        "",
        ["Aman"],
        NOW,
        NOW,
        stages=[first, second],
        state=ProgramState.APPROVED,
    )
    inside = (date(2026, 2, 1), date(2026, 3, 31))
    assert program.concerns_only(police, first, *inside)
    assert not program.concerns_only(village, first, *inside), "it is another party's stage"
    assert not program.concerns_only(police, first, date(2026, 1, 31), None), "before the first day"
    assert not program.concerns_only(police, first, inside[0], date(2026, 5, 1)), "after the last day"
    assert not program.concerns_only(police, first, inside[0], None), "without an end"
    first.co_responsible = [str(village)]
    assert not program.concerns_only(police, first, *inside), "another party answers for it, too"
