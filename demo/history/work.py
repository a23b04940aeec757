"""Simulated programmes: cycles, stages, contributions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from demo.history.cast import BODIES
from demo.history.evidence import Work, shown
from demo.history.life import Life
from demo.history.steps import STEPS, WAITS_FOR

OBJECTIVES = (
    "Menurunkan jumlah kejadian sedikitnya seperempat dalam setahun.",
    "Mendampingi setiap orang terdampak yang bersedia.",
)
ADVICE = (
    ("Libatkan orang tua sejak tahap pemetaan.", "Sediakan dana khusus untuk pendampingan."),
    ("Cocokkan catatan polres dan rumah sakit setiap bulan.", "Perpanjang pelatihan menjadi empat hari."),
    ("Pindahkan pertemuan keluarga ke sore hari.", "Sediakan kendaraan untuk kunjungan rumah."),
)
# Of two recommendations, the first is adopted.
REJECTED = (
    "Anggaran tahun ini sudah terbagi; dibahas lagi pada penyusunan anggaran berikutnya.",
    "Guru tidak dapat meninggalkan kelas selama empat hari.",
    "Mobil desa sudah dapat dipakai untuk kunjungan.",
)
GIFTS = (
    ("time", "hour", 40, 4_000_000, "Waktu petugas dan relawan menurut daftar tugas"),
    ("venue", "day", 3, 1_500_000, "Aula dengan listrik dan kursi"),
    ("goods", "package", 60, 3_000_000, "Konsumsi dan alat tulis peserta"),
    ("funds", "IDR", 5_000_000, 5_000_000, "Biaya cetak dan perjalanan"),
    ("knowledge", "session", 4, 2_000_000, "Pelatih yang didatangkan"),
)


@dataclass
class Cycle:
    """A running cycle of a programme."""

    id: str
    stages: list[dict[str, Any]]
    begins: int
    number: int
    recorded: int

    def path(self, place: int) -> str:
        """The path of a stage in the API."""
        return f"programs/{self.id}/stages/{self.stages[place]['id']}"


async def template(life: Life, day: int) -> None:
    """Add a template of the stages that fit the problem."""
    await life.day(day)
    body = {
        "problem_type": life.theme.problem_type,
        "title": {"id": f"Tahapan {life.theme.name} {life.place}"},
        "description": {"id": f"Lima tahap yang dijalankan bersama: {life.theme.mission}"},
        "stages": [
            {
                "title": {"id": step.title},
                "phase": step.phase,
                "deliverables": [{"id": step.result}],
                "offset": step.starts,
                "days": step.ends - step.starts,
                "depends_on": waits_for,
            }
            for step, waits_for in zip(STEPS, WAITS_FOR, strict=True)
        ],
    }
    await life.post("programs", "templates", body)


async def plan_cycle(
    life: Life, day: int, number: int, previous: str | None = None, recorded: int | None = None
) -> Cycle:
    """Have a programme in stages approved; the recommendations of the previous one are answered.

    The parties take turns in proposing. All others endorse it; in the third year the board decides instead.

    ``recorded`` is how many cases are recorded at its beginning.
    """
    await life.day(day)
    answers = []
    if previous is not None:
        before = await life.call("GET", "programs", f"programs/{previous}")
        answers = [
            {
                "recommendation_id": recommendation["id"],
                "adopted": place == 0,
                "reason": None if place == 0 else REJECTED[(number - 2) % len(REJECTED)],
            }
            for place, recommendation in enumerate(before["recommendations"])
        ]
    body = {
        "partnership_id": life.partnership,
        "title": f"{life.theme.name} {life.place}, tahun {number}",
        "context": life.theme.description,
        "objectives": list(OBJECTIVES),
        "problems": [life.problem],
        "budget": {"amount": 180_000_000, "currency": "IDR"},
        "planned_start": life.date(day),
        "planned_end": life.date(day + 255),
        "previous_id": previous,
        "answers": answers,
        "stages": [
            {
                "title": step.title,
                "responsible": str(life.bodies[step.by].id),
                "phase": step.phase,
                "deliverables": [step.result],
                "depends_on": waits_for,
                "planned_start": life.date(day + step.starts),
                "planned_end": life.date(day + step.ends),
            }
            for step, waits_for in zip(STEPS, WAITS_FOR, strict=True)
        ],
    }
    proposer = list(life.bodies)[(number - 1) % len(BODIES)]
    made = await life.post("programs", "programs", body, by=proposer)
    path, read = f"programs/{made['id']}", {"revision": made["revision"]}
    if number == 3 and life.decisions:
        decided = read | {"decision_id": life.decisions[-1]}
        made = await life.post("programs", f"{path}/approve", decided, by=proposer)
    for key in life.bodies:
        if key != proposer and made["state"] == "proposed":
            made = await life.post("programs", f"{path}/endorse", read, by=key)
    return Cycle(made["id"], made["stages"], day, number, recorded or life.theme.baseline)


async def refuse_proposal(life: Life, day: int) -> None:
    """The school proposes a programme that the hospital declines; it revises it in vain and withdraws it."""
    await life.day(day)
    plan = {
        "title": f"Pos terpadu {life.place}",
        "objectives": ["Satu pos yang dijaga semua pihak setiap malam."],
        "problems": [life.problem],
        "stages": [{"title": "Menjaga pos", "responsible": str(life.bodies["hospital"].id)}],
    }
    made = await life.post("programs", "programs", plan | {"partnership_id": life.partnership}, by="school")
    path = f"programs/{made['id']}"
    reason = "Rumah sakit tidak mempunyai petugas untuk jaga malam."
    await life.day(day + 3)
    await life.post("programs", f"{path}/decline", {"revision": 1, "reason": reason}, by="hospital")
    await life.day(day + 9)
    plan["stages"] = [{"title": "Menjaga pos", "responsible": str(life.bodies["forum"].id)}]
    await life.post("programs", f"{path}/revise", plan, by="school")
    await life.day(day + 16)
    reason = "FKPM memilih memperkuat ronda yang sudah ada."
    await life.post("programs", f"{path}/withdraw", {"reason": reason}, by="school")


async def start_stage(life: Life, cycle: Cycle, place: int) -> None:
    """Start a stage."""
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
    reused: bool = False,
) -> dict[str, Any]:
    """Take a stage from its start to its acceptance by another party, with contributions and its activity.

    It may be ``late`` by days, ``returned`` once, have a ``disputed`` contribution, or an activity that was
    recorded twice; its evidence may be the file of the cycle before, ``reused``.
    """
    step, base = STEPS[place], cycle.path(place)
    await start_stage(life, cycle, place)
    middle = cycle.begins + (step.starts + step.ends) // 2
    await life.day(middle)
    await give(life, cycle, place, step.by, step.judged, middle)
    await give(life, cycle, place, step.judged, step.by, middle, disputed=disputed)
    activity = await act(life, cycle, place, middle)
    await life.day(middle + 3)
    await life.post("programs", f"activities/{activity['id']}/confirm", by=step.judged)
    if doubled:
        again = await act(life, cycle, place, middle)
        dispute = {"reason": "Kegiatan pada hari itu hanya satu."}
        await life.post("programs", f"activities/{again['id']}/dispute", dispute, by=step.judged)
        reason = {"reason": "Kegiatan ini tercatat dua kali."}
        await life.post("programs", f"activities/{again['id']}/retract", reason, by=step.by)
    ends = cycle.begins + step.ends - 3 + late
    await life.day(ends)
    work = Work(cycle.number, cycle.recorded, activity["reached"], complete=not returned, reused=reused)
    await life.post("programs", f"{base}/submit", await _evidence(life, place, work), by=step.by)
    if returned:
        await life.day(ends + 2)
        reason = {"reason": "Daftar hadir belum lengkap."}
        await life.post("programs", f"{base}/return", reason, by=step.judged)
        await life.day(ends + 6)
        work = replace(work, complete=True, again=True)
        await life.post("programs", f"{base}/submit", await _evidence(life, place, work), by=step.by)
    await life.day(ends + 9 if returned else ends + 2)
    await life.post("programs", f"{base}/accept", by=step.judged)
    if place == 0:
        await _follow(life, cycle, place, step.judged)
    return activity


async def _follow(life: Life, cycle: Cycle, place: int, by: str) -> None:
    """Record that a completed stage followed what was adopted of the previous cycle's recommendations."""
    shown = await life.call("GET", "programs", f"programs/{cycle.id}")
    for answer in shown["answers"]:
        if answer["adopted"]:
            path = f"programs/{cycle.id}/recommendations/{answer['recommendation_id']}/follow"
            await life.post("programs", path, {"stage_id": cycle.stages[place]["id"]}, by=by)


