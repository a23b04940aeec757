"""Simulated partnership with substantial work."""

from __future__ import annotations

from demo.history import board, measures, offers, problems, reports, work
from demo.history.cast import LATER
from demo.history.catalogue import OFFERS
from demo.history.life import Life
from demo.history.meetings import QUARTERLY
from demo.history.steps import STEPS
from demo.history.work import Cycle

SIGNALS = (
    (
        "Pedagang keliling baru menawarkan pil kepada pelajar di depan gerbang timur.",
        "Didatangi FKPM dan guru; pedagang pindah, orang tua diberi tahu lewat pertemuan kelas.",
    ),
    (
        "Sekelompok pelajar berkumpul di gang setiap Kamis sore sesudah lampu padam lagi.",
        "Lampu diperbaiki kelurahan; pelajar diajak ke kegiatan sore di balai.",
    ),
    ("Apotek melaporkan resep yang tampak disalin beberapa kali.", ""),
)


async def live(life: Life) -> None:
    """Real work from the first visit on."""
    await life.gather(2)
    await life.form(6)
    await life.contact(7, "visit", "Perkenalan dan gambaran masalah")
    await life.advance("knowledge", "Masalah dan para pihak dikenali.")
    await life.sign(10)
    await life.advance("internal_assessment", "Kekuatan dan keterbatasan tiap pihak ditimbang.")
    pks = await life.agree(24, "pks", 760)
    await life.advance("partner_selection", "Para pihak dipilih dan tugasnya tertulis.")
    await board.constitute(life, 30, "forum", 730)
    await life.ceremony(35, "Peluncuran bersama")
    await problems.find(life, 40)
    life.scene.course.begin(_board(life), _cycles(life), _offers(life), _trust(life), _terms(life, pks))
    life.scene.course.begin(reports.year(life, 640))


async def _board(life: Life) -> None:
    for quarter, agenda in enumerate(QUARTERLY):
        day = 62 + quarter * 90
        made = await board.talk(life, day, agenda)
        if quarter == 5:
            continue  # one commitment is not kept: it becomes overdue, then broken
        judge = "school" if agenda.owner == "forum" else "forum"
        await board.keep(life, made, day + (52 if quarter == 7 else 33), judge)


async def _cycles(life: Life) -> None:
    await work.template(life, 58)
    previous, reached = None, life.theme.baseline
    for number in range(1, 5):
        begins = 70 + (number - 1) * 262
        cycle = await work.plan_cycle(life, begins, number, previous, reached)
        goal = round(reached * 0.75)
        ends_at = max(3, goal - 1)
        life.scene.course.begin(_measures(life, cycle, number, reached, goal))
        for place in range(len(STEPS)):
            if number == 4 and place == 3:
                # This one is still open: nothing has been submitted, and its last day passes.
                await work.start_stage(life, cycle, place)
                return
            await _stage(life, cycle, number, place)
        await work.close(life, cycle, begins + 256)
        previous, reached = cycle.id, ends_at
        if number == 2:
            await problems.move(life, "assessment")
            await problems.incident(life, begins + 250, begins + 256)


async def _stage(life: Life, cycle: Cycle, number: int, place: int) -> None:
    if (number, place) == (3, 1):
        await work.skip_stage(life, cycle, place, "Penggerak yang dilatih tahun lalu masih bertugas.")
        return
    if (number, place) == (2, 3):
        await work.replan_stage(life, cycle, place, 14, "Rumah sakit menambah dua titik layanan.")
    activity = await work.do_stage(
        life,
        cycle,
        place,
        returned=place == 1,
        late=6 if place == 2 else 0,
        disputed=(number, place) == (2, 0),
    )
    await offers.use(life, place, activity)


