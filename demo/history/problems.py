"""Simulated problems: incidents, early signs, root causes, options."""

from __future__ import annotations

from typing import Any

from demo.history.cast import MARK
from demo.history.life import Life

HARM = ("slight", "serious", "slight")
"""How grave the incidents are, in turn."""


async def find(life: Life, day: int, *, deep: bool = True) -> None:
    """Register a problem, analyse it and choose a response."""
    await life.day(day)
    theme = life.theme
    body = {
        "partnership_id": life.partnership,
        "title": f"{theme.problem} di {life.place}",
        "description": theme.description,
        "area": life.area,
        "problem_type": theme.problem_type,
        "impact": theme.impact,
    }
    life.problem = (await life.post("programs", "problems", body, by="police"))["id"]
    for number in range(6):
        await incident(life, day - 30 + number * 5, day)
    if not deep:
        return
    base = f"problems/{life.problem}"
    await life.day(day + 5)
    await move(life, "analysis")
    for side, statement, evidence in theme.causes:
        cause = {"side": side, "statement": statement, "evidence": evidence}
        await life.post("programs", f"{base}/root-causes", cause, by="school")
    options: list[dict[str, Any]] = []
    for title, description, effect in theme.options:
        option = {"title": title, "description": description, "expected_effect": effect}
        options = (await life.post("programs", f"{base}/options", option, by="forum"))["options"]
    await life.day(day + 15)
    chosen = next(option for option in options if option["title"] == theme.options[1][0])
    reason = {"reason": "Menjawab dua akar masalah sekaligus, dan didukung semua pihak."}
    await life.post("programs", f"{base}/options/{chosen['id']}/choose", reason)
    await move(life, "response")


async def move(life: Life, to: str) -> None:
    """Move the problem to another phase."""
    await life.post("programs", f"problems/{life.problem}/move", {"to": to})


async def carried_out(life: Life, day: int, note: str) -> None:
    """Record that the chosen response was carried out outside the programme."""
    await life.day(day)
    body = {"on": life.date(day), "note": note}
    await life.post("programs", f"problems/{life.problem}/carry-out", body, by="forum")


async def incident(life: Life, on: int, today: int) -> None:
    """Record an incident of the past."""
    life.numbers += 1
    body = {
        "reference": f"LP/{life.numbers:04d} {MARK}",
        "on": life.date(max(0, min(on, today))),
        "area": life.area,
        "note": life.theme.incidents[life.numbers % len(life.theme.incidents)],
        "severity": HARM[life.numbers % len(HARM)],
        "source": "police_report",
    }
    await life.post("programs", f"problems/{life.problem}/incidents", body, by="police")


async def signal(life: Life, day: int, note: str, act: str = "") -> None:
    """Record an early sign, and the action taken on it."""
    await life.day(day)
    known = {"severity": "slight", "source": "patrol" if act else "clinic"}
    body = {"on": life.date(day), "area": life.area, "note": note, **known}
    base = f"problems/{life.problem}/signals"
    shown = await life.post("programs", base, body, by="forum")
    if act:
        await life.day(day + 2)
        path = f"{base}/{shown['signals'][-1]['id']}/act"
        done = {"on": life.date(day + 2), "act": act}
        await life.post("programs", path, done, by="forum")
