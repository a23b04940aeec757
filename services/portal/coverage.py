"""Coverage matrix: products by kind, phase and audience, against the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.vocabulary import CoverageState, Phase, ProductKind, Tense


@dataclass(frozen=True, slots=True)
class Cell:
    """For one audience: whether there is a product, was one, none is needed (and why), or is missing."""

    audience: str
    state: CoverageState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of product, with its cells phase by phase."""

    kind: str
    phases: tuple[tuple[str, tuple[Cell, ...]], ...]


def matrix(
    plan: Mapping[str, Any], published: Iterable[Mapping[str, Any]], ended: Iterable[Mapping[str, Any]]
) -> list[Row]:
    """Every kind, phase and audience of a plan, with the products that the public can see.

    A published product that is no longer in force (a revoked or lapsed regulation) counts as ended. The
    matrix states facts: it does not show whether a product is used.
    """
    good: set[tuple[str, str, str]] = set()
    gone: set[tuple[str, str, str]] = set()
    for version in (*published, *ended):
        cells = {
            (version["kind"], phase, audience)
            for phase in version["phases"]
            for audience in version["audiences"]
        }
        (good if version["standing"] == "published" else gone).update(cells)
    exempt = _exempt(plan["exemptions"])

    def cell(kind: str, phase: str, audience: str) -> Cell:
        key = (kind, phase, audience)
        if key in good:
            return Cell(audience, CoverageState.CURRENT)
        if key in exempt:
            return Cell(audience, CoverageState.EXEMPT, exempt[key])
        return Cell(audience, CoverageState.ENDED if key in gone else CoverageState.NONE)

    def row(kind: str, audiences: Sequence[str]) -> Row:
        return Row(
            kind,
            tuple((phase, tuple(cell(kind, phase, audience) for audience in audiences)) for phase in Phase),
        )

    return [row(kind, plan["audiences"]) for kind in ProductKind]


def _exempt(exemptions: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, str], str]:
    """The exempt cells with the reasons; one that is exempt for some times only still needs a product."""
    reasons: dict[tuple[str, str, str], dict[str | None, str]] = {}
    for exemption in exemptions:
        key = (exemption["kind"], exemption["phase"], exemption["audience"])
        reasons.setdefault(key, {})[exemption.get("tense")] = exemption["reason"]
    return {
        key: " ".join(dict.fromkeys(by_time.values()))
        for key, by_time in reasons.items()
        if None in by_time or by_time.keys() >= set(Tense)
    }
