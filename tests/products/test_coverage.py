"""A partnership declares for whom it means to have products, and which cells need none."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import combinations
from typing import Any
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.products.model.coverage import CoveragePlan, Exemption
from shared.contracts.partners import PartnershipEnded
from shared.contracts.vocabulary import Tense
from shared.refusal import Refusal
from tests.products.world import World, refused
from tests.support.wait import eventually


def cell(audience: str = "students", **facts: str | None) -> dict[str, str | None]:
    why = {"kind": "legal_umbrella", "phase": "rehabilitation", "reason": "Sudah diatur undang-undang."}
    return {"audience": audience} | why | facts


async def test_a_plan_replaces_the_one_before(world: World) -> None:
    path = f"/coverage-plans/{world.partnership}"
    assert refused(await world.call("GET", path)) == (404, "unknown-aggregate")
    body: dict[str, Any] = {"audiences": ["students", "parents"], "exemptions": [cell()]}
    first = await world.call("PUT", path, body, by=world.village)
    assert first.status == 200, first.body
    assert (first.body["declared_by"], first.body["audiences"]) == (
        str(world.village),
        ["students", "parents"],
    )
    other = body | {"exemptions": [cell(reason="Diatur daerah."), cell("parents", phase="handling")]}
    stale = await world.call("PUT", path, other, by=world.police, If_Match='"7"')
    assert refused(stale) == (412, "changed-since-read")
    second = await world.call("PUT", path, other, token=world.here.token("coordinator"))
    assert (second.status, second.body["declared_by"]) == (200, None)
    elsewhere = await world.call("PUT", path, body, token=world.coordinator("polda-lain"))
    assert refused(elsewhere) == (403, "other-agency")
    shown = await world.get(path)
    assert [(exemption["audience"], exemption["reason"]) for exemption in shown["exemptions"]] == [
        ("parents", "Sudah diatur undang-undang."),
        ("students", "Diatur daerah."),
    ]
    third = await world.call("PUT", path, {"audiences": ["parents"]}, by=world.school)
    assert (third.body["audiences"], third.body["exemptions"]) == (["parents"], [])
    events = await world.get(f"{path}/timeline")
    assert [len(event["data"]["exemptions"]) for event in events] == [1, 2, 0]
    assert events[0]["data"] == {
        "partnership_id": str(world.partnership),
        "audiences": ["students", "parents"],
        "exemptions": [cell(tense=None)],
    }


async def test_a_situation_picture_is_exempt_for_one_time_or_for_all(world: World) -> None:
    path = f"/coverage-plans/{world.partnership}"
    picture = {"kind": "situation_picture", "phase": "prevention"}
    past, future = (cell(**picture, tense=tense) for tense in ("past", "future"))
    body: dict[str, Any] = {"audiences": ["students"], "exemptions": [past, future]}
    await world.call("PUT", path, body, by=world.village)
    shown = await world.get(path)
    assert [exemption["tense"] for exemption in shown["exemptions"]] == ["future", "past"]
    [event] = await world.get(f"{path}/timeline")
    assert [exemption["tense"] for exemption in event["data"]["exemptions"]] == ["past", "future"]
    await world.call("PUT", path, body, by=world.school)
    assert (await world.get(path))["exemptions"] == shown["exemptions"]
    for exempt, code in (
        ([past, past], "exempt-twice"),
        ([past, cell(**picture)], "exempt-twice"),
        ([cell(**picture), future], "exempt-twice"),
        ([cell(tense="past")], "tense-of-no-picture"),
    ):
        answer = await world.call("PUT", path, body | {"exemptions": exempt}, by=world.village)
        assert refused(answer) == (422, code)
    assert (await world.get(path))["exemptions"] == shown["exemptions"]


async def test_two_first_plans_at_once_are_two_plans_one_after_the_other(world: World) -> None:
    path = f"/coverage-plans/{world.partnership}"
    plans = [{"audiences": ["students"]}, {"audiences": ["parents"]}]
    answers = await asyncio.gather(*(world.call("PUT", path, plan, by=world.police) for plan in plans))
    assert [answer.status for answer in answers] == [200, 200]
    assert len(await world.get(f"{path}/timeline")) == 2


async def test_a_plan_that_does_not_hold_together_is_refused(world: World) -> None:
    path = f"/coverage-plans/{world.partnership}"

    async def declare(*audiences: str, exempt: tuple[dict[str, str | None], ...] = ()) -> tuple[int, str]:
        body = {"audiences": audiences, "exemptions": exempt}
        return refused(await world.call("PUT", path, body, by=world.police))

    assert await declare("students", "students") == (422, "audience-twice")
    assert await declare("parents", exempt=(cell(),)) == (422, "exemption-elsewhere")
    assert await declare("students", exempt=(cell(), cell(reason="Lagi."))) == (422, "exempt-twice")
    assert await declare("students", exempt=(cell(reason=""),)) == (422, "invalid-request")
    assert await declare() == (422, "invalid-request")
    body = {"audiences": ["students"]}
    assert refused(await world.call("PUT", path, body, by=world.outsider)) == (403, "not-a-party")
    assert refused(await world.call("PUT", path, body)) == (401, "sign-in-first")
    unknown = await world.call("PUT", f"/coverage-plans/{uuid4()}", body, by=world.police)
    assert refused(unknown) == (404, "unknown-partnership")
    elsewhere = uuid4()
    await world.sign(elsewhere, uuid4(), agency="polres-lain")
    coordinator = world.here.token("coordinator")
    other = await world.call("PUT", f"/coverage-plans/{elsewhere}", body, token=coordinator)
    assert refused(other) == (403, "other-agency")
    await world.hear(
        PartnershipEnded(partnership_id=world.partnership, title="Aman bersama", reason="its aim is reached")
    )
    await eventually(world.ended)
    assert await declare("students") == (409, "partnership-over")
    assert (await world.call("GET", path)).status == 404


NOW = datetime(2026, 1, 5, tzinfo=UTC)
AUDIENCES = ["a", "b", "c"]
CELLS = st.builds(
    Exemption,
    st.uuids(),
    st.sampled_from(["guidance", "situation_picture"]),
    st.sampled_from(["handling", "prevention"]),
    st.sampled_from(AUDIENCES),
    st.sampled_from(["satu", "dua"]),
    st.sampled_from([None, *Tense]),
)


class PlanLife(RuleBasedStateMachine):
    """Random plans; a refused one leaves the plan as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = CoveragePlan(uuid4(), "agency")

    def shown(self) -> object:
        return list(self.plan.audiences), [
            (exemption.cell, exemption.reason) for exemption in self.plan.exemptions
        ]

    @rule(audiences=st.lists(st.sampled_from(AUDIENCES), max_size=4), cells=st.lists(CELLS, max_size=4))
    def declare(self, audiences: list[str], cells: list[Exemption]) -> None:
        before = self.shown()
        wanted = [(cell.cell, cell.reason) for cell in cells]
        sound = (
            len(set(audiences)) == len(audiences)
            and all(cell.tense is None or cell.kind == "situation_picture" for cell in cells)
            and not any(
                first.cell[:3] == second.cell[:3]
                and (first.tense == second.tense or None in (first.tense, second.tense))
                for first, second in combinations(cells, 2)
            )
            and all(cell.audience in audiences for cell in cells)
        )
        try:
            self.plan.declare(audiences, cells, None, NOW)
        except Refusal:
            assert not sound
            assert self.shown() == before
        else:
            assert sound
            assert self.shown() == (audiences, wanted)

    @invariant()
    def every_exemption_is_one_cell_of_a_declared_audience(self) -> None:
        cells = [exemption.cell for exemption in self.plan.exemptions]
        assert len(set(cells)) == len(cells)
        assert {exemption.audience for exemption in self.plan.exemptions} <= set(self.plan.audiences)


TestPlanLife = PlanLife.TestCase
TestPlanLife.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
