"""The five stages of which every cycle consists, and what is shown as their evidence."""

from __future__ import annotations

from dataclasses import dataclass

from demo import files


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a cycle: title, who does it, who judges it, on which days of the cycle, by what shown."""

    title: str
    by: str
    judged: str
    starts: int
    ends: int
    phase: str
    shown: str


STEPS = (
    Step("Memetakan kejadian dan akar masalah", "police", "forum", 0, 45, "prevention", "peta.csv"),
    Step("Melatih penggerak dan menyiapkan bahan", "school", "hospital", 46, 110, "prevention", "hadir.pdf"),
    Step("Kegiatan bersama di lapangan", "forum", "police", 111, 190, "handling", "kegiatan.png"),
    Step("Mendampingi yang terdampak", "hospital", "school", 120, 215, "rehabilitation", "layanan.csv"),
    Step("Menilai hasil dan menyusun saran", "police", "school", 216, 250, "prevention", "laporan.pdf"),
)
# The fourth waits for the second, every other one for the one before it.
WAITS_FOR: tuple[list[int], ...] = ([], [1], [2], [2], [4])
REPORTS: dict[str, tuple[str, bytes]] = {
    "csv": ("text/csv", files.csv(("lokasi", "jumlah"), ("A", 14), ("B", 9))),
    "pdf": ("application/pdf", files.pdf("Laporan tahap", "Hasil kerja bersama.")),
    "png": ("image/png", files.png(320, 200, (11, 93, 94))),
}
