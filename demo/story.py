"""Data of the live demonstration: real place and regulations, invented organisations."""

from __future__ import annotations

from demo import files

INITIALS = (
    "A. R.",
    "B. S.",
    "D. W.",
    "E. F.",
    "F. N.",
    "H. K.",
    "I. M.",
    "J. P.",
    "L. S.",
    "M. T.",
    "N. A.",
    "R. Y.",
)
AREA = "35.15"  # Sidoarjo, East Java
MARK = "(demonstrasi)"

ORGANISATIONS = (
    ("police", f"Polresta Delta {MARK}", "police", "lead"),
    ("forum", f"FKPM Desa Sekar {MARK}", "community", "member"),
    ("school", f"SMK Bahari {MARK}", "school", "member"),
    ("hospital", f"Rumah Sakit Delta {MARK}", "other", "member"),
    ("radio", f"Relawan Radio Udara {MARK}", "ngo", "observer"),
)
TERMS = {
    "police": ("Patroli, penyuluhan, data kejadian", "Akar masalah yang dipahami bersama"),
    "forum": ("Siskamling, mediasi warga", "Lingkungan yang aman"),
    "school": ("Ruang, guru pembimbing, peserta", "Siswa yang selamat sampai di rumah"),
    "hospital": ("Data cedera, pelatihan pertolongan pertama", "Lebih sedikit korban"),
    "radio": ("Pantauan jalan, pengumuman", "Jalan yang lebih tertib"),
}
PARTNERSHIP = {
    "title": "Jalan Aman Sidoarjo",
    "area": AREA,
    "problem": "Balap liar remaja pada malam akhir pekan: korban luka, warga takut, siswa putus sekolah.",
}
CHARTER = {
    "vision": "Setiap remaja Sidoarjo pulang dengan selamat.",
    "mission": "Bersama mencari akar balap liar, mencegah, menangani kejadian, dan memulihkan korbannya.",
    "means": ["educate", "protect", "channel", "coordinate", "act"],
}
PROBLEM = {
    "title": "Balap liar remaja di Lingkar Timur dan Jalan Arteri",
    "description": "Dalam enam bulan tercatat 23 balapan di dua ruas; lima orang luka. Warga takut "
    "keluar malam; tiga siswa berhenti sekolah setelah cedera. Dua kejadian terakhir ditelaah di sini.",
    "area": AREA,
    "problem_type": "street-racing",
    "impact": "damages",
}
# How many days ago, reference, what happened.
INCIDENTS = (
    (16, f"LP/0412 {MARK}", "Sekitar tiga puluh motor di Lingkar Timur; seorang pengendara patah kaki."),
    (
        9,
        f"LP/0427 {MARK}",
        "Balapan di Jalan Arteri bubar setelah laporan warga lewat 110; tidak ada korban.",
    ),
)
CAUSE = {
    "side": "place",
    "statement": "Ruasnya lurus, kosong, dan gelap setelah pukul 23.00; tidak ada lintasan untuk berlatih.",
    "evidence": "Pengamatan warga selama delapan malam dan hitungan kendaraan di dua titik.",
}
# The second one is chosen.
OPTIONS = (
    {
        "title": "Penjagaan tetap setiap malam",
        "description": "Petugas berjaga di kedua ruas dari pukul 22.00 sampai 03.00.",
        "expected_effect": "Balapan pindah ke ruas lain; sebab-sebabnya tetap.",
        "effort": "Delapan petugas setiap malam.",
    },
    {
        "title": "Kelas keselamatan, bengkel sekolah, dan ronda bersama",
        "description": "Siswa belajar dan berlatih di tempat yang aman; warga dan polisi meronda bersama.",
        "expected_effect": "Pengendara punya tempat lain, dan jalan tidak lagi sepi pada jam rawan.",
        "effort": "Satu kelas sepekan dan dua ronda setiap akhir pekan.",
    },
)
CHOICE = "Menjawab akar masalahnya dan dapat dijalankan dengan tenaga yang ada."
PROGRAM = {
    "title": "Malam Tanpa Balap Liar",
    "context": "Jawaban bersama atas balap liar: memetakan, mendidik, lalu menjaga jalan bersama warga.",
    "objectives": ["Mengurangi balapan dari 23 menjadi paling banyak 12 dalam enam bulan."],
    "budget": {"amount": 24_000_000, "currency": "IDR"},
}
LIFECYCLE = (
    ("knowledge", "Masalah dan akar penyebabnya dipahami bersama."),
    ("internal_assessment", "Setiap pihak menimbang apa yang dapat diberikannya."),
    ("partner_selection", "Para pihak saling memilih dengan menandatangani piagam."),
    ("working_together", "Program bersama disepakati."),
)
"""The stages of the life cycle passed before the parties work on a programme."""
ATTENDANCE = (
    "Kelas keselamatan, 42 siswa, aula SMK Bahari (demonstrasi).",
    "Pengajar: dua guru, seorang petugas lalu lintas, seorang perawat.",
    "",
    *(f"{number:2}. {initials}    paraf ada" for number, initials in enumerate(INITIALS, 1)),
    "",
    "Lembar kedua: 30 siswa, diparaf semua. Nama lengkap disimpan sekolah.",
)
# (title, responsible, evidence: filename, media type, content), accepted by
STAGES = (
    (
        "Memetakan titik dan akar masalah",
        "police",
        (
            "titik-rawan-sidoarjo.csv",
            "text/csv",
            files.csv(
                ("ruas", "kejadian dalam enam bulan", "korban luka", "jam"),
                ("Lingkar Timur", 14, 3, "Sabtu 23.30-02.00"),
                ("Jalan Arteri", 9, 2, "Jumat dan Sabtu 00.00-02.30"),
                ("jumlah", 23, 5, ""),
            ),
        ),
        "forum",
    ),
    (
        "Kelas keselamatan dan bengkel sekolah",
        "school",
        (
            "daftar-hadir-kelas-keselamatan.pdf",
            "application/pdf",
            files.pdf("Daftar hadir kelas keselamatan", *ATTENDANCE),
        ),
        "hospital",
    ),
    (
        "Ronda bersama dan evaluasi",
        "forum",
        ("ronda-lingkar-timur.png", "image/png", files.picture(320, 200, "Lingkar Timur")),
        "police",
    ),
)
# The number of the stage, contributor, verifier, contribution.
GIVEN = (
    (
        1,
        "school",
        "hospital",
        {
            "kind": "venue",
            "amount": 3,
            "unit": "day",
            "value": 1_500_000,
            "note": "Aula dan bengkel sekolah",
        },
    ),
    (
        2,
        "forum",
        "police",
        {"kind": "time", "amount": 96, "unit": "hour", "value": 2_400_000, "note": "Ronda delapan malam"},
    ),
)
LEGAL = {
    "number": f"Keputusan bersama 1 {MARK}",
    "issuer": f"Polresta Delta {MARK}",
    "in_force_from": "2026-01-01",
    "means": ["educate", "protect", "channel", "coordinate", "act"],
    "areas": [AREA],
    "actors": ["police", "community", "school"],
    "rank": "joint_decree",
}
# Name of the texts, kind, phase, drafted by, approved by, file name
PRODUCTS = (
    ("situation", "situation_picture", "prevention", "police", "forum", "peta-situasi.pdf"),
    ("accident", "guidance", "handling", "hospital", "school", "petunjuk-kecelakaan.pdf"),
    ("module", "education_material", "prevention", "school", "police", "modul-keselamatan.pdf"),
    ("umbrella", "legal_umbrella", "prevention", "police", "school", "payung-hukum.pdf"),
    ("recovery", "reference", "rehabilitation", "hospital", "forum", "rujukan-pemulihan.pdf"),
)
