"""Who may do what with problems and programmes: the table, each of its relations, and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.programs.service import service
from shared.identity.actor import Actor
from shared.identity.permissions import GRANTED, STAFF, Relation, Role
from tests.programs.measures import Joint, joint, kind
from tests.programs.world import AGENCY, BASE, act, registered, upload
from tests.support.operations import own_routes
from tests.support.system import System

NO = ("role-missing", "other-agency", "not-a-party", "not-the-lead")
"""What the table says to those who may not; other refusals are the rules of the thing itself."""
HIDDEN = "unknown-aggregate"
"""What is said of a report to those who may not: for them it does not exist."""
ROUTES = own_routes(service)
WRITES = {name: route for name, route in ROUTES.items() if "POST" in (route.methods or ())}
DAYS = {"starts": "2026-04-01", "ends": "2026-06-30"}
FOUND = {"value": 1, "on": "2026-01-05", "source": "Polsek"}


def bodies(one: Joint) -> dict[str, Any]:
    """What is sent to each operation that is about a partnership; None is sent nothing."""
    partnership, why = str(one.partnership.id), {"reason": "Karena begitu"}
    plan = {"title": "Satu", "responsible": str(one.police)}
    proposal = {"title": "Program", "objectives": ["Aman"], "stages": [plan]}
    sign = {"on": "2026-01-04", "area": "35.15", "note": "Berkumpul"}
    given = {"amount": 1, "value": 1}
    about = {"partnership_id": partnership, "title": "Balap", "description": "Liar", "area": "35.15"}
    return {
        "register_problem": about | {"problem_type": "street-racing", "impact": "damages"},
        "record_incident": sign | {"reference": "LP/1/2026"},
        "observe_signal": sign,
        "act_on_signal": {"on": "2026-01-04", "act": "Patroli"},
        "move_problem": {"to": "analysis", "exception_reason": "Mendesak"},
        "identify_root_cause": {"side": "place", "statement": "Gelap", "evidence": "Survei"},
        "propose_option": {"title": "Lampu", "description": "Pasang", "expected_effect": "Sepi"},
        "choose_response": why,
        "carry_out_response": {"on": "2026-01-04", "note": "Terpasang"},
        "propose_program": proposal | {"partnership_id": partnership},
        "revise_program": proposal,
        "withdraw_program": why,
        "endorse_program": {"revision": 1},
        "decline_program": why | {"revision": 1},
        "endorse_change": None,
        "decline_change": why,
        "withdraw_change": why,
        "approve_change": {"decision_id": str(uuid4())},
        "approve_program": {"revision": 1, "decision_id": str(uuid4())},
        "close_program": {},
        "abandon_program": why,
        "start_stage": None,
        "submit_stage": {"evidence": [str(uuid4())]},
        "accept_stage": None,
        "return_stage": why,
        "skip_stage": why,
        "replan_stage": why | {"planned_start": None, "planned_end": "2026-03-01"},
        "reassign_stage": why | {"responsible": str(one.village)},
        "record_activity": one.activity(),
        "retract_activity": why,
        "confirm_activity": None,
        "dispute_activity": why,
        "follow_recommendation": {"stage_id": str(uuid4())},
        "record_contribution": one.contribution(),
        "verify_contribution": None,
        "dispute_contribution": why,
        "correct_contribution": given,
        "define_indicator": one.indicator(),
        "plan_period": DAYS | {"target": 1},
        "set_target": {"target": 1},
        "measure_indicator": FOUND,
        "correct_measurement": FOUND | {"reason": "Salah"},
        "verify_measurement": None,
        "dispute_measurement": why,
        "record_report_as_incident": sign | {"reference": "LP/2/2026", "problem_id": str(uuid4())},
        "record_report_as_signal": sign | {"problem_id": str(uuid4())},
        "refer_report": why | {"partnership_id": str(uuid4())},
        "answer_report": {"answer": "Sudah dibenahi."},
        "dismiss_report": why,
    }


def actors(one: Joint) -> Iterator[tuple[Actor, set[Relation]]]:
    """Each role, alone, in each relation that it can have to the partnership."""
    lead, member = {Relation.PARTY, Relation.LEAD}, {Relation.PARTY}
    of: list[tuple[UUID, set[Relation]]] = [(one.police, lead), (one.village, member)]
    of += [(one.partnership.school, set()), (uuid4(), set())]
    for role in GRANTED:
        for agency, own in ((AGENCY, {Relation.OWN_AGENCY}), ("polresta-lain", set[Relation]())):
            # Whom somebody represents matters to representatives; to others it must not.
            for organisation, bound in of if role == Role.REPRESENTATIVE else of[:1]:
                yield Actor("p-9", agency, organisation, frozenset({role})), own | bound


async def told(here: System, path: str, body: Any, actor: Actor) -> str:
    """How it ends when somebody tries; nothing is changed."""
    token = here.key.mint(actor, clock=here.clock)
    answer = await here.call("POST", path, body, token=token, Dry_Run="true")
    return str(answer.body["type"]).removeprefix("/problems/") if answer.status >= 400 else "done"


async def test_each_relation_is_asked_for_as_the_table_says(here: System) -> None:
    one = await joint(here)
    problem = await registered(here, one.partnership)
    activity = await one.made("activities", one.activity(), one.police)
    contribution = await one.made("contributions", one.contribution(), one.police)
    indicator = await one.planned()
    ids = {
        "program_id": one.id,
        "stage_id": one.program["stages"][0]["id"],
        "problem_id": problem["id"],
        "activity_id": activity["id"],
        "contribution_id": contribution["id"],
        "indicator_id": indicator["id"],
        "period_id": indicator["periods"][0]["id"],
    }
    sending = {"partnership_id": str(one.partnership.id), "text": "Lampu di gang mati."}
    assert (await here.call("POST", f"{BASE}/reports", sending)).status == 201
    reports = await here.call("GET", f"{BASE}/reports", token=here.token("coordinator"))
    ids["report_id"] = reports.body["items"][0]["id"]
    sent = bodies(one)
    asking = {name for name in WRITES if ROUTES[name].operation.permission.asks_for_relation}
    assert asking - {"upload_evidence"} == set(sent), "files are tried apart"
    for name, body in sent.items():
        path = re.sub(
            r"\{(\w+)\}", lambda found: ids.get(found[1], str(uuid4())), f"/api/programs{ROUTES[name].path}"
        )
        for actor, relations in actors(one):
            allowed = any(
                grant.role in actor.roles and grant.relation in relations
                for grant in ROUTES[name].operation.permission.grants
            )
            ended = await told(here, path, body, actor)
            refused = (*NO, HIDDEN) if "{report_id}" in ROUTES[name].path else NO
            assert (ended not in refused) is allowed, (name, actor, ended)


async def test_a_file_is_asked_for_before_it_is_stored(here: System) -> None:
    one = await joint(here)
    for by in (one.partnership.school, uuid4()):
        assert kind(await upload(here, one.partnership.id, by)) == (403, "not-a-party")
    stored = [path for path in (here.settings.data / "blobs").rglob("*") if path.is_file()]
    assert stored == []
    assert (await upload(here, one.partnership.id, one.village)).status == 201


async def test_evidence_is_hidden_from_all_who_do_not_work_in_the_partnership(here: System) -> None:
    one = await joint(here)
    evidence = (await upload(here, one.partnership.id, one.police)).body
    facts = f"{BASE}/evidence/{evidence['id']}/timeline"
    kept = (f"{BASE}/evidence?partnership_id={one.partnership.id}", f"{BASE}/evidence/{evidence['id']}/file")

    async def statuses(actor: Actor | None, *paths: str) -> set[int]:
        token = here.key.mint(actor, clock=here.clock) if actor else None
        return {(await here.call("GET", path, token=token)).status for path in paths}

    assert await statuses(None, *kept) == {401}
    assert await statuses(None, facts) == {404}
    for actor, relations in actors(one):
        staff = not actor.roles.isdisjoint(STAFF) and Relation.OWN_AGENCY in relations
        party = actor.has(Role.REPRESENTATIVE) and actor.organisation in (
            one.police,
            one.village,
            one.partnership.school,
        )
        asked = actor.roles.isdisjoint({*STAFF, Role.REPRESENTATIVE})
        assert await statuses(actor, facts) == {200 if staff or party else 404}, actor
        assert await statuses(actor, *kept) == {200 if staff or party else 403 if asked else 404}, actor
    await act(here, one.program, 1, "start", one.police)
    await act(here, one.program, 1, "submit", one.police, {"evidence": [evidence["id"]]})
    stranger = Actor("p-9", "polresta-lain", uuid4(), frozenset({Role.REPRESENTATIVE, Role.AUDITOR}))
    assert await statuses(stranger, facts) == {200}, "what shows a stage is known to all"
    assert await statuses(stranger, *kept) == {404}, "the files are not"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR, Role.RESIDENT, Role.CUSTODIAN])
async def test_who_only_reads_changes_nothing(here: System, role: Role) -> None:
    token = here.token(role, organisation=uuid4())
    for name, route in WRITES.items():
        if route.operation.permission.is_public:
            continue
        path = re.sub(r"\{\w+\}", str(uuid4()), f"/api/programs{route.path}")
        assert kind(await here.call("POST", path, {}, token=token)) == (403, "role-missing"), name


async def test_one_person_in_two_roles_may_do_what_either_may(here: System) -> None:
    one = await joint(here)
    token = here.token("coordinator", "representative", organisation=one.village, person="p-9")
    carried = {"on": "2026-01-04", "note": "Terpasang"}
    problem = await registered(here, one.partnership)
    path = f"{BASE}/problems/{problem['id']}/carry-out"
    for named in (None, one.police):
        body = carried | {"organisation_id": named and str(named)}
        answer = await here.call("POST", path, body, token=token)
        assert kind(answer) == (409, "act-impossible"), "permitted, and refused by the problem alone"
    assert (await one.post("activities", one.activity(), token)).status == 201
    skip = await act(here, one.program, 1, "skip", token, {"reason": "Tidak perlu"})
    assert skip.status == 200, skip.body
