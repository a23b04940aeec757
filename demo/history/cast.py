"""Data of the history: real places and regulations, invented organisations and people."""

from __future__ import annotations

from dataclasses import dataclass

MARK = "(demonstrasi)"
FIRST = (
    "Adi", "Ayu", "Bagus", "Citra", "Dewi", "Eko", "Fajar", "Galih", "Hana", "Indra", "Joko", "Kartika",
    "Lestari", "Made", "Nur", "Oki", "Putri", "Rahmat", "Sari", "Tono", "Umi", "Wahyu", "Yuni", "Zainal",
)  # fmt: skip
LAST = (
    "Anggraini", "Basuki", "Cahyono", "Darmawan", "Efendi", "Firmansyah", "Gunawan", "Hidayat", "Iskandar",
    "Kusuma", "Maulana", "Nugroho", "Permata", "Rahayu", "Santoso", "Utami", "Wibowo", "Yulianto",
)  # fmt: skip
# Regencies and cities of East Java, with their codes (Ministry of Home Affairs).
PLACES = (
    ("35.25", "Gresik"), ("35.78", "Surabaya"), ("35.22", "Bojonegoro"), ("35.73", "Malang"),
    ("35.14", "Pasuruan"), ("35.16", "Mojokerto"), ("35.17", "Jombang"), ("35.18", "Nganjuk"),
    ("35.23", "Tuban"), ("35.24", "Lamongan"), ("35.09", "Jember"), ("35.10", "Banyuwangi"),
    ("35.06", "Kediri"), ("35.04", "Tulungagung"), ("35.19", "Madiun"), ("35.26", "Bangkalan"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Theme:
    """A social problem and how a partnership would respond to it."""

    key: str
    """The name of its texts."""
    problem_type: str
    name: str
    problem: str
    description: str
    impact: str
    vision: str
    mission: str
    causes: tuple[tuple[str, str, str], ...]
    options: tuple[tuple[str, str, str], ...]
    indicator: str
    baseline: int
    spots: tuple[tuple[str, float], ...]
    """The place, and its share of the cases."""
    incidents: tuple[str, ...]
    audiences: tuple[str, ...]


DRUGS = Theme(
    key="drugs",
    problem_type="student-drug-abuse",
    name="Sekolah Bersinar",
    problem="Penyalahgunaan narkoba di kalangan pelajar",
    description="Pelajar ditemukan memakai obat terlarang di sekitar sekolah; sebagian putus sekolah. "
    "Statistik polres memuat 46 kasus pada semester terakhir; enam di antaranya ditelaah bersama di sini.",
    impact="damages",
    vision="Setiap pelajar tumbuh sehat, belajar, dan bebas dari narkoba.",
    mission="Bersama mencari akar penyalahgunaan, mencegah, menolong pemakai, dan memulihkan mereka.",
    causes=(
        (
            "offender",
            "Obat keras dijual bebas kepada pelajar di warung sekitar sekolah.",
            "Hasil pemetaan warung.",
        ),
        ("target", "Pelajar tidak tahu ke mana mencari bantuan tanpa dihukum.", "Survei 412 pelajar."),
        ("place", "Gang di belakang sekolah gelap dan tidak terpantau sore hari.", "Pengamatan dua minggu."),
    ),
    options=(
        ("Razia rutin", "Pemeriksaan tas tiap pekan.", "Temuan naik, kepercayaan pelajar turun."),
        (
            "Teman sebaya dan layanan rujukan",
            "Pelatihan teman sebaya, jalur rujukan tanpa hukuman.",
            "Pemakai berani mencari bantuan.",
        ),
        (
            "Penerangan gang",
            "Lampu dan kegiatan sore di gang belakang sekolah.",
            "Tempat tidak lagi dipakai.",
        ),
    ),
    indicator="Kasus penyalahgunaan oleh pelajar menurut statistik polres, per semester",
    baseline=46,
    spots=(
        ("Warung dan gang sekitar sekolah", 0.63),
        ("Tempat nongkrong", 0.24),
        ("Rumah", 0.13),
    ),
    incidents=(
        "Dua pelajar membeli obat keras tanpa resep di warung; diantar pulang.",
        "Seorang pelajar pusing di kelas setelah minum obat; dirawat sehari.",
        "Bungkus obat ditemukan di gang belakang sekolah sesudah jam pelajaran.",
        "Orang tua meminta pertolongan karena anaknya berhenti sekolah.",
        "Guru menemukan obat yang diperjualbelikan lewat grup percakapan.",
        "Pelajar datang sendiri ke rumah sakit meminta pendampingan.",
    ),
    audiences=("pelajar", "orang-tua", "petugas"),
)
FLOOD = Theme(
    key="flood",
    problem_type="flood-season-theft",
    name="Siaga Banjir",
    problem="Pencurian di rumah yang ditinggal mengungsi",
    description="Pada musim banjir rumah kosong dibobol ketika penghuninya mengungsi. "
    "Statistik polres memuat 31 rumah pada musim terakhir; enam di antaranya dicatat di sini.",
    impact="damages",
    vision="Warga mengungsi dengan tenang karena rumahnya terjaga.",
    mission="Bersama menjaga kampung saat banjir, menolong korban, dan memulihkan kerugian.",
    causes=(
        ("place", "Kampung gelap ketika listrik dipadamkan.", "Laporan tiga musim banjir."),
        ("target", "Penghuni tidak sempat menitipkan barang berharga.", "Wawancara pengungsi."),
    ),
    options=(
        ("Ronda perahu", "Ronda gabungan dengan perahu karet.", "Rumah kosong terpantau."),
        ("Gudang titipan", "Tempat titip barang di balai desa.", "Lebih sedikit barang ditinggal."),
    ),
    indicator="Rumah yang dibobol menurut statistik polres, per musim banjir",
    baseline=31,
    spots=(
        ("Kampung tepi sungai", 0.55),
        ("Perumahan rendah", 0.45),
    ),
    incidents=(
        "Pintu belakang dirusak; televisi hilang.",
        "Jendela dicongkel pada malam kedua pengungsian.",
        "Sepeda motor hilang dari teras yang tergenang.",
        "Tabung gas dan beras hilang dari dapur.",
        "Pagar dirusak, tidak ada barang yang hilang.",
        "Perhiasan hilang; pemilik baru tahu sepekan kemudian.",
    ),
    audiences=("warga", "petugas"),
)
TRAFFIC = Theme(
    key="traffic",
    problem_type="traffic-deaths",
    name="Jalan Selamat",
    problem="Kematian di jalan raya",
    description="Pengendara muda meninggal di ruas yang sama, terutama pada malam hari.",
    impact="destroys",
    vision="Tidak seorang pun meninggal di jalan kota ini.",
    mission="Bersama memperbaiki ruas berbahaya, mendidik pengendara, dan menolong korban secepatnya.",
    causes=(
        ("place", "Dua simpang tanpa lampu dan marka.", "Audit keselamatan jalan."),
        ("offender", "Pengendara di bawah umur tanpa helm.", "Hitungan di enam titik."),
    ),
    options=(
        ("Rekayasa simpang", "Lampu, marka, dan pulau jalan.", "Konflik arus berkurang."),
        ("Kelas keselamatan", "Kelas berkendara di sekolah.", "Helm dipakai, kecepatan turun."),
    ),
    indicator="Korban meninggal menurut statistik polres, per semester",
    baseline=19,
    spots=(
        ("Simpang timur", 0.6),
        ("Simpang barat", 0.4),
    ),
    incidents=("Tabrakan di simpang tanpa lampu.",),
    audiences=("pengendara", "pelajar", "petugas"),
)
RACING = Theme(
    key="racing",
    problem_type="street-racing",
    name="Malam Aman",
    problem="Balap liar pada malam akhir pekan",
    description="Remaja balapan di jalan arteri; ada korban luka, warga takut keluar malam. "
    "Statistik polres memuat 27 kejadian pada semester terakhir; enam di antaranya ditelaah bersama di sini.",
    impact="hinders",
    vision="Setiap remaja pulang dengan selamat.",
    mission="Bersama mencari akar balap liar, mencegah, menangani kejadian, dan memulihkan korbannya.",
    causes=(
        ("place", "Jalan arteri lurus dan kosong setelah pukul 23.", "Hitungan lalu lintas."),
        ("offender", "Bengkel menyetel motor balap tanpa tanya.", "Kunjungan ke sembilan bengkel."),
    ),
    options=(
        ("Penjagaan tiap malam", "Patroli tetap di ruas arteri.", "Balapan pindah tempat."),
        ("Lintasan resmi", "Latihan di lintasan, bersama bengkel.", "Pembalap punya tempat yang aman."),
    ),
    indicator="Kejadian balap liar menurut statistik polres, per semester",
    baseline=27,
    spots=(
        ("Jalan arteri utara", 0.6),
        ("Lingkar kota", 0.4),
    ),
    incidents=(
        "Sekitar dua puluh motor berkumpul; bubar ketika patroli lewat.",
        "Seorang pengendara jatuh dan patah lengan.",
        "Penonton terserempet di putaran jalan.",
        "Warga tidak dapat lewat selama setengah jam.",
        "Balapan dengan taruhan, dilaporkan lewat 110.",
        "Dua motor bertabrakan; kedua pengendara luka ringan.",
    ),
    audiences=("remaja", "orang-tua", "petugas"),
)

OFFICES = {
    "police": "Kepala Kepolisian Resor",
    "forum": "Ketua forum",
    "school": "Ketua musyawarah",
    "hospital": "Direktur",
    "radio": "Penanggung jawab siaran",
}
"""The office of who signs for each body, by its key."""
# Key, kind, name, role, contribution, benefit.
BODIES = (
    (
        "police",
        "police",
        "Polres {place}",
        "lead",
        "Data kejadian, penyuluhan, patroli",
        "Akar masalah yang dipahami bersama",
    ),
    (
        "forum",
        "community",
        "FKPM {place}",
        "member",
        "Jaringan warga, mediasi, siskamling",
        "Lingkungan yang aman",
    ),
    (
        "school",
        "school",
        "Musyawarah Kepala Sekolah {place}",
        "member",
        "Ruang, guru, peserta",
        "Pelajar yang selamat",
    ),
    (
        "hospital",
        "other",
        "Rumah Sakit Umum {place}",
        "member",
        "Layanan dan data kesehatan",
        "Lebih sedikit korban",
    ),
)
LATER = ("radio", "media", "Radio Komunitas {place}", "member", "Siaran dan pengumuman", "Berita yang benar")
