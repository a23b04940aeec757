"""What a partnership works: its programmes in cycles, stage by stage, with what each party gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

from demo.history.life import Life
from demo.history.steps import REPORTS, STEPS, WAITS_FOR, Step


@dataclass
class Cycle:
    """A running cycle of a programme."""

    id: str
    stages: list[dict[str, Any]]
    begins: int

    def path(self, place: int) -> str:
        """Where a stage is."""
        return f"programs/{self.id}/stages/{self.stages[place]['id']}"


async def template(life: Life, day: int) -> None:
    """The stages that fit the problem are kept for others."""
    await life.day(day)
    body = {
        "problem_type": life.theme.problem_type,
        "title": {"id": f"Tahapan {life.theme.name} {life.place}"},
        "description": {"id": f"Lima tahap yang dijalankan bersama: {life.theme.mission}"},
        "stages": [
            {
                "title": {"id": one.title},
                "phase": one.phase,
                "deliverables": [{"id": f"Laporan: {one.title.lower()}"}],
                "offset": one.starts,
                "days": one.ends - one.starts,
                "depends_on": waits_for,
            }
            for one, waits_for in zip(STEPS, WAITS_FOR, strict=True)
        ],
    }
    await life.post("programs", "templates", body)


async def plan_cycle(life: Life, day: int, number: int, previous: str | None = None) -> Cycle:
    """A programme in stages is agreed; the one before leaves recommendations that are answered."""
    await life.day(day)
    answers = []
    if previous is not None:
        before = await life.call("GET", "programs", f"programs/{previous}")
        answers = [
            {
                "recommendation_id": one["id"],
                "adopted": place == 0,
                "reason": None if place == 0 else "Tidak ada anggaran tahun ini.",
            }
            for place, one in enumerate(before["recommendations"])
        ]
    body = {
        "partnership_id": life.partnership,
        "title": f"{life.theme.name} {life.place}, tahun {number}",
        "context": life.theme.description,
        "objectives": ["Mengurangi kejadian.", "Memulihkan yang terdampak."],
        "problems": [life.problem],
        "budget": {"amount": 180_000_000, "currency": "IDR"},
        "planned_start": life.date(day),
        "planned_end": life.date(day + 255),
        "previous_id": previous,
        "answers": answers,
        "stages": [
            {
                "title": one.title,
                "responsible": str(life.bodies[one.by].id),
                "phase": one.phase,
                "deliverables": [f"Laporan: {one.title.lower()}"],
                "depends_on": waits_for,
                "planned_start": life.date(day + one.starts),
                "planned_end": life.date(day + one.ends),
            }
            for one, waits_for in zip(STEPS, WAITS_FOR, strict=True)
        ],
    }
    made = await life.post("programs", "programs", body)
    return Cycle(made["id"], made["stages"], day)


async def start_stage(life: Life, cycle: Cycle, place: int) -> None:
    """A stage begins."""
    await life.day(cycle.begins + STEPS[place].starts + 1)
    await life.post("programs", f"{cycle.path(place)}/start", by=STEPS[place].by)


async def do_stage(
    life: Life,
    cycle: Cycle,
    place: int,
    *,
    late: int = 0,
    returned: bool = False,
    disputed: bool = False,
    doubled: bool = False,
) -> None:
    """A stage from its start to its acceptance by another party, with contributions and an activity.

    It may be ``late`` by days, ``returned`` once, with a contribution that was ``disputed``, or an activity
    that was recorded twice.
    """
    step, base = STEPS[place], cycle.path(place)
    await start_stage(life, cycle, place)
    middle = cycle.begins + (step.starts + step.ends) // 2
    await life.day(middle)
    await give(life, cycle, place, step.by, step.judged, middle)
    await give(life, cycle, place, step.judged, step.by, middle, disputed=disputed)
    await act(life, cycle, place, middle)
    if doubled:
        again = await act(life, cycle, place, middle)
        reason = {"reason": "Kegiatan ini tercatat dua kali."}
        await life.post("programs", f"activities/{again}/retract", reason, by=step.by)
    ends = cycle.begins + step.ends - 3 + late
    await life.day(ends)
    await life.post("programs", f"{base}/submit", await _evidence(life, step), by=step.by)
    if returned:
        await life.day(ends + 2)
        reason = {"reason": "Daftar hadir belum lengkap."}
        await life.post("programs", f"{base}/return", reason, by=step.judged)
        await life.day(ends + 6)
        await life.post("programs", f"{base}/submit", await _evidence(life, step), by=step.by)
    await life.day(ends + 9 if returned else ends + 2)
    await life.post("programs", f"{base}/accept", by=step.judged)


async def skip_stage(life: Life, cycle: Cycle, place: int, reason: str) -> None:
    """A stage is left out."""
    await life.day(cycle.begins + STEPS[place].starts)
    await life.post("programs", f"{cycle.path(place)}/skip", {"reason": reason})


async def replan_stage(life: Life, cycle: Cycle, place: int, days: int, reason: str) -> None:
    """A stage is given more days, before it begins."""
    step = STEPS[place]
    await life.day(cycle.begins + step.starts - 5)
    body = {
        "planned_start": life.date(cycle.begins + step.starts),
        "planned_end": life.date(cycle.begins + step.ends + days),
        "reason": reason,
    }
    await life.post("programs", f"{cycle.path(place)}/replan", body, by=step.by)


async def reassign_stage(life: Life, cycle: Cycle, place: int, day: int, to: str, reason: str) -> None:
    """Another party is to do a stage."""
    await life.day(day)
    body = {"responsible": str(life.bodies[to].id), "reason": reason}
    await life.post("programs", f"{cycle.path(place)}/reassign", body)


async def _evidence(life: Life, step: Step) -> dict[str, Any]:
    media_type, content = REPORTS[step.shown.rpartition(".")[2]]
    form = aiohttp.FormData({"partnership_id": life.partnership})
    form.add_field("file", content, filename=step.shown, content_type=media_type)
    kept = await life.post("programs", "evidence", form, by=step.by)
    return {"evidence": [kept["id"]]}


async def give(
    life: Life, cycle: Cycle, place: int, who: str, checked: str, day: int, *, disputed: bool = False
) -> None:
    """A contribution, verified by another party; where it was disputed, after it was said anew."""
    kind, unit, amount, value = life.chance.choice(
        (
            ("time", "jam", 40, 4_000_000),
            ("venue", "hari", 3, 1_500_000),
            ("goods", "paket", 60, 3_000_000),
            ("funds", "IDR", 5_000_000, 5_000_000),
            ("knowledge", "sesi", 4, 2_000_000),
        )
    )
    body = {
        "program_id": cycle.id,
        "stage_id": cycle.stages[place]["id"],
        "kind": kind,
        "amount": amount,
        "unit": unit,
        "value": value,
        "on": life.date(day),
    }
    made = await life.post("programs", "contributions", body, by=who)
    base = f"contributions/{made['id']}"
    if disputed:
        reason = {"reason": "Jumlahnya tidak sesuai dengan daftar hadir."}
        await life.post("programs", f"{base}/dispute", reason, by=checked)
        anew = {"amount": amount * 0.75, "value": value * 3 // 4, "note": "Dihitung ulang bersama."}
        await life.post("programs", f"{base}/correct", anew, by=who)
    await life.post("programs", f"{base}/verify", by=checked)


async def act(life: Life, cycle: Cycle, place: int, day: int) -> str:
    """An activity within a stage."""
    step = STEPS[place]
    body = {
        "program_id": cycle.id,
        "stage_id": cycle.stages[place]["id"],
        "problem_id": life.problem,
        "title": f"{step.title}: kegiatan utama",
        "means": ("coordinate", "educate", "act", "protect", "channel")[place],
        "intensity": (1, 1, 2, 2, 1)[place],
        "phase": step.phase,
        "legal_umbrella": life.decree or None,
        "legal_citation": "" if life.decree else "Perpol 1/2021",
        "area": life.area,
        "on": life.date(day),
        "reached": life.chance.randint(20, 180),
        "audience": life.theme.audiences[place % len(life.theme.audiences)],
        "trained": [str(life.bodies["forum"].people[0])] if place == 1 else [],
    }
    return str((await life.post("programs", "activities", body, by=step.by))["id"])


async def close(life: Life, cycle: Cycle, day: int) -> None:
    """The cycle is closed with what the next one should do."""
    await life.day(day)
    advice = ["Libatkan orang tua sejak tahap pertama.", "Sediakan dana khusus untuk pendampingan."]
    await life.post("programs", f"programs/{cycle.id}/close", {"recommendations": advice})


async def abandon(life: Life, cycle: Cycle, day: int, reason: str) -> None:
    """The cycle is given up."""
    await life.day(day)
    await life.post("programs", f"programs/{cycle.id}/abandon", {"reason": reason})
