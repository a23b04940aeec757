"""A problem is worked on from scanning to assessment, and every step forward has to be earned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import MovableClock
from shared.contracts.partners import PartnershipEnded
from tests.programs.world import (
    BASE,
    Partnership,
    approved,
    complete,
    events,
    hear,
    on_problem,
    register,
    registered,
    signed,
    stranger,
    told,
    upload,
)
from tests.support.system import Answer, System

CAUSE = {"side": "place", "statement": "Jalan lurus dan gelap", "evidence": "Survei lampu, 12 titik mati"}
OPTION = {
    "title": "Lampu jalan",
    "description": "Pasang lampu",
    "expected_effect": "Balap pindah atau berhenti",
}


def incident(reference: str, **more: Any) -> dict[str, Any]:
    """An incident of new year's day."""
    return {"reference": reference, "on": "2026-01-01", "area": "35.15.01", **more}


class Work:
    """A problem and how its partnership works on it."""

    def __init__(self, here: System, partnership: Partnership, problem: dict[str, Any]) -> None:
        self.here, self.partnership, self.problem = here, partnership, problem

    async def do(self, path: str, body: Any) -> dict[str, Any]:
        """An act of the village that is accepted."""
        answer = await self.ask(path, body)
        assert answer.status in (200, 201), answer.body
        return answer.body  # type: ignore[no-any-return]

    async def ask(self, path: str, body: Any) -> Answer:
        """An act of the village."""
        return await on_problem(self.here, self.problem, path, body, self.partnership.village)

    async def refused(self, path: str, body: Any, status: int, refusal: str) -> str:
        """What is said to an act of the village that is refused so."""
        answer = await self.ask(path, body)
        assert (answer.status, answer.body["type"]) == (status, f"/problems/{refusal}"), answer.body
        detail: str = answer.body["detail"]
        return detail

    async def move(self, to: str, **more: Any) -> dict[str, Any]:
        return await self.do("move", {"to": to, **more})

    async def analysed(self) -> None:
        """Two incidents, a root cause, two options of which one is chosen."""
        for number in (1, 2):
            await self.do("incidents", incident(f"LP/{number}/2026"))
        await self.move("analysis")
        await self.do("root-causes", CAUSE)
        await self.do("options", OPTION)
        problem = await self.do("options", OPTION | {"title": "Ronda"})
        await self.do(f"options/{problem['options'][0]['id']}/choose", {"reason": "Bertahan bertahun-tahun"})


@pytest.fixture
async def work(here: System) -> Work:
    """A problem that was just registered."""
    partnership = await signed(here)
    return Work(here, partnership, await registered(here, partnership))


async def test_a_problem_is_registered_by_those_who_work_on_it(here: System) -> None:
    partnership = await signed(here)
    problem = await registered(here, partnership, token=here.token("coordinator"))
    assert (problem["phase"], problem["impact"]) == ("scanning", "damages")
    shown = await here.call("GET", f"{BASE}/problems/{problem['id']}")
    assert (shown.body, shown.headers["ETag"]) == (problem, '"1"')
    (event,) = await events(here, "problems", problem["id"])
    assert event["event"] == "problem-registered.v1"
    assert event["data"]["problem_type"] == "street-racing"
    for token, refusal in (
        (here.representative(uuid4()), "not-a-party"),
        (here.representative(partnership.school), "not-a-party"),
        (here.token("secretary"), "role-missing"),
    ):
        assert (await register(here, partnership, token=token)).body["type"] == f"/problems/{refusal}"
    unknown = await register(here, partnership, partnership_id=str(uuid4()))
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unknown-partnership")
    ended = PartnershipEnded(partnership_id=partnership.id, title="Aman bersama", reason="Selesai")
    await hear(here, ended)
    assert (await register(here, partnership)).body["type"] == "/problems/partnership-over"


@pytest.mark.parametrize(
    "wrong",
    [
        {"impact": "annoys"},
        {"problem_type": "Balap liar"},
        {"area": "35 15"},
        {"title": "x" * 201},
        {"description": "nol\u0000"},
        {"partnership_id": "satu"},
    ],
)
async def test_a_problem_of_a_wrong_form_is_refused(here: System, wrong: dict[str, Any]) -> None:
    answer = await register(here, await signed(here), **wrong)
    assert (answer.status, answer.body["type"]) == (422, "/problems/invalid-request")
    assert (await here.call("GET", f"{BASE}/problems")).body["items"] == []


