"""Stage templates fit a type of problem; a plan made of one is a programme's stages, but for the parties."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.programs.model.plan import dependencies
from services.programs.model.template import StageTemplate
from services.programs.tables.templates import shipped
from tests.programs.world import BASE, approve, events, signed
from tests.support.system import System

SHIPPED_FOR = {"street-racing", "student-drug-abuse", "flood-season-theft", "traffic-deaths", "general"}


def own(**more: Any) -> dict[str, Any]:
    """A template of an agency."""
    stages = [
        {"title": {"id": "Kenali"}, "offset": 0, "days": 10, "phase": "prevention"},
        {"title": {"id": "Tangani", "en": "Handle"}, "offset": 10, "days": 1, "depends_on": [1]},
    ]
    return {
        "problem_type": "street-racing",
        "title": {"id": "Cara kami"},
        "description": {"id": "Singkat", "en": "Short"},
        "stages": stages,
        **more,
    }


async def listed(here: System, query: str = "") -> list[dict[str, Any]]:
    answer = await here.call("GET", f"{BASE}/templates?{query}")
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.body["items"]
    return items


async def test_templates_are_shipped_for_each_type_and_in_general(here: System) -> None:
    assert {item["problem_type"] for item in await listed(here)} == SHIPPED_FOR
    found = await listed(here, "problem_type=street-racing")
    assert {template["problem_type"] for template in found} == {"street-racing", "general"}
    assert [item["problem_type"] for item in await listed(here, "problem_type=lain")] == ["general"]
    shown = await here.call("GET", f"{BASE}/templates/{found[0]['id']}")
    assert shown.body == found[0]
    assert shown.body["shipped"] is True
    assert shown.headers["ETag"] == '"1"'
    unknown = await here.call("GET", f"{BASE}/templates/{uuid4()}")
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unknown-aggregate")


@pytest.mark.parametrize("template", shipped().values(), ids=lambda one: str(one.problem_type))
def test_every_shipped_template_is_whole(template: StageTemplate) -> None:
    template.check()
    waits = dependencies([tuple(stage.depends_on) for stage in template.stages])
    for stage, depends_on in zip(template.stages, waits, strict=True):
        for deliverable in (stage.title, *stage.deliverables):
            assert set(deliverable) == {"id", "en"}
            assert all(deliverable.values())
        assert stage.deliverables, f"{stage.title['en']} leaves nothing to show"
        for before in (template.stages[position - 1] for position in depends_on):
            assert before.offset + before.days <= stage.offset, f"{stage.title['en']} begins too early"
    assert {stage.phase for stage in template.stages} == {"prevention", "handling", "rehabilitation"}


async def test_a_plan_is_sent_on_as_a_programme(here: System) -> None:
    partnership = await signed(here)
    (template,) = [
        item
        for item in await listed(here, "problem_type=traffic-deaths")
        if item["problem_type"] != "general"
    ]
    path = f"{BASE}/templates/{template['id']}/plan?start=2026-03-02"
    made = (await here.call("GET", path, Accept_Language="en")).body
    assert made["stages"][0]["title"] == template["stages"][0]["title"]["en"]
    assert made["stages"][0]["responsible"] is None
    assert (made["planned_start"], made["stages"][0]["planned_start"]) == ("2026-03-02", "2026-03-02")
    days = template["stages"][0]["days"]
    first = (date(2026, 3, 2) + timedelta(days=days - 1)).isoformat()
    assert made["stages"][0]["planned_end"] == first
    indonesian = (await here.call("GET", f"{path}&language=id", Accept_Language="en")).body
    assert indonesian["stages"][0]["title"] == template["stages"][0]["title"]["id"]
    filled = (await here.call("GET", f"{path}&responsible={partnership.police}")).body
    answer = await approve(here, partnership, **filled)
    assert answer.status == 200, answer.body
    assert answer.body["template_id"] == template["id"]
    assert [stage["depends_on"] for stage in answer.body["stages"]] == [
        stage["depends_on"] for stage in template["stages"]
    ]
    assert answer.body["planned_end"] == made["planned_end"]


async def test_an_agency_adds_its_own(here: System) -> None:
    answer = await here.call("POST", f"{BASE}/templates", own(), token=here.token("coordinator"))
    assert answer.status == 201, answer.body
    template = answer.body
    assert (template["agency"], template["shipped"]) == ("polresta-contoh", False)
    assert template["title"] == {"id": "Cara kami", "en": None}
    assert template["id"] in [item["id"] for item in await listed(here, "problem_type=street-racing")]
    path = f"{BASE}/templates/{template['id']}/plan?start=2026-01-31&language=en"
    made = (await here.call("GET", path)).body
    assert [stage["title"] for stage in made["stages"]] == ["Kenali", "Handle"]
    assert [(stage["planned_start"], stage["planned_end"]) for stage in made["stages"]] == [
        ("2026-01-31", "2026-02-09"),
        ("2026-02-10", "2026-02-10"),
    ]
    partnership = await signed(here)
    program = await approve(here, partnership, template_id=template["id"])
    assert program.body["template_id"] == template["id"]


async def test_a_template_has_a_timeline(here: System) -> None:
    made = await here.call("POST", f"{BASE}/templates", own(), token=here.token("coordinator"))
    (added,) = await events(here, "templates", made.body["id"])
    assert (added["event"], added["data"]["stages"]) == ("template-added.v1", 2)
    assert await events(here, "templates", str(next(iter(shipped())))) == []
    unknown = await here.call("GET", f"{BASE}/templates/{uuid4()}/timeline")
    assert (unknown.status, unknown.body["type"]) == (404, "/problems/unknown-aggregate")


async def test_templates_come_in_pages(here: System) -> None:
    await here.call("POST", f"{BASE}/templates", own(), token=here.token("coordinator"))
    seen, cursor = [], ""
    while True:
        answer = await here.call("GET", f"{BASE}/templates?limit=2{cursor}")
        seen += [item["id"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            break
        cursor = f"&cursor={answer.body['next']}"
    assert seen == [item["id"] for item in await listed(here)]
    assert len(seen) == len(SHIPPED_FOR) + 1


async def test_a_template_that_cannot_work_is_refused(here: System) -> None:
    token = here.token("coordinator")
    stages = own()["stages"]
    circle = [stages[0] | {"depends_on": [2]}, stages[1]]
    answer = await here.call("POST", f"{BASE}/templates", own(stages=circle), token=token)
    assert (answer.status, answer.body["type"]) == (422, "/problems/circular-dependency")
    nowhere = [stages[0] | {"depends_on": [5]}]
    answer = await here.call("POST", f"{BASE}/templates", own(stages=nowhere), token=token)
    assert (answer.status, answer.body["type"]) == (422, "/problems/dependency-unknown")
    wrongs: tuple[dict[str, Any], ...] = (
        {"stages": []},
        {"stages": [stages[0] | {"days": 10**12}]},
        {"problem_type": "Balap liar"},
    )
    for wrong in wrongs:
        assert (await here.call("POST", f"{BASE}/templates", own(**wrong), token=token)).status == 422
    police = here.representative(uuid4())
    answer = await here.call("POST", f"{BASE}/templates", own(), token=police)
    assert (answer.status, answer.body["type"]) == (403, "/problems/role-missing")
    plan = f"{BASE}/templates/{next(iter(shipped()))}/plan"
    assert (await here.call("GET", f"{plan}?start=9999-12-31")).status == 422
    assert (await here.call("GET", plan)).status == 422
