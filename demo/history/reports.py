"""Reports from residents, and what becomes of them."""

from __future__ import annotations

from typing import Any

from demo.history.life import Life

LAMPS = "Lampu di gang belakang pasar mati sejak dua malam; anak-anak pulang mengaji lewat situ."
PILLS = "Ada orang yang menawarkan pil kepada pelajar di warung dekat terminal setiap sore."
CLASSES = "Kapan pertemuan orang tua berikutnya, dan apakah boleh datang tanpa undangan?"
PARKING = "Bus wisata parkir di depan gerbang sekolah, pelajar menyeberang di antaranya."
NOISE = "Suara mesin dari bengkel sampai larut malam."
ADVERTISING = "Pinjaman cepat tanpa jaminan, hubungi kami hari ini juga."
ANSWERED_LATE = 5
"""After how many days the late one is answered; three are allowed."""


async def send(life: Life, day: int, text: str, **more: Any) -> tuple[str, str]:
    """Send a report as a resident without an account; returns its code, and its id as the parties see it."""
    await life.day(day)
    body = {"partnership_id": life.partnership, "text": text, **more}
    made = await life.scene.api.ask("programs", "reports", method="POST", body=body)
    listed = await life.call("GET", "programs", f"reports?partnership_id={life.partnership}&state=received")
    return str(made["code"]), str(listed["items"][-1]["id"])


async def settle(life: Life, day: int, report: str, how: str, by: str, **body: Any) -> None:
    """Settle a report as a party: ``answer``, ``signal``, ``dismiss``."""
    await life.day(day)
    await life.post("programs", f"reports/{report}/{how}", body, by=by)


async def year(life: Life, day: int) -> None:
    """Six reports: two answered, one late, an early sign, one that is spam, one withdrawn."""
    code, lamps = await send(life, day, LAMPS, place="Gang Pasar", contact="warga@example.org")
    await life.scene.api.ask(
        "programs", "reports/add", method="POST", body={"code": code, "text": "Sekarang tiga lampu."}
    )
    answer = "Kelurahan memasang lampu baru pada hari Sabtu. Terima kasih."
    await settle(life, day + 1, lamps, "answer", "forum", answer=answer)
    _, pills = await send(life, day + 20, PILLS, place="Terminal")
    seen = {
        "problem_id": life.problem,
        "on": life.date(day + 20),
        "area": life.area,
        "note": "Pil ditawarkan kepada pelajar di dekat terminal pada sore hari.",
        "answer": "Dicatat sebagai tanda awal; FKPM dan guru mendatangi warung itu.",
    }
    await settle(life, day + 21, pills, "signal", "police", **seen)
    _, spam = await send(life, day + 30, ADVERTISING)
    await settle(life, day + 30, spam, "dismiss", "forum", reason="Iklan, bukan laporan.")
    code, _ = await send(life, day + 40, NOISE)
    await life.day(day + 41)
    await life.scene.api.ask("programs", "reports/withdraw", method="POST", body={"code": code})
    _, parking = await send(life, day + 50, PARKING, place="Gerbang utama")
    answer = "Dinas perhubungan memindahkan tempat parkir bus. Maaf, jawabannya terlambat."
    await settle(life, day + 50 + ANSWERED_LATE, parking, "answer", "police", answer=answer)
    _, classes = await send(life, day + 70, CLASSES)
    answer = "Sabtu depan pukul sembilan di balai; semua orang tua boleh datang."
    await settle(life, day + 71, classes, "answer", "school", answer=answer)