async def test_two_incidents_make_a_problem(work: Work) -> None:
    detail = await work.refused("move", {"to": "analysis"}, 409, "too-few-incidents")
    assert "0" in detail
    await work.do("incidents", incident("LP/1/2026", note="Dua motor"))
    await work.refused("incidents", incident("LP/1/2026"), 409, "incident-recorded-already")
    await work.refused("move", {"to": "analysis"}, 409, "too-few-incidents")
    problem = await work.do("incidents", incident("LP/2/2026"))
    assert [incident["recurrence"] for incident in problem["incidents"]] == [False, False]
    assert (await work.move("analysis"))["phase"] == "analysis"


async def test_an_exception_needs_its_reason(work: Work) -> None:
    reason = "Satu kejadian menewaskan tiga orang"
    problem = await work.move("analysis", exception_reason=reason)
    assert (problem["phase"], problem["exception_reason"]) == ("analysis", reason)
    assert (await events(work.here, "problems", problem["id"]))[-1]["reason"] == reason


async def test_what_has_not_happened_is_not_recorded(work: Work) -> None:
    ahead = {"on": "2026-01-06"}
    await work.refused("incidents", incident("LP/1/2026") | ahead, 422, "day-to-come")
    signal = {"on": "2026-01-01", "area": "35.15", "note": "Motor tanpa pelat berkumpul"}
    await work.refused("signals", signal | ahead, 422, "day-to-come")
    await work.refused("incidents", incident("LP/1/2026") | {"on": "0001-01-01"}, 422, "invalid-request")


async def test_signals_are_observed_and_acted_on_once(work: Work) -> None:
    signal = {"on": "2026-01-03", "area": "35.15", "note": "Motor tanpa pelat berkumpul"}
    problem = await work.do("signals", signal)
    path = f"signals/{problem['signals'][0]['id']}/act"
    act = {"on": "2026-01-04", "act": "Patroli bersama"}
    await work.refused(path, act | {"on": "2026-01-02"}, 422, "before-its-sign")
    await work.refused(path, act | {"on": "2026-01-06"}, 422, "day-to-come")
    await work.refused(f"signals/{uuid4()}/act", act, 404, "unknown-signal")
    (found,) = (await work.do(path, act))["signals"]
    assert (found["acted_on"], found["acted_by"]) == ("2026-01-04", str(work.partnership.village))
    await work.refused(path, act, 409, "signal-acted-on-already")
    *_, last = await events(work.here, "problems", problem["id"])
    assert (
        last["data"] | {"organisation_id": str(work.partnership.village), "on": "2026-01-04"} == last["data"]
    )
    coordinator = await work.here.call(
        "POST", f"{BASE}/problems/{problem['id']}/{path}", act, token=work.here.token("coordinator")
    )
    assert coordinator.body["type"] == "/problems/role-missing"


async def test_a_response_needs_a_root_cause_and_a_choice(work: Work) -> None:
    await work.refused("root-causes", CAUSE, 409, "act-impossible")
    await work.move("analysis", exception_reason="Mendesak")
    await work.refused("move", {"to": "response"}, 409, "root-cause-missing")
    await work.refused("root-causes", CAUSE | {"evidence": None}, 422, "root-cause-without-evidence")
    await work.do("root-causes", CAUSE)
    await work.refused("move", {"to": "response"}, 409, "response-not-chosen")
    problem = await work.do("options", OPTION)
    choose = f"options/{problem['options'][0]['id']}/choose"
    await work.refused(choose, {"reason": "Hanya ini"}, 409, "too-few-options")
    problem = await work.do("options", OPTION | {"title": "Ronda", "cost": "Uang lelah", "effort": "Malam"})
    await work.refused(f"options/{uuid4()}/choose", {"reason": "Bagus"}, 404, "unknown-option")
    assert (await work.do(choose, {"reason": "Paling awet"}))["chosen_option"] == problem["options"][0]["id"]
    assert (await work.move("response"))["phase"] == "response"
    chosen = [
        event for event in await events(work.here, "problems", problem["id"]) if "chosen" in event["event"]
    ]
    assert [(item["data"]["options"], item["reason"]) for item in chosen] == [(2, "Paling awet")]


async def test_files_show_a_root_cause(work: Work) -> None:
    await work.move("analysis", exception_reason="Mendesak")
    file = (await upload(work.here, work.partnership.id, work.partnership.police)).body["id"]
    cause = CAUSE | {"evidence": None, "files": [file, file]}
    assert (await work.do("root-causes", cause))["root_causes"][0]["files"] == [file]
    other = await signed(work.here)
    theirs = (await upload(work.here, other.id, other.police)).body["id"]
    for unknown in (theirs, str(uuid4())):
        body = cause | {"files": [unknown]}
        await work.refused("root-causes", body, 404, "evidence-of-another-partnership")


