"""A programme is agreed for a signed partnership, runs by its stages, and closes for the next cycle."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from shared.contracts.partners import DecisionTaken, OrganisationRegistered, PartnershipEnded, PartyLeft
from shared.contracts.vocabulary import Mandate, OrganisationKind, Phase
from tests.programs.world import (
    AGREED,
    BASE,
    Partnership,
    act,
    approve,
    approve_minutes,
    approved,
    complete,
    decision,
    end,
    events,
    hear,
    plan,
    propose,
    publish,
    registered,
    signed,
    stranger,
    told,
)
from tests.support.system import Answer, System
from tests.support.wait import eventually


async def close(here: System, program: dict[str, Any], by: UUID, **body: Any) -> Answer:
    return await end(here, program, "close", by, **body)


async def closed(here: System, partnership: Partnership, *recommendations: str) -> dict[str, Any]:
    """A programme of one stage, completed and closed."""
    program = await approved(here, partnership, stages=[plan("Satu", partnership.police)])
    await complete(here, program, 1, partnership.police, partnership.village)
    answer = await close(here, program, partnership.police, recommendations=list(recommendations))
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


async def test_programmes_and_problems_are_found_by_the_words_that_a_reader_sees(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(
        here, partnership, title="Balap liar", description="Jum’at malam di jalan raya."
    )
    program = await approved(here, partnership, context="Kampung Ma'arif", objectives=["Jalan terang"])
    for what, question, found in (
        ("problems", "jumat BALAP", [problem["id"]]),
        ("problems", "sidoarjo balap", [problem["id"]]),
        ("problems", "balap surabaya", []),
        ("problems", "%", []),
        ("programs", "maarif terang", [program["id"]]),
        ("programs", "timur terang", [program["id"]]),
        ("programs", "ma_arif", []),
    ):
        answer = await here.call("GET", f"{BASE}/{what}?q={quote(question)}")
        assert [line["id"] for line in answer.body["items"]] == found, (what, question)
    assert (await here.call("GET", f"{BASE}/programs?q=")).status == 422


async def test_a_programme_says_all_that_was_agreed(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(here, partnership)
    program = await approved(
        here,
        partnership,
        context="Akhir pekan",
        objectives=["Lebih sedikit korban", "Jalan yang tenang"],
        problems=[problem["id"], problem["id"]],
        budget={"amount": 25_000_000, "currency": "IDR"},
        planned_start="2026-02-01",
        planned_end="2026-07-31",
        stages=[
            plan("Satu", partnership.police, Phase.PREVENTION, deliverables=["Peta titik rawan"]),
            plan("Dua", partnership.village, planned_start="2026-03-01", planned_end="2026-03-31"),
            plan("Tiga", partnership.village, depends_on=[]),
            plan("Empat", partnership.police, depends_on=[3, 1]),
        ],
    )
    assert program["objectives"] == ["Lebih sedikit korban", "Jalan yang tenang"]
    assert program["problems"] == [problem["id"]]
    assert program["budget"] == {"amount": 25_000_000, "currency": "IDR"}
    assert (program["state"], program["cycle"], program["previous_id"]) == ("approved", 1, None)
    assert [stage["depends_on"] for stage in program["stages"]] == [[], [1], [], [1, 3]]
    assert program["stages"][0]["deliverables"] == ["Peta titik rawan"]
    shown = await here.call("GET", f"{BASE}/programs/{program['id']}")
    assert (shown.body, shown.headers["ETag"]) == (program, '"2"')
    event = (await events(here, "programs", program["id"]))[-1]
    assert event["event"] == "programme-approved.v3"
    ids = [stage["id"] for stage in program["stages"]]
    assert [stage["depends_on"] for stage in event["data"]["stages"]] == [[], [ids[0]], [], [ids[0], ids[2]]]
    assert event["data"]["problems"] == [problem["id"]]
    assert event["data"]["planned_end"] == "2026-07-31"
    assert event["data"]["budget"] == {"amount": 25_000_000, "currency": "IDR"}
    assert [stage["phase"] for stage in event["data"]["stages"]] == ["prevention", None, None, None]


@pytest.mark.parametrize(
    ("more", "status", "refusal"),
    [
        ({"stages": [plan("Satu", UUID(int=0))]}, 422, "responsible-is-no-party"),
        ({"partnership_id": str(UUID(int=0))}, 404, "unknown-partnership"),
        ({"problems": [str(UUID(int=0))]}, 422, "problem-unknown"),
        ({"template_id": str(UUID(int=0))}, 422, "template-unknown"),
        ({"previous_id": str(UUID(int=0))}, 404, "unknown-aggregate"),
        (
            {"answers": [{"recommendation_id": str(UUID(int=0)), "adopted": True}]},
            422,
            "recommendation-unknown",
        ),
        ({"planned_start": "2026-02-02", "planned_end": "2026-02-01"}, 422, "dates-reversed"),
        ({"budget": {"amount": 1, "currency": "XYZ"}}, 422, "invalid-request"),
        ({"budget": {"amount": 10**30, "currency": "IDR"}}, 422, "invalid-request"),
        ({"planned_end": "9999-12-31"}, 422, "invalid-request"),
        ({"objectives": []}, 422, "invalid-request"),
        ({"title": "nol\u0000"}, 422, "invalid-request"),
    ],
)
async def test_a_programme_is_refused_with_its_reason(
    here: System, more: dict[str, Any], status: int, refusal: str
) -> None:
    partnership = await signed(here)
    answer = await approve(here, partnership, **more)
    assert (answer.status, answer.body["type"]) == (status, f"/problems/{refusal}"), answer.body
    assert (await here.call("GET", f"{BASE}/programs")).body["items"] == []


@pytest.mark.parametrize(
    ("waits", "refusal", "named"),
    [
        ([[2], [1]], "circular-dependency", ["1", "2"]),
        ([[3], [1], [2], []], "circular-dependency", ["1", "2", "3"]),
        ([[1], []], "dependency-unknown", ["1"]),
        ([[], [7]], "dependency-unknown", ["2", "7"]),
    ],
)
async def test_stages_that_wait_for_one_another_are_refused(
    here: System, waits: list[list[int]], refusal: str, named: list[str]
) -> None:
    partnership = await signed(here)
    stages = [plan(f"Tahap {wait}", partnership.police, depends_on=wait) for wait in waits]
    answer = await approve(here, partnership, stages=stages)
    assert (answer.status, answer.body["type"]) == (422, f"/problems/{refusal}")
    assert all(stage in answer.body["detail"] for stage in named)


async def test_an_observer_is_bound_to_no_stage_and_does_no_act(here: System) -> None:
    partnership = await signed(here)
    bound = await approve(here, partnership, stages=[plan("Satu", partnership.school)])
    assert bound.body["type"] == "/problems/responsible-is-no-party"
    program = await approved(here, partnership)
    assert (await close(here, program, partnership.school)).body["type"] == "/problems/not-a-party"
    started = await act(here, program, 1, "start", partnership.school)
    assert started.body["type"] == "/problems/not-a-party"


async def test_a_problem_of_another_partnership_is_not_worked_on(here: System) -> None:
    mine, theirs = await signed(here), await signed(here)
    problem = await registered(here, theirs)
    answer = await approve(here, mine, problems=[problem["id"]])
    assert answer.body["type"] == "/problems/problem-unknown"


async def test_an_ended_partnership_finishes_what_runs_and_begins_nothing(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    ended = PartnershipEnded(partnership_id=partnership.id, title=partnership.title, reason="Selesai")
    await hear(here, ended)
    refused = await approve(here, partnership)
    assert (refused.status, refused.body["type"]) == (409, "/problems/partnership-over")
    assert partnership.title in refused.body["detail"]
    assert (await act(here, program, 1, "start", partnership.police)).status == 200


async def test_a_party_that_left_acts_no_more(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    left = PartyLeft(
        partnership_id=partnership.id, party_id=uuid4(), organisation_id=partnership.police, reason="Pindah"
    )
    await hear(here, left)
    gone = await act(here, program, 1, "start", partnership.police)
    assert (gone.status, gone.body["type"]) == (403, "/problems/not-a-party")
    stages = [plan("Satu", partnership.police)]
    assert (await propose(here, partnership, partnership.village, stages=stages)).status == 422


async def test_a_programme_closes_when_its_stages_are_behind_it(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    early = await close(here, program, partnership.police)
    assert (early.status, early.body["type"]) == (409, "/problems/stages-open")
    running = await complete(here, program, 1, partnership.police, partnership.village)
    assert running.body["state"] == "running"
    still = await close(here, program, partnership.police)
    assert (still.status, still.body["type"]) == (409, "/problems/stages-open")
    assert "2" in still.body["detail"]
    skipped = await act(here, program, 2, "skip", partnership.police, {"reason": "Tidak perlu lagi"})
    assert skipped.body["stages"][1]["skipped_reason"] == "Tidak perlu lagi"
    heir, decision = uuid4(), str(uuid4())
    handover = {"organisation_id": str(heir), "note": "Dinas meneruskan lampu jalan"}
    unknown = await close(here, program, partnership.police, handover=handover)
    assert (unknown.status, unknown.body["type"]) == (422, "/problems/handed-over-to-nobody")
    await hear(
        here,
        OrganisationRegistered(
            organisation_id=heir, name="Dinas", kind=OrganisationKind.GOVERNMENT, area="35"
        ),
    )
    taken = DecisionTaken(
        meeting_id=uuid4(),
        board_id=uuid4(),
        partnership_id=partnership.id,
        outcome_id=UUID(decision),
        mandate=Mandate.DEVELOP,
        text="Selesai",
    )
    await hear(here, taken)
    unconfirmed = await close(here, program, partnership.police, decision_id=decision, handover=handover)
    assert (unconfirmed.status, unconfirmed.body["type"]) == (409, "/problems/decision-not-minuted")
    await approve_minutes(here, taken)
    answer = await close(
        here,
        program,
        partnership.police,
        decision_id=decision,
        recommendations=["Lampu di tikungan", "Ronda lebih awal"],
        handover=handover,
    )
    assert (answer.status, answer.body["state"]) == (200, "closed")
    assert (answer.body["ended_on"], answer.body["handed_over_to"]) == ("2026-01-05", str(heir))
    assert [recommendation["text"] for recommendation in answer.body["recommendations"]] == [
        "Lampu di tikungan",
        "Ronda lebih awal",
    ]
    last = (await events(here, "programs", program["id"]))[-1]
    assert last["event"] == "programme-closed.v3"
    assert last["organisation"] == str(partnership.police)
    assert last["data"]["decision_id"] == answer.body["decision_id"] == decision
    assert last["data"]["recommendations"] == [
        recommendation["id"] for recommendation in answer.body["recommendations"]
    ]
    assert (last["data"]["stages_completed"], last["data"]["stages_total"]) == (1, 2)
    assert last["data"]["handed_over_to"] == str(heir)
    again = await close(here, program, partnership.police)
    assert again.body["type"] == "/problems/act-impossible"


async def test_a_party_that_left_may_carry_on_what_ends(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership, stages=[plan("Satu", partnership.police)])
    left = PartyLeft(
        partnership_id=partnership.id, party_id=uuid4(), organisation_id=partnership.village, reason="Pindah"
    )
    await hear(here, left)
    await act(here, program, 1, "skip", partnership.police, {"reason": "Sudah dikerjakan desa"})
    handover = {"organisation_id": str(partnership.village), "note": "Desa meneruskan"}
    answer = await close(here, program, partnership.police, handover=handover)
    assert (answer.status, answer.body["handed_over_to"]) == (200, str(partnership.village))
    assert answer.body["decision_id"] is not None


async def test_a_programme_of_which_every_stage_was_skipped_can_be_closed(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    for position in (1, 2):
        answer = await act(here, program, position, "skip", partnership.police, {"reason": "Tidak perlu"})
        assert (answer.status, answer.body["state"]) == (200, "approved")
    done = await close(here, program, partnership.police, recommendations=["Mulai lebih kecil"])
    assert (done.status, done.body["state"], done.body["started_at"]) == (200, "closed", None)
    last = (await events(here, "programs", program["id"]))[-1]
    assert (last["data"]["stages_completed"], last["data"]["stages_total"]) == (0, 2)
    xml = await here.call("GET", f"{BASE}/iati.xml")
    assert xml.status == 200
    yes = {"recommendation_id": done.body["recommendations"][0]["id"], "adopted": True}
    assert (await approved(here, partnership, previous_id=program["id"], answers=[yes]))["cycle"] == 2


async def test_a_coordinator_of_another_agency_does_nothing_with_a_programme(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    token = stranger(here)
    body = {
        "partnership_id": str(partnership.id),
        "title": "Program",
        "objectives": ["Aman"],
        "stages": [plan("Satu", partnership.police)],
    }
    replan = {"planned_start": None, "planned_end": "2026-03-01", "reason": "Hujan"}
    for answer in (
        await here.call("POST", f"{BASE}/programs", body, token=token),
        await here.call("POST", f"{BASE}/programs/{program['id']}/close", {}, token=token),
        await here.call("POST", f"{BASE}/programs/{program['id']}/abandon", {"reason": "Batal"}, token=token),
        await act(here, program, 1, "skip", token, {"reason": "Batal"}),
        await act(here, program, 1, "replan", token, replan),
        await act(here, program, 1, "reassign", token, {"responsible": str(uuid4()), "reason": "Pindah"}),
    ):
        assert (answer.status, answer.body["type"]) == (403, "/problems/other-agency")
    theirs = await signed(here, "polresta-lain")
    own = body | {
        "partnership_id": str(theirs.id),
        "stages": [plan("Satu", theirs.police)],
        "proposed_by": str(theirs.police),
    }
    made = await here.call("POST", f"{BASE}/programs", own, token=token)
    assert (made.status, made.body["agency"]) == (201, "polresta-lain")
    refused = await propose(here, theirs, here.token("coordinator"), stages=[plan("Satu", theirs.police)])
    assert refused.body["type"] == "/problems/other-agency"


async def test_an_abandoned_programme_stands_still(here: System) -> None:
    partnership = await signed(here)
    program = await approved(here, partnership)
    answer = await end(here, program, "abandon", here.token("coordinator"), reason="Dana dialihkan")
    assert (answer.body["state"], answer.body["abandoned_reason"]) == ("abandoned", "Dana dialihkan")
    for verb, body in (
        ("start", None),
        ("skip", {"reason": "Sudah"}),
        ("replan", {"planned_start": None, "planned_end": "2026-03-01", "reason": "Sudah"}),
    ):
        refused = await act(here, program, 1, verb, partnership.police, body)
        assert (refused.status, refused.body["type"]) == (409, "/problems/act-impossible")
    assert await told(here, "programs", program["id"]) == [*AGREED, "programme-abandoned"]


async def test_the_next_cycle_answers_every_recommendation(here: System) -> None:
    partnership = await signed(here)
    first = await closed(here, partnership, "Lampu di tikungan", "Ronda lebih awal")
    light, watch = (recommendation["id"] for recommendation in first["recommendations"])
    yes = {"recommendation_id": light, "adopted": True}
    no = {"recommendation_id": watch, "adopted": False, "reason": "Warga sudah lelah"}
    for answers, refusal, named in (
        ([], "recommendations-unanswered", ["Lampu di tikungan", "Ronda lebih awal"]),
        ([yes], "recommendations-unanswered", ["Ronda lebih awal"]),
        ([yes, no | {"reason": None}], "rejected-without-reason", ["Ronda lebih awal"]),
        ([yes, yes], "answered-twice", [light]),
        ([yes, no, yes | {"recommendation_id": str(uuid4())}], "recommendation-unknown", []),
    ):
        refused = await approve(here, partnership, previous_id=first["id"], answers=answers)
        assert refused.body["type"] == f"/problems/{refusal}", refused.body
        assert all(answer in refused.body["detail"] for answer in named)
    second = await approved(here, partnership, previous_id=first["id"], answers=[no, yes])
    assert (second["cycle"], second["previous_id"]) == (2, first["id"])
    assert {answer["recommendation_id"]: answer["adopted"] for answer in second["answers"]} == {
        light: True,
        watch: False,
    }
    happened = await events(here, "programs", second["id"])
    assert [answer["event"] for answer in happened] == [
        "programme-proposed.v1",
        "programme-endorsed.v1",
        "programme-endorsed.v1",
        "programme-approved.v3",
        "recommendation-answered.v1",
        "recommendation-answered.v1",
    ]
    assert {answer["reason"] for answer in happened[4:]} == {None, "Warga sudah lelah"}
    twice = await approve(here, partnership, previous_id=first["id"], answers=[no, yes])
    assert (twice.status, twice.body["type"]) == (409, "/problems/previous-continued-already")
    await end(here, second, "abandon", here.token("coordinator"), reason="Salah jadwal")
    third = await approved(here, partnership, previous_id=first["id"], answers=[no, yes])
    assert third["cycle"] == 2, "an abandoned cycle leaves its place to another"


async def test_an_adopted_recommendation_is_followed_by_a_completed_stage_or_a_decision(here: System) -> None:
    partnership, elsewhere = await signed(here), await signed(here)
    first = await closed(here, partnership, "Lampu", "Ronda", "Kamera")
    light, watch, camera = (advice["id"] for advice in first["recommendations"])
    answers = [{"recommendation_id": advice, "adopted": True} for advice in (light, watch)]
    answers.append({"recommendation_id": camera, "adopted": False, "reason": "Mahal"})
    second = await approved(here, partnership, previous_id=first["id"], answers=answers)
    other = await closed(here, elsewhere, "Pagar")
    stage = second["stages"][0]["id"]

    async def follow(advice: str, by: UUID = partnership.village, **body: Any) -> Answer:
        path = f"{BASE}/programs/{second['id']}/recommendations/{advice}/follow"
        return await here.call("POST", path, body, token=here.representative(by))

    foreign = await decision(here, elsewhere.id)
    for advice, body, status, refusal in (
        (light, {}, 422, "followed-by-one-thing"),
        (light, {"stage_id": stage, "decision_id": foreign}, 422, "followed-by-one-thing"),
        (light, {"stage_id": stage}, 409, "stage-not-completed"),
        (light, {"stage_id": other["stages"][0]["id"]}, 422, "stage-of-another-partnership"),
        (light, {"stage_id": str(uuid4())}, 422, "stage-of-another-partnership"),
        (watch, {"decision_id": foreign}, 422, "decision-unknown"),
        (str(uuid4()), {"stage_id": first["stages"][0]["id"]}, 409, "not-adopted"),
        (camera, {"stage_id": first["stages"][0]["id"]}, 409, "not-adopted"),
    ):
        refused = await follow(advice, **body)
        assert (refused.status, refused.body["type"]) == (status, f"/problems/{refusal}"), refused.body
    observer = await follow(light, partnership.school, stage_id=stage)
    assert (observer.status, observer.body["type"]) == (403, "/problems/not-a-party")
    await complete(here, second, 1, partnership.police, partnership.village)
    assert (await follow(light, stage_id=stage)).status == 200
    taken = await decision(here, partnership.id)
    followed = (await follow(watch, decision_id=taken)).body["answers"]
    by_advice = {answer["recommendation_id"]: answer for answer in followed}
    assert [by_advice[light][name] for name in ("stage_id", "decision_id")] == [stage, None]
    assert [by_advice[watch][name] for name in ("stage_id", "decision_id")] == [None, taken]
    assert by_advice[camera]["followed_by"] is None
    again = await follow(light, decision_id=taken)
    assert (again.status, again.body["type"]) == (409, "/problems/followed-already")
    *_, by_stage, by_decision = await events(here, "programs", second["id"])
    assert by_stage["event"] == by_decision["event"] == "recommendation-followed.v1"
    assert by_stage["data"] == {
        "program_id": second["id"],
        "partnership_id": str(partnership.id),
        "recommendation_id": light,
        "stage_id": stage,
        "stage_program_id": second["id"],
        "decision_id": None,
        "organisation_id": str(partnership.village),
    }
    assert (by_decision["data"]["decision_id"], by_decision["data"]["stage_program_id"]) == (taken, None)


async def test_a_cycle_follows_a_closed_programme_of_its_own_partnership(here: System) -> None:
    mine, theirs = await signed(here), await signed(here)
    running = await approved(here, mine)
    open_still = await approve(here, mine, previous_id=running["id"])
    assert (open_still.status, open_still.body["type"]) == (409, "/problems/previous-not-closed")
    elsewhere = await approve(here, theirs, previous_id=(await closed(here, mine))["id"])
    assert (elsewhere.status, elsewhere.body["type"]) == (422, "/problems/previous-elsewhere")


async def test_programmes_are_listed_by_partnership_state_and_problem(here: System) -> None:
    mine, theirs = await signed(here), await signed(here)
    problem = await registered(here, mine)
    one = await approved(here, mine, problems=[problem["id"]])
    two = await approved(here, theirs)
    await act(here, two, 1, "start", theirs.police)

    async def listed(query: str) -> list[str]:
        answer = await here.call("GET", f"{BASE}/programs?{query}")
        assert answer.status == 200, answer.body
        return [item["id"] for item in answer.body["items"]]

    assert await listed("") == [one["id"], two["id"]]
    assert await listed(f"partnership_id={mine.id}") == [one["id"]]
    assert await listed("state=running") == [two["id"]]
    assert await listed(f"problem_id={problem['id']}") == [one["id"]]
    assert await listed(f"problem_id={problem['id']}&state=closed") == []
    first = await here.call("GET", f"{BASE}/programs?limit=1")
    assert await listed(f"cursor={first.body['next']}") == [two["id"]]


async def test_what_does_not_exist_is_unknown(here: System) -> None:
    for path in (f"programs/{uuid4()}", f"programs/{uuid4()}/timeline"):
        answer = await here.call("GET", f"{BASE}/{path}")
        assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-aggregate")


async def test_what_the_registry_says_arrives_over_the_broker(together: System) -> None:
    here, partnership = together, Partnership()
    await publish(here, partnership.signed)

    async def answered(status: int) -> Answer | None:
        answer = await approve(here, partnership)
        return answer if answer.status == status else None

    program: Answer = await eventually(lambda: answered(200))
    done = await complete(here, program.body, 1, partnership.police, partnership.village)
    assert done.body["completed"] == 1
    left = PartyLeft(
        partnership_id=partnership.id, party_id=uuid4(), organisation_id=partnership.village, reason="Pindah"
    )
    await publish(here, left)
    refused: Answer = await eventually(lambda: answered(422))
    assert refused.body["type"] == "/problems/responsible-is-no-party"
    await publish(
        here, PartnershipEnded(partnership_id=partnership.id, title=partnership.title, reason="Selesai")
    )
    over: Answer = await eventually(lambda: answered(409))
    assert over.body["type"] == "/problems/partnership-over"
