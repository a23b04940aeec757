"""Indicators of the simulated cycles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo.history.life import Life
from demo.history.work import Cycle

HALF = 125
SOURCE = "Statistik polres (demonstrasi), dicocokkan dengan catatan rumah sakit"


@dataclass(frozen=True, slots=True)
class Gauge:
    """An indicator with the two half-year periods of a cycle."""

    id: str
    halves: tuple[str, ...]


async def define(life: Life, cycle: Cycle, value: int, goal: int) -> Gauge:
    """Define what is measured in this cycle, with its baseline."""
    body = {
        "program_id": cycle.id,
        "problem_id": life.problem,
        "title": life.theme.indicator,
        "result": "outcome",
        "measure": "unit",
        "ascending": False,
        "capacity": "improve",
        "baseline": {"value": value, "on": life.date(cycle.begins)},
    }
    made = str((await life.post("programs", "indicators", body, by="hospital"))["id"])
    shown: dict[str, Any] = {"periods": []}
    for half, target in enumerate((goal + (value - goal) // 2, goal)):
        period = {
            "starts": life.date(cycle.begins + half * HALF + 1),
            "ends": life.date(cycle.begins + (half + 1) * HALF),
            "target": target,
        }
        shown = await life.post("programs", f"indicators/{made}/periods", period, by="hospital")
    return Gauge(made, tuple(period["id"] for period in shown["periods"]))


async def measure(life: Life, gauge: Gauge, half: int, value: int, day: int) -> str:
    """Record the result of a half of the cycle; returns the id of the measurement."""
    await life.day(day)
    path = f"indicators/{gauge.id}/periods/{gauge.halves[half]}/measurements"
    body = {"value": value, "on": life.date(day), "source": SOURCE}
    shown = await life.post("programs", path, body, by="hospital")
    return str(shown["periods"][half]["actual"]["id"])


async def judge(life: Life, gauge: Gauge, measurement: str, day: int, by: str, dispute: str = "") -> None:
    """Verify a measurement as another party, or dispute it for a reason."""
    await life.day(day)
    path = f"indicators/{gauge.id}/measurements/{measurement}"
    if dispute:
        await life.post("programs", f"{path}/dispute", {"reason": dispute}, by=by)
    else:
        await life.post("programs", f"{path}/verify", by=by)


async def correct(life: Life, gauge: Gauge, measurement: str, value: int, day: int, reason: str) -> str:
    """Correct a measurement; returns the id of the correction."""
    await life.day(day)
    path = f"indicators/{gauge.id}/measurements/{measurement}/correct"
    body = {"value": value, "on": life.date(day), "source": SOURCE, "reason": reason}
    shown = await life.post("programs", path, body, by="hospital")
    actual = (period["actual"] for period in shown["periods"] if period["actual"])
    return next(str(current["id"]) for current in actual if current["corrects"] == measurement)