async def test_an_assessment_needs_what_was_carried_out(work: Work, clock: MovableClock) -> None:
    await work.analysed()
    note = {"on": "2026-01-05", "note": "Lampu terpasang"}
    await work.refused("carry-out", note, 409, "act-impossible")
    await work.move("response")
    await work.refused("move", {"to": "assessment"}, 409, "response-not-carried-out")
    await work.refused("carry-out", note | {"on": "2026-01-06"}, 422, "day-to-come")
    problem = await work.do("carry-out", note)
    assert (problem["carried_out_on"], problem["carried_out_note"]) == ("2026-01-05", "Lampu terpasang")
    assert (await work.move("assessment"))["phase"] == "assessment"
    clock.move(timedelta(days=100))
    assert (await work.move("closed"))["phase"] == "closed"


async def test_an_incident_after_the_response_is_a_recurrence_whenever_it_is_recorded(
    work: Work, clock: MovableClock
) -> None:
    await work.analysed()
    clock.move(timedelta(days=20))
    early = await work.do("incidents", incident("LP/3/2026", on="2026-01-11"))
    assert early["incidents"][-1]["recurrence"] is False, "nothing was done yet, as far as one knows"
    await work.move("response")
    done = await work.do("carry-out", {"on": "2026-01-10", "note": "Lampu terpasang"})
    assert [incident["recurrence"] for incident in done["incidents"]] == [False, False, True]
    assert done["response_on"] == "2026-01-10"
    for number, on, recurs in ((4, "2026-01-10", False), (5, "2026-01-12", True), (6, "2025-12-01", False)):
        found = await work.do("incidents", incident(f"LP/{number}/2026", on=on))
        assert found["incidents"][-1]["recurrence"] is recurs
    ids = {incident["reference"]: incident["id"] for incident in found["incidents"]}
    second = found["options"][1]["id"]
    other = await work.do(f"options/{second}/choose", {"reason": "Lampu dicuri"})
    assert not any(incident["recurrence"] for incident in other["incidents"]), (
        "nothing counts as done any more"
    )
    again = await work.do("carry-out", {"on": "2026-01-11", "note": "Ronda"})
    assert [incident["reference"] for incident in again["incidents"] if incident["recurrence"]] == [
        "LP/5/2026"
    ]
    happened = await events(work.here, "problems", work.problem["id"])
    recorded = [item["data"]["recurrence"] for item in happened if item["event"] == "incident-recorded.v2"]
    assert recorded == [False, False, False, False, True, False]
    dated = [item["data"] for item in happened if item["event"] == "response-dated.v1"]
    assert [(item["on"], item["recurrences"]) for item in dated] == [
        ("2026-01-10", [ids["LP/3/2026"]]),
        (None, []),
        ("2026-01-11", [ids["LP/5/2026"]]),
    ]


async def test_an_incident_and_an_early_sign_say_where_how_grave_and_who_knew(work: Work) -> None:
    said = {"severity": "serious", "source": "clinic"}
    recorded = await work.do("incidents", incident("LP/1/2026", area="35.15.01") | said)
    unsaid = await work.do("incidents", incident("LP/2/2026"))
    sign = {"on": "2026-01-04", "area": "35.15.01", "note": "Ajakan di grup"}
    shown = await work.do("signals", sign | {"severity": "slight", "source": "school"})
    assert [recorded["incidents"][0][name] for name in said] == ["serious", "clinic"]
    assert [unsaid["incidents"][1][name] for name in said] == [None, None]
    assert [shown["signals"][0][name] for name in said] == ["slight", "school"]
    happened = await events(work.here, "problems", work.problem["id"])
    told_facts = [
        (item["event"], *(item["data"][name] for name in ("area", "severity", "source")))
        for item in happened[1:]
    ]
    assert told_facts == [
        ("incident-recorded.v2", "35.15.01", "serious", "clinic"),
        ("incident-recorded.v2", "35.15.01", None, None),
        ("signal-observed.v2", "35.15.01", "slight", "school"),
    ]
    path = f"{BASE}/problems/{work.problem['id']}/incidents"
    token = work.here.representative(work.partnership.police)
    for name in said:
        body = incident("LP/3/2026") | {name: "rumour"}
        refused = await work.here.call("POST", path, body, token=token)
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_the_first_completed_stage_dates_the_response(work: Work, clock: MovableClock) -> None:
    police, village = work.partnership.police, work.partnership.village
    clock.move(timedelta(days=5))
    await work.do("incidents", incident("LP/1/2026", on="2026-01-06"))
    program = await approved(work.here, work.partnership, problems=[work.problem["id"]])
    await complete(work.here, program, 1, police, village)
    clock.move(timedelta(days=5))
    await complete(work.here, program, 2, village, police)
    found = await work.do("incidents", incident("LP/2/2026", on="2026-01-11"))
    assert found["response_on"] == "2026-01-10", "the first one counts"
    assert [incident["recurrence"] for incident in found["incidents"]] == [False, True]
    assert (await told(work.here, "problems", work.problem["id"])).count("response-dated") == 1
    await work.move("analysis")
    await work.do("root-causes", CAUSE)
    await work.do("options", OPTION)
    problem = await work.do("options", OPTION | {"title": "Ronda"})
    await work.do(f"options/{problem['options'][0]['id']}/choose", {"reason": "Awet"})
    await work.move("response")
    problem = await work.do("carry-out", {"on": "2026-01-12", "note": "Terpasang"})
    assert problem["response_on"] == "2026-01-12", "what was told of the response goes before"
    assert not any(incident["recurrence"] for incident in problem["incidents"])