async def skip_stage(life: Life, cycle: Cycle, place: int, reason: str) -> None:
    """Skip a stage, as all parties agree."""
    await life.day(cycle.begins + STEPS[place].starts)
    await _agreed(life, f"{cycle.path(place)}/skip", {"reason": reason}, STEPS[place].by)


async def replan_stage(life: Life, cycle: Cycle, place: int, days: int, reason: str) -> None:
    """Give a stage more days before it starts."""
    step = STEPS[place]
    await life.day(cycle.begins + step.starts - 5)
    body = {
        "planned_start": life.date(cycle.begins + step.starts),
        "planned_end": life.date(cycle.begins + step.ends + days),
        "reason": reason,
    }
    await _agreed(life, f"{cycle.path(place)}/replan", body, step.by)


async def reassign_stage(life: Life, cycle: Cycle, place: int, day: int, to: str, reason: str) -> None:
    """Reassign a stage to another party, which agrees after a third one has declined."""
    await life.day(day)
    path, body = f"{cycle.path(place)}/reassign", {"reason": reason}
    shown = await life.post(
        "programs", path, body | {"responsible": str(life.bodies["hospital"].id)}, by="police"
    )
    change = f"programs/{cycle.id}/changes/{shown['changes'][-1]['id']}"
    refusal = {"reason": "Rumah sakit tidak mempunyai pelatih."}
    await life.post("programs", f"{change}/decline", refusal, by="hospital")
    await life.post("programs", f"{change}/withdraw", {"reason": "Dicari pihak lain."}, by="police")
    await _agreed(life, path, body | {"responsible": str(life.bodies[to].id)}, "police")


