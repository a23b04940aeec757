"""Sample evidence of a stage: map table, attendance list, picture, report."""

from __future__ import annotations

from dataclasses import dataclass

from demo import files
from demo.history.life import Life


@dataclass(frozen=True, slots=True)
class Work:
    """What a stage of a cycle produced: the cycle's number, its recorded cases, the people reached.

    Evidence that is not ``complete`` is submitted ``again`` with the rest. ``reused`` evidence is the same
    file as in the cycle before.
    """

    cycle: int
    recorded: int
    reached: int
    complete: bool = True
    again: bool = False
    reused: bool = False


Shown = tuple[str, str, bytes]
"""File name, media type, content."""


def shown(life: Life, place: int, work: Work) -> Shown:
    """The evidence of a stage, different for each stage."""
    stem, media_type, make = KINDS[place]
    again = "-lengkap" if work.again else ""
    where = life.place.lower().replace(" ", "-")
    ending = media_type.rpartition("/")[2]
    return f"{stem}-{where}-tahun-{work.cycle}{again}.{ending}", media_type, make(life, work)


def _map(life: Life, work: Work) -> bytes:
    left, rows = work.recorded, []
    for spot, share in life.theme.spots:
        count = min(left, round(work.recorded * share))
        left -= count
        rows.append((spot, count, f"{life.chance.randint(5, 12)} kali"))
    spot, count, visits = rows[-1]
    rows[-1] = (spot, count + left, visits)
    heading = ("titik", "kejadian tercatat per semester", "diamati")
    return files.csv(heading, *rows, ("jumlah", work.recorded, f"{life.place}, tahun {work.cycle}"))


def _attendance(life: Life, work: Work) -> bytes:
    listed = min(work.reached, 24 if work.complete else 12)
    lines = [f"{life.theme.name} {life.place}, tahun {work.cycle}. Hadir {work.reached} orang.", ""]
    lines += [f"{number:2}. {_initials(life)}    paraf ada" for number in range(1, listed + 1)]
    more = work.reached - listed
    if more and work.complete:
        lines += ["", f"Lembar lanjutan: {more} orang, diparaf semua."]
    elif more:
        lines += ["", "Lembar lanjutan belum dilampirkan."]
    return files.pdf("Daftar hadir pelatihan penggerak", *lines)


def _initials(life: Life) -> str:
    first, last = (life.chance.choice("ABDEFHIJKLMNRSTUWY") for _ in range(2))
    return f"{first}. {last}."


def _picture(life: Life, work: Work) -> bytes:
    return files.picture(320, 200, f"{life.seed} {work.cycle}")


def _services(life: Life, work: Work) -> bytes:
    weeks, left, rows = 8, work.reached, []
    for week in range(1, weeks + 1):
        visits = left if week == weeks else min(left, life.chance.randint(0, 2 * work.reached // weeks))
        left -= visits
        rows.append((f"pekan {week}", visits, life.chance.randint(1, 6)))
    heading = ("pekan", "orang yang didampingi", "keluarga yang dikunjungi")
    return files.csv(heading, *rows, ("jumlah", work.reached, f"{life.place}, tahun {work.cycle}"))


def _report(life: Life, work: Work) -> bytes:
    theme = life.theme
    return files.pdf(
        f"Laporan penilaian {theme.name} {life.place}, tahun {work.cycle}",
        f"Ukuran: {theme.indicator.lower()}.",
        f"Pada awal tahun program tercatat {work.recorded}.",
        f"Lokakarya penilaian dihadiri {work.reached} orang dari semua pihak.",
        "",
        "Yang berjalan baik: pihak yang berbeda memeriksa setiap tahap sebelum dinyatakan selesai.",
        "Yang belum: sebagian keluarga sulit hadir; pencatatan di dua tempat perlu dicocokkan.",
        "Saran para pihak dicatat pada penutupan program dan dijawab pada awal tahun berikutnya.",
    )


KINDS = (
    ("peta-kejadian", "text/csv", _map),
    ("daftar-hadir-pelatihan", "application/pdf", _attendance),
    ("kegiatan-lapangan", "image/png", _picture),
    ("rekap-pendampingan", "text/csv", _services),
    ("laporan-penilaian", "application/pdf", _report),
)