async def test_a_response_is_carried_out_by_a_party(work: Work) -> None:
    await work.analysed()
    await work.move("response")
    here, partnership = work.here, work.partnership
    path, note = f"{BASE}/problems/{work.problem['id']}/carry-out", {"on": "2026-01-05", "note": "Terpasang"}

    async def sent(token: str, named: UUID | None = None) -> Answer:
        return await here.call("POST", path, note | {"organisation_id": named and str(named)}, token=token)

    coordinator = here.token("coordinator")
    for answer, refusal in (
        (await sent(coordinator), (422, "party-not-named")),
        (await sent(coordinator, partnership.school), (422, "party-not-bound")),
        (await sent(coordinator, uuid4()), (422, "party-not-bound")),
        (await sent(stranger(here), partnership.police), (403, "other-agency")),
        (await sent(here.representative(partnership.village), partnership.police), (403, "acts-of-another")),
        (await sent(here.representative(partnership.school)), (403, "not-a-party")),
    ):
        assert (answer.status, answer.body["type"]) == (refusal[0], f"/problems/{refusal[1]}"), answer.body
    done = await sent(coordinator, partnership.police)
    assert done.body["carried_out_by"] == str(partnership.police)
    own = await sent(here.representative(partnership.village))
    assert own.body["carried_out_by"] == str(partnership.village)
    told_by = [
        event["data"]["organisation_id"]
        for event in await events(here, "problems", work.problem["id"])
        if event["event"] == "response-carried-out.v1"
    ]
    assert told_by == [str(partnership.police), str(partnership.village)]


async def test_areas_that_are_none_are_refused(work: Work) -> None:
    there = {"area": "99.99"}
    await work.refused("incidents", incident("LP/1/2026") | there, 422, "unknown-area")
    signal = {"on": "2026-01-01", "area": "99.99", "note": "Motor tanpa pelat berkumpul"}
    await work.refused("signals", signal, 422, "unknown-area")
    problem = await register(work.here, work.partnership, area="35.99")
    assert (problem.status, problem.body["type"]) == (422, "/problems/unknown-area")
    assert (await register(work.here, work.partnership, area="MY-01")).status == 201


async def test_a_coordinator_of_another_agency_does_nothing_about_a_problem(work: Work) -> None:
    here = work.here
    token = stranger(here)
    assert (await register(here, work.partnership, token=token)).body["type"] == "/problems/other-agency"
    for path, body in (
        ("incidents", incident("LP/1/2026")),
        ("move", {"to": "analysis", "exception_reason": "Mendesak"}),
    ):
        answer = await here.call("POST", f"{BASE}/problems/{work.problem['id']}/{path}", body, token=token)
        assert (answer.status, answer.body["type"]) == (403, "/problems/other-agency")
    both = stranger(here, "coordinator", "representative", organisation=work.partnership.village)
    assert (await register(here, work.partnership, token=both)).status == 201, "as a party's representative"


async def test_a_completed_stage_carries_the_response_out(work: Work) -> None:
    await work.analysed()
    await work.move("response")
    other = await approved(work.here, work.partnership)
    await complete(work.here, other, 1, work.partnership.police, work.partnership.village)
    await work.refused("move", {"to": "assessment"}, 409, "response-not-carried-out")
    program = await approved(work.here, work.partnership, problems=[work.problem["id"]])
    await work.refused("move", {"to": "assessment"}, 409, "response-not-carried-out")
    await complete(work.here, program, 1, work.partnership.police, work.partnership.village)
    assert (await work.move("assessment"))["phase"] == "assessment"


