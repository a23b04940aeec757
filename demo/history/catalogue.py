"""The products that a partnership offers to people, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A product to come: who drafts and who approves it, and what it says in both languages."""

    kind: str
    phases: tuple[str, ...]
    tense: str | None
    drafts: str
    approves: str
    title: tuple[str, str]
    text: tuple[str, str]


OFFERS = (
    Offer(
        "situation_picture",
        ("prevention",),
        "past",
        "police",
        "school",
        ("Gambaran tiga tahun terakhir", "The past three years"),
        (
            "Kejadian tercatat di **dua titik**.\n\n| Titik | Kejadian |\n|---|---|\n| A | 14 |\n| B | 9 |",
            "Incidents at **two places**.\n\n| Place | Number |\n|---|---|\n| A | 14 |\n| B | 9 |",
        ),
    ),
    Offer(
        "situation_picture",
        ("handling",),
        "present",
        "police",
        "hospital",
        ("Keadaan semester ini", "How it stands this half-year"),
        (
            "Menurut catatan bersama:\n\n- titik A menurun;\n- titik B tetap.",
            "From the shared records:\n\n- place A is going down;\n- place B stays as it was.",
        ),
    ),
    Offer(
        "situation_picture",
        ("prevention",),
        "future",
        "school",
        "forum",
        ("Perkiraan dan potensi tahun depan", "Next year: outlook and potentials"),
        (
            "Potensi: kelompok sebaya, sukarelawan radio, dan guru pembimbing.",
            "Potentials: peer groups, radio volunteers, and guidance teachers.",
        ),
    ),
    Offer(
        "guidance",
        ("prevention",),
        None,
        "school",
        "police",
        ("Petunjuk mengenali tanda awal", "How to see early signs"),
        (
            "1. Dengarkan tanpa menghakimi.\n2. Catat apa yang dilihat.\n3. Hubungi guru pembimbing.",
            "1. Listen without judging.\n2. Note what you saw.\n3. Call the guidance teacher.",
        ),
    ),
    Offer(
        "guidance",
        ("handling",),
        None,
        "hospital",
        "police",
        ("Petunjuk saat kejadian", "What to do when it happens"),
        (
            "1. Amankan tempat.\n2. Panggil **112**.\n3. Dampingi sampai petugas datang.",
            "1. Make the place safe.\n2. Call **112**.\n3. Stay until help arrives.",
        ),
    ),
    Offer(
        "guidance",
        ("rehabilitation",),
        None,
        "hospital",
        "school",
        ("Petunjuk pendampingan pascakejadian", "Support afterwards"),
        (
            "Pendampingan berlangsung enam bulan, bersama keluarga.",
            "Support lasts for six months, together with the family.",
        ),
    ),
    Offer(
        "education_material",
        ("prevention",),
        None,
        "school",
        "forum",
        ("Modul enam pertemuan", "A course of six lessons"),
        (
            "# Pertemuan pertama\n\nKesepakatan kelas.\n\n# Pertemuan kedua\n\nTekanan teman sebaya.",
            "# First lesson\n\nRules of the class.\n\n# Second lesson\n\nPressure of one's peers.",
        ),
    ),
    Offer(
        "education_material",
        ("handling",),
        None,
        "forum",
        "hospital",
        ("Lembar saku relawan", "A volunteer's pocket card"),
        ("Nomor penting dan langkah pertama.", "Important numbers and first steps."),
    ),
    Offer(
        "reference",
        ("rehabilitation",),
        None,
        "hospital",
        "forum",
        ("Rujukan layanan pemulihan", "Where recovery is supported"),
        ("Daftar layanan, jam buka, dan syaratnya.", "Services, opening hours, and what they ask for."),
    ),
)