async def _measures(life: Life, cycle: Cycle, number: int, value: int, goal: int) -> None:
    gauge = await measures.define(life, cycle, value, goal)
    halfway = round(value * 0.88)
    # In the third year the measurement is late, and is reported as missing.
    day = cycle.begins + (175 if number == 3 else 140)
    measurement = await measures.measure(life, gauge, 0, halfway, day)
    if number == 2:
        reason = "Satu kejadian tercatat di dua tempat."
        await measures.judge(life, gauge, measurement, day + 6, "police", reason)
        measurement = await measures.correct(life, gauge, measurement, halfway - 1, day + 12, reason)
    await measures.judge(life, gauge, measurement, day + 15, "school")
    if number < 4:
        measurement = await measures.measure(life, gauge, 1, max(3, goal - 1), cycle.begins + 253)
        await measures.judge(life, gauge, measurement, cycle.begins + 254, "police")


async def _offers(life: Life) -> None:
    await offers.declare(life, 60)
    decree = await offers.umbrella(life, 66, f"12/{life.scene.begins.year + 1}")
    made = [
        await offers.publish(
            life,
            90 + place * 20,
            offer,
            doubts=place == 1,
            polished=place == 6,
            valid=700 if place == 1 else None,
        )
        for place, offer in enumerate(OFFERS)
    ]
    for guidance in made[3:6]:
        await offers.relate(life, guidance, "requires", decree, "school")
    life.scene.course.begin(_prints(life, made), _fates(life, made, decree))


async def _prints(life: Life, made: list[str]) -> None:
    for day, place, copies, by in (
        (348, 4, 750, "hospital"),
        (588, 6, 2000, "forum"),
        (828, 6, 3250, "forum"),
    ):
        await offers.printed(life, day, made[place], copies, by)


async def _fates(life: Life, made: list[str], decree: str) -> None:
    year = life.scene.begins.year
    await problems.signal(life, 440, *SIGNALS[0])
    await offers.renew(life, 536, made[0], "police", "school")
    later = await offers.umbrella(life, 680, f"7/{year + 2}")
    await offers.revoke(life, 690, decree, later)
    await offers.relate(life, later, "replaces", decree, "police")
    await problems.signal(life, 775, *SIGNALS[1])
    await problems.signal(life, 776, SIGNALS[2][0])
    await offers.withdraw(life, 780, made[7], "forum", "Nomor telepon di dalamnya tidak lagi benar.")
    # Only for the months of the school holidays.
    await offers.umbrella(life, 870, f"3/{year + 2}", days=120)
    await offers.reconsider(life, 880, made[4], "hospital")


async def _trust(life: Life) -> None:
    for number, level in enumerate((3.4, 3.7, 3.9, 4.1, 4.3)):
        await board.trust(life, 150 + number * 182, level)


async def _terms(life: Life, pks: str) -> None:
    await life.day(71)
    await life.advance("working_together", "Program pertama berjalan bersama.")
    await life.day(340)
    await life.advance("value_creation", "Hasil tahun pertama dipakai warga dan sekolah.")
    key, kind, name, role, gives, gains = LATER
    await life.day(410)
    await life.register(key, kind, name.format(place=life.place))
    joins = {
        "organisation_id": str(life.bodies[key].id),
        "role": role,
        "contributes": gives,
        "gains": gains,
    }
    await life.act("parties", joins)
    await life.sign(414)
    await life.answer("police")
    await life.benefit(440, "school", "Guru memakai bahan ajar bersama; pelanggaran di gerbang berkurang.")
    await work.refuse_proposal(life, 460)
    await life.day(500)
    plan = {"plan": "Jika berakhir, forum meneruskan kegiatan dan sekolah menyimpan bahan ajar."}
    await life.act("exit-plan", plan, by="police")
    await life.rename(590, "hospital", "Rumah Sakit Umum Daerah {place}")
    await board.vacate(life, "police", "Pindah tugas ke wilayah lain.")
    await life.succeed(591, "police")
    await board.elect(life, ("police",), 760)
    gives, gains = "Jaringan warga, mediasi, siskamling, balai pertemuan", "Lingkungan yang aman"
    await life.amend_terms(600, "forum", gives, gains, "Balai warga selesai dibangun.")
    await life.agree(740, "pks", 760, renews=pks)
    await life.day(752)
    await board.elect(life, ("forum", "police", "school"), 752 + 730)
    await life.day(800)
    await life.advance("staying_together", "Perjanjian diperbarui, pengurus dipilih kembali.")