async def test_another_choice_is_not_carried_out_yet(work: Work) -> None:
    await work.analysed()
    problem = await work.move("response")
    problem = await work.do("carry-out", {"on": "2026-01-05", "note": "Lampu terpasang"})
    first, second = (option["id"] for option in problem["options"])
    same = await work.do(f"options/{first}/choose", {"reason": "Tetap ini"})
    assert same["carried_out_on"] == "2026-01-05"
    other = await work.do(f"options/{second}/choose", {"reason": "Lampu dicuri"})
    assert (other["carried_out_on"], other["chosen_option"]) == (None, second)
    await work.refused("move", {"to": "assessment"}, 409, "response-not-carried-out")


async def test_the_work_goes_back_with_a_reason(work: Work) -> None:
    await work.analysed()
    await work.move("response")
    await work.refused("move", {"to": "scanning"}, 422, "backward-without-reason")
    await work.refused("move", {"to": "closed"}, 409, "act-impossible")
    await work.refused("move", {"to": "response"}, 409, "act-impossible")
    problem = await work.move("scanning", reason="Tempatnya bergeser")
    assert problem["phase"] == "scanning"
    *_, last = await events(work.here, "problems", problem["id"])
    assert (
        last["data"] | {"before": "response", "after": "scanning", "reason": "Tempatnya bergeser"}
        == last["data"]
    )
    assert (last["organisation"], last["reason"]) == (str(work.partnership.village), "Tempatnya bergeser")
    await work.move("analysis")
    assert (await work.move("response"))["phase"] == "response", "what was found out stays known"


async def test_a_problem_has_a_timeline(work: Work) -> None:
    await work.analysed()
    assert await told(work.here, "problems", work.problem["id"]) == [
        "problem-registered",
        "incident-recorded",
        "incident-recorded",
        "problem-phase-changed",
        "root-cause-identified",
        "option-proposed",
        "option-proposed",
        "response-chosen",
    ]
    shown = await work.here.call("GET", f"{BASE}/problems/{work.problem['id']}")
    assert shown.headers["ETag"] == '"8"'
    for path in (f"problems/{uuid4()}", f"problems/{uuid4()}/timeline"):
        assert (await work.here.call("GET", f"{BASE}/{path}")).status == 404


async def test_strangers_do_nothing_about_a_problem(work: Work) -> None:
    path = f"{BASE}/problems/{work.problem['id']}/incidents"
    for token, status in ((None, 401), (work.here.representative(uuid4()), 403)):
        assert (await work.here.call("POST", path, incident("LP/1"), token=token)).status == status
    missing = f"{BASE}/problems/{uuid4()}/incidents"
    token = work.here.token("coordinator")
    assert (await work.here.call("POST", missing, incident("LP/1"), token=token)).status == 404


async def test_an_incident_sent_twice_under_one_key_is_one(work: Work) -> None:
    path = f"{BASE}/problems/{work.problem['id']}/incidents"
    token = work.here.token("coordinator")
    first, second = [
        await work.here.call("POST", path, incident("LP/1"), token=token, Idempotency_Key="satu")
        for _ in "12"
    ]
    assert (first.status, second.status) == (201, 201)
    assert second.body == first.body
    assert second.headers["Idempotency-Replayed"] == "true"


async def test_problems_are_listed_by_partnership_phase_and_type(work: Work) -> None:
    here, one = work.here, work.problem["id"]
    other = await signed(here)
    two = (await registered(here, other, problem_type="traffic-deaths"))["id"]
    await work.move("analysis", exception_reason="Mendesak")

    async def listed(query: str) -> list[str]:
        answer = await here.call("GET", f"{BASE}/problems?{query}")
        assert answer.status == 200, answer.body
        return [item["id"] for item in answer.body["items"]]

    assert await listed("") == [one, two]
    assert await listed(f"partnership_id={other.id}") == [two]
    assert await listed("phase=analysis") == [one]
    assert await listed("problem_type=traffic-deaths") == [two]
    assert await listed("problem_type=traffic-deaths&phase=analysis") == []
    page = await here.call("GET", f"{BASE}/problems?limit=1")
    assert await listed(f"cursor={page.body['next']}") == [two]
    assert (await here.call("GET", f"{BASE}/problems?phase=done")).status == 422