async def _agreed(life: Life, path: str, body: dict[str, Any], proposer: str) -> None:
    """Propose a change of a programme, and have the others endorse it until it is in force."""
    shown = await life.post("programs", path, body, by=proposer)
    for key in life.bodies:
        change = shown["changes"][-1]
        if key != proposer and change["state"] == "proposed":
            path = f"programs/{shown['id']}/changes/{change['id']}/endorse"
            shown = await life.post("programs", path, by=key)


async def _evidence(life: Life, place: int, work: Work) -> dict[str, Any]:
    if not work.reused:
        life.handed_in[place] = shown(life, place, work)
    filename, media_type, content = life.handed_in[place]
    form = aiohttp.FormData({"partnership_id": life.partnership})
    form.add_field("file", content, filename=filename, content_type=media_type)
    kept = await life.post("programs", "evidence", form, by=STEPS[place].by)
    return {"evidence": [kept["id"]]}


async def give(
    life: Life, cycle: Cycle, place: int, who: str, checked: str, day: int, *, disputed: bool = False
) -> None:
    """Record a contribution that another party verifies, after a correction if it was disputed."""
    kind, unit, amount, value, note = life.chance.choice(GIFTS)
    body = {
        "program_id": cycle.id,
        "stage_id": cycle.stages[place]["id"],
        "kind": kind,
        "amount": amount,
        "unit": unit,
        "value": value,
        "on": life.date(day),
        "note": note,
    }
    made = await life.post("programs", "contributions", body, by=who)
    base = f"contributions/{made['id']}"
    if disputed:
        reason = {"reason": "Jumlahnya tidak sesuai dengan daftar hadir."}
        await life.post("programs", f"{base}/dispute", reason, by=checked)
        anew = {"amount": amount * 0.75, "value": value * 3 // 4, "note": "Dihitung ulang bersama."}
        await life.post("programs", f"{base}/correct", anew, by=who)
    await life.post("programs", f"{base}/verify", by=checked)


async def act(life: Life, cycle: Cycle, place: int, day: int) -> dict[str, Any]:
    """Record an activity within a stage."""
    step = STEPS[place]
    body = {
        "program_id": cycle.id,
        "stage_id": cycle.stages[place]["id"],
        "problem_id": life.problem,
        "title": f"{step.activity} di {life.place}",
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
    made: dict[str, Any] = await life.post("programs", "activities", body, by=step.by)
    return made


async def close(life: Life, cycle: Cycle, day: int) -> None:
    """Close the cycle as the board has decided, with recommendations for the next one."""
    await life.day(day)
    advice = {"recommendations": list(ADVICE[(cycle.number - 1) % len(ADVICE)])}
    decided = {"decision_id": life.decisions[-1]}
    await life.post("programs", f"programs/{cycle.id}/close", advice | decided, by="police")


async def abandon(life: Life, cycle: Cycle, day: int, reason: str) -> None:
    """Abandon the cycle, as all parties agree."""
    await life.day(day)
    await _agreed(life, f"programs/{cycle.id}/abandon", {"reason": reason}, "police")
