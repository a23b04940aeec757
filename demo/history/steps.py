"""The five stages of which every cycle consists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a cycle: title, who does and who judges it, its days in the cycle, its work and results."""

    title: str
    by: str
    judged: str
    starts: int
    ends: int
    phase: str
    activity: str
    result: str


STEPS = (
    Step(
        "Memetakan kejadian dan akar masalah",
        *("police", "forum", 0, 45, "prevention"),
        *("Menelusuri titik rawan bersama warga", "Tabel titik rawan dengan jumlah kejadian"),
    ),
    Step(
        "Melatih penggerak dan menyiapkan bahan",
        *("school", "hospital", 46, 110, "prevention"),
        *("Pelatihan penggerak di aula sekolah", "Daftar hadir pelatihan yang lengkap"),
    ),
    Step(
        "Kegiatan bersama di lapangan",
        *("forum", "police", 111, 190, "handling"),
        *("Kegiatan sore dan ronda bersama", "Dokumentasi kegiatan tanpa wajah peserta"),
    ),
    Step(
        "Mendampingi yang terdampak",
        *("hospital", "school", 120, 215, "rehabilitation"),
        *("Kunjungan pendampingan keluarga", "Rekap pendampingan per pekan, tanpa nama"),
    ),
    Step(
        "Menilai hasil dan menyusun saran",
        *("police", "school", 216, 250, "prevention"),
        *("Lokakarya penilaian semua pihak", "Laporan penilaian dan saran tahun berikutnya"),
    ),
)
# The fourth depends on the second, every other one on the previous one.
WAITS_FOR: tuple[list[int], ...] = ([], [1], [2], [2], [4])
