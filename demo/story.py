"""The facts of the demonstration: a real place and real regulations, invented bodies that say so."""

from __future__ import annotations

from demo import files

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
PROGRAM = {
    "title": "Malam Tanpa Balap Liar",
    "objectives": ["Mengurangi kejadian balap liar dan korbannya dalam enam bulan."],
}
# (title, responsible, evidence: filename, media type, content), accepted by
STAGES = (
    (
        "Memetakan titik dan akar masalah",
        "police",
        (
            "titik-rawan.csv",
            "text/csv",
            files.csv(("titik", "kejadian", "korban"), ("Lingkar Timur", 14, 3), ("Jalan Arteri", 9, 2)),
        ),
        "forum",
    ),
    (
        "Kelas keselamatan dan bengkel sekolah",
        "school",
        ("daftar-hadir.pdf", "application/pdf", files.pdf("Daftar hadir", "Kelas keselamatan, 42 siswa")),
        "hospital",
    ),
    (
        "Ronda bersama dan evaluasi",
        "forum",
        ("ronda.png", "image/png", files.png(320, 200, (11, 93, 94))),
        "police",
    ),
)
LEGAL = {
    "number": f"Keputusan bersama 1 {MARK}",
    "issuer": f"Polresta Delta {MARK}",
    "in_force_from": "2026-01-01",
    "means": ["educate", "protect", "channel", "coordinate", "act"],
    "areas": [AREA],
    "actors": ["police", "community", "school"],
}
# title, kind, phase, drafted by, approved by, filename, lines
PRODUCTS = (
    (
        "Peta situasi balap liar",
        "situation_picture",
        "prevention",
        "police",
        "forum",
        "peta-situasi.pdf",
        ("Dua titik rawan, 23 kejadian tercatat.", "Sumber: tahap 1 program."),
    ),
    (
        "Petunjuk saat menemui kecelakaan",
        "guidance",
        "handling",
        "hospital",
        "school",
        "petunjuk.pdf",
        ("Amankan tempat.", "Panggil 112.", "Jangan memindahkan korban kecuali ada bahaya."),
    ),
    (
        "Modul keselamatan berkendara",
        "education_material",
        "prevention",
        "school",
        "police",
        "modul.pdf",
        ("Enam pertemuan untuk siswa SMK.",),
    ),
    (
        "Payung hukum pemolisian masyarakat",
        "legal_umbrella",
        "prevention",
        "police",
        "school",
        "payung-hukum.pdf",
        ("Perpol 1/2021, menggantikan Perkap 3/2015.",),
    ),
    (
        "Rujukan pemulihan korban",
        "reference",
        "rehabilitation",
        "hospital",
        "forum",
        "rujukan.pdf",
        ("Layanan rehabilitasi medis dan pendampingan keluarga.",),
    ),
)
