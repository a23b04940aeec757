"""The matrix of kinds, phases and audiences: what there is, was, need not be, and is not."""

from __future__ import annotations

from typing import Any

from services.portal.coverage import Cell, matrix
from shared.contracts.vocabulary import CoverageState, Phase, ProductKind, Tense


def product(kind: str, standing: str, phases: list[str], audiences: list[str]) -> dict[str, Any]:
    return {"kind": kind, "standing": standing, "phases": phases, "audiences": audiences}


def cells(plan: dict[str, Any], published: list[Any], ended: list[Any]) -> dict[tuple[str, str, str], Cell]:
    return {
        (row.kind, phase, cell.audience): cell
        for row in matrix(plan, published, ended)
        for phase, these in row.phases
        for cell in these
    }


def test_every_kind_phase_and_audience_has_a_cell() -> None:
    found = cells({"audiences": ["youth", "parents"], "exemptions": []}, [], [])
    assert set(found) == {
        (kind, phase, who) for kind in ProductKind for phase in Phase for who in ("youth", "parents")
    }
    assert {item.state for item in found.values()} == {"none"}


def test_a_product_fills_every_cell_that_it_names_and_no_other() -> None:
    guide = product("guidance", "published", ["prevention", "handling"], ["youth"])
    found = cells({"audiences": ["youth", "parents"], "exemptions": []}, [guide], [])
    filled = {key for key, cell in found.items() if cell.state == "current"}
    assert filled == {("guidance", "prevention", "youth"), ("guidance", "handling", "youth")}


def test_what_ended_leaves_its_cell_open_unless_another_fills_it() -> None:
    gone = product("guidance", "withdrawn", ["prevention", "handling"], ["youth"])
    other = product("guidance", "published", ["handling"], ["youth"])
    found = cells({"audiences": ["youth"], "exemptions": []}, [other], [gone])
    assert found["guidance", "prevention", "youth"].state == "ended"
    assert found["guidance", "handling", "youth"].state == "current"


def test_a_revoked_regulation_covers_nothing_though_it_is_published() -> None:
    for standing in ("revoked", "lapsed"):
        law = product("legal_umbrella", standing, ["handling"], ["officers"])
        found = cells({"audiences": ["officers"], "exemptions": []}, [law], [])
        assert found["legal_umbrella", "handling", "officers"].state == "ended"


def test_an_exemption_gives_its_reason_until_there_is_a_product_all_the_same() -> None:
    exempt = {"kind": "reference", "phase": "handling", "audience": "youth", "reason": "Not for them"}
    plan = {"audiences": ["youth"], "exemptions": [exempt]}
    assert cells(plan, [], [])["reference", "handling", "youth"] == Cell(
        "youth", CoverageState.EXEMPT, "Not for them"
    )
    made = product("reference", "published", ["handling"], ["youth"])
    assert cells(plan, [made], [])["reference", "handling", "youth"] == Cell("youth", CoverageState.CURRENT)


def test_a_cell_that_is_exempt_for_some_times_only_is_still_open() -> None:
    exempt = {"kind": "situation_picture", "phase": "handling", "audience": "youth", "reason": "Not yet"}
    times = [exempt | {"tense": tense} for tense in Tense]
    key = ("situation_picture", "handling", "youth")
    for exemptions, state in (
        (times[:-1], "none"),
        (times, "exempt"),
        ([exempt | {"tense": None}], "exempt"),
    ):
        assert cells({"audiences": ["youth"], "exemptions": exemptions}, [], [])[key].state == state


def test_a_product_for_somebody_outside_the_plan_is_not_in_it() -> None:
    made = product("reference", "published", ["handling"], ["drivers"])
    found = cells({"audiences": ["youth"], "exemptions": []}, [made], [])
    assert {item.audience for item in found.values()} == {"youth"}
