"""Simulated partnerships on paper, ceremonial and interrupted."""

from __future__ import annotations

from demo.history import board, measures, offers, problems, work
from demo.history.catalogue import OFFERS
from demo.history.life import Life
from demo.history.meetings import CELEBRATED, TRACK, YEARS_END
from demo.history.steps import STEPS


async def on_paper(life: Life) -> None:
    """Signed, renewed, filed: agreements, and nothing else."""
    await life.gather(20)
    await life.form(24)
    await life.sign(30, "coordinate")
    first = await life.agree(50, "mou", 365)
    pks = await life.agree(120, "pks", 365)
    await life.terminate(290, pks, "Anggaran bersama tidak pernah tersedia.")
    second = await life.agree(405, "mou", 365, renews=first)
    await life.agree(765, "mou", 365, renews=second)


async def ceremonial(life: Life) -> None:
    """Speeches and photographs; a board that meets without a quorum, and a problem that is never analysed."""
    await life.gather(35)
    await life.form(40)
    await life.contact(41, "call", "Rencana acara")
    await life.sign(45)
    await life.agree(60, "mou", 900)
    await board.constitute(life, 62, "council", 1000)
    await problems.find(life, 75, deep=False)
    await life.advance("knowledge", "Masalah didaftarkan.")
    life.scene.course.begin(_jubilee(life))
    for year in range(3):
        day = 90 + year * 330
        await life.ceremony(day, f"Apel siaga tahun {year_of(life, year)}")
        await life.contact(day + 30, "message", "Ucapan terima kasih")
        await life.ceremony(day + 120, "Penyerahan piagam penghargaan")
        postponed = day + 143 if year == 0 else None
        talk = (("information", "strengthen", f"Laporan apel siaga tahun {year_of(life, year)} diterima."),)
        await board.meet(life, day + 150, CELEBRATED[year], talk, present=2, meant_for=postponed)
        if year == 1:
            await board.call_off(
                life, day + 220, "Pembahasan laporan pencurian musim banjir", "Tidak ada yang dapat hadir."
            )
        if year == 2:
            await board.call(
                life, day + 210, "Rencana dewan sesudah masa jabatan"
            )  # the meetings stop without notice
    await life.hand_over(1000, "police", "forum", "Kepemimpinan bergilir menurut piagam.")
    await life.observe_only(1010, "school", "forum", "Tidak ada tugas yang dapat dikerjakan sekolah.")


def year_of(life: Life, year: int) -> int:
    """The calendar year of a year of the history."""
    return life.scene.begins.year + year + 1


async def _jubilee(life: Life) -> None:
    await life.day(500)
    await life.propose()
    await life.day(545)
    reason = {"reason": "Hanya disusun untuk acara ulang tahun; tidak ada pihak yang menandatangani."}
    await life.act("charter/withdraw", reason, by="police")


async def interrupted(life: Life) -> None:
    """A first year of real work; then commitments are broken, trust falls, and the work stops."""
    await life.gather(12)
    await life.form(15)
    await life.sign(20)
    await life.advance("knowledge", "Masalah dan para pihak dikenali.")
    await life.agree(34, "pks", 700)
    await life.advance("internal_assessment", "Tugas tiap pihak ditimbang dan ditulis.")
    await board.constitute(life, 40, "association", 720)
    await problems.find(life, 50)
    await life.advance("partner_selection", "Bengkel dan sekolah diajak ikut.")
    life.scene.course.begin(_hope(life), _doubt(life), _decline(life))


async def given_up(life: Life) -> None:
    """The same, but it ends with an orderly exit."""
    await interrupted(life)
    await life.day(712)
    hasty = {"reason": "Rumah sakit kekurangan perawat, dan tidak ada yang dapat ditugaskan."}
    await life.act("propose-ending", hasty, by="hospital")
    await life.day(714)
    await life.act("withdraw-ending", {"reason": "Seorang perawat sudah ditugaskan."}, by="hospital")
    await life.day(716)
    reason = {"reason": "Wadahnya sudah bubar."}
    await life.act("propose-ending", reason, by="police")
    await life.day(731)
    objection = {"reason": "Bahan ajar dan catatan kejadian belum diserahkan."}
    await life.act("object-to-ending", objection, by="forum")
    await life.day(780)
    plan = {"plan": "Bahan ajar diserahkan kepada sekolah, catatan kejadian kepada polres."}
    await life.act("exit-plan", plan, by="police")
    await life.advance("value_creation", "Lintasan latihan dipakai tanpa kemitraan.")
    await life.advance("staying_together", "Para pihak menimbang apakah akan melanjutkan.")
    await life.advance("exit_strategy", "Penyerahan bahan dan catatan disiapkan.")
    reason = {"reason": "Hasil yang ada sudah diserahkan, dan wadahnya sudah bubar."}
    await life.act("propose-ending", reason, by="police")
    await life.day(812)  # nobody has objected


async def _hope(life: Life) -> None:
    await offers.declare(life, 60)
    await offers.publish(life, 80, OFFERS[3], valid=400)
    cycle = await work.plan_cycle(life, 100, 1)
    await life.advance("working_together", "Program pertama dimulai.")
    gauge = await measures.define(life, cycle, life.theme.baseline, round(life.theme.baseline * 0.7))
    for place in range(len(STEPS)):
        activity = await work.do_stage(life, cycle, place, late=10 * place, doubled=place == 0)
        await offers.use(life, place, activity)
        if place == 1:
            made = await board.talk(life, 231, TRACK, due=120)
            await board.give_up(life, made, 252, "school", "Guru pendamping tidak mendapat izin.")
    note = "Lintasan latihan dibuka di lapangan kabupaten setiap Sabtu malam."
    await problems.carried_out(life, 398, note)
    await measures.measure(life, gauge, 0, round(life.theme.baseline * 0.9), 400)
    await board.talk(life, 415, YEARS_END)
    await work.close(life, cycle, 420)
    # The second year begins two months late, and is given up after its first stage.
    second = await work.plan_cycle(life, 485, 2, cycle.id, round(life.theme.baseline * 0.9))
    await work.do_stage(life, second, 0, late=20, reused=True)
    await work.reassign_stage(life, second, 1, 600, "forum", "Sekolah akan mundur dari kemitraan.")
    reason = "Pejabat yang bertanggung jawab pindah tugas; tidak ada penggantinya."
    await work.abandon(life, second, 620, reason)
    await problems.incident(life, 610, 620)


async def _doubt(life: Life) -> None:
    for number, level in enumerate((3.6, 2.9, 2.1)):
        await board.trust(life, 150 + number * 182, level, silent=("school",))


async def _decline(life: Life) -> None:
    await life.day(640)
    reason = {"reason": "Sekolah tidak lagi menugaskan guru untuk kemitraan ini."}
    await life.act("leave", reason, by="school")
    text = "Wadah dibubarkan pada akhir bulan bila tidak ada yang mencalonkan diri."
    minutes = "Sesudah sekolah mundur, para anggota menimbang masa depan wadah dan menyepakati pembubarannya."
    decision = await board.decide(life, 684, "Masa depan wadah", text, minutes)
    await board.call(life, 704, "Apakah kemitraan diteruskan")
    await board.dissolve(life, 700, "Tidak ada yang bersedia mencalonkan diri.", decision)
