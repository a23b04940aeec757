"""Agenda, outcomes and commitments of the simulated meetings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agenda:
    """A quarterly meeting: its title, its topics, what is decided and promised, and its minutes."""

    title: str
    points: tuple[str, ...]
    mandate: str
    decision: str
    owner: str
    promise: str
    minutes: str


QUARTERLY = (
    Agenda(
        "Pembagian tugas dan cara mencatat kasus",
        ("Statistik kasus tiga tahun", "Pembagian tugas", "Aturan pencatatan tanpa nama"),
        "strengthen",
        "Polres mencatat kasus, sekolah mencatat kehadiran, rumah sakit mencocokkannya tiap semester.",
        "police",
        "Menyerahkan statistik enam semester tanpa nama pelajar",
        "Wakil polres menjelaskan 46 kasus pada semester terakhir. Wakil sekolah meminta agar tidak ada nama "
        "yang beredar. Rumah sakit bersedia mencocokkan angka. Rapat sepakat memakai satu formulir.",
    ),
    Agenda(
        "Pelatihan teman sebaya dan jam konsultasi",
        ("Kemajuan pelatihan", "Tempat konsultasi", "Izin orang tua"),
        "ease",
        "Guru bimbingan konseling membuka jam konsultasi dua kali sepekan, tanpa hukuman bagi yang datang.",
        "forum",
        "Mengundang orang tua dari empat RW ke pertemuan keluarga",
        "Wakil sekolah melaporkan pelatihan berjalan, tetapi daftar hadir perlu dirapikan. Rumah sakit "
        "menawarkan satu ruang. Ketua meminta izin orang tua dikumpulkan sebelum latihan berikutnya.",
    ),
    Agenda(
        "Kegiatan sore dan lampu gang",
        ("Angka paruh pertama", "Kegiatan sore", "Lampu di belakang sekolah"),
        "develop",
        "Kegiatan sore dibuka Senin sampai Kamis di balai; surat perbaikan lampu dikirim bersama.",
        "school",
        "Membuka lapangan sekolah untuk kegiatan sore tiga kali sepekan",
        "Polres menyampaikan 40 kasus pada paruh pertama, turun dari 46. Warga menyebut gang masih gelap. "
        "Sekolah mengizinkan lapangannya dipakai asal ada dua pendamping dewasa.",
    ),
    Agenda(
        "Hasil tahun pertama dan rencana tahun kedua",
        ("Hasil indikator", "Saran penilaian", "Rencana tahun kedua"),
        "evaluate",
        "Tahun kedua melibatkan orang tua sejak pemetaan; dana pendampingan dibahas lagi tahun depan.",
        "hospital",
        "Membuka pertemuan keluarga setiap Sabtu pagi selama satu semester",
        "Rumah sakit membacakan hasil: 33 kasus, sasaran 34 tercapai. Wakil sekolah mengingatkan bahwa angka "
        "hanya memuat kasus yang tercatat. Forum mengusulkan orang tua ikut memetakan, dan rapat setuju.",
    ),
    Agenda(
        "Radio komunitas sebagai pihak baru",
        ("Perkenalan radio", "Bahasa siaran", "Jadwal"),
        "strengthen",
        "Siaran tidak menyebut nama sekolah atau pelajar; naskah dibaca guru sebelum disiarkan.",
        "police",
        "Mengisi enam siaran tanya jawab bersama guru bimbingan konseling",
        "Wakil radio memaparkan rencana siaran. Polres bersedia menjawab pertanyaan hukum. Wakil sekolah "
        "meminta naskah diperiksa lebih dahulu, dan radio menyetujuinya.",
    ),
    Agenda(
        "Saluran pengaduan dan warung sekitar sekolah",
        ("Pengaduan warga", "Kunjungan ke warung", "Pembagian petugas piket"),
        "ease",
        "Satu saluran pengaduan dipakai bersama; keadaan darurat tetap melalui 112 dan 110.",
        "forum",
        "Mengunjungi dua puluh warung dan menempel lembar informasi",
        "Warga menyampaikan tujuh keluhan, lima di antaranya tentang warung. Forum menawarkan kunjungan "
        "tanpa penindakan. Polres mengingatkan bahwa menyita bukan tugas warga. Jadwalnya belum disepakati.",
    ),
    Agenda(
        "Serah terima pejabat dan awal tahun ketiga",
        ("Penggantian penanggung jawab", "Hasil tahun kedua", "Penggerak lama"),
        "develop",
        "Penggerak yang dilatih tahun lalu meneruskan tugas; tahap pelatihan tahun ini dilewati.",
        "school",
        "Menyusun jadwal tugas penggerak untuk satu tahun ajaran",
        "Pejabat baru polres memperkenalkan diri dan menerima catatan pendahulunya. Rumah sakit melaporkan "
        "24 kasus, turun dari 33. Kunjungan warung belum terlaksana, dan forum menyatakannya terbuka.",
    ),
    Agenda(
        "Keputusan bersama yang baru",
        ("Perubahan naskah", "Batas tugas relawan", "Titik layanan tambahan"),
        "evaluate",
        "Naskah baru dipakai sejak sekarang; batas tugas relawan dibacakan pada setiap pelatihan.",
        "hospital",
        "Menyediakan satu penghubung yang dapat dihubungi guru pada jam kerja",
        "Polres menjelaskan perbedaan naskah lama dan baru. Relawan bertanya apakah boleh menahan penjual; "
        "jawabannya tidak. Rumah sakit menyanggupi seorang penghubung, tetapi meminta waktu.",
    ),
    Agenda(
        "Lembar saku yang ditarik dan tanda awal baru",
        ("Lembar saku", "Dua laporan warga", "Pembaruan bahan"),
        "strengthen",
        "Lembar saku lama dikumpulkan; tidak ada bahan yang dipakai sebelum nomornya diperiksa dua pihak.",
        "police",
        "Mengambil kembali lembar saku lama dari pos ronda",
        "Forum menjelaskan mengapa lembar itu ditarik. Wakil sekolah melaporkan satu tanda awal sudah "
        "ditangani, satu belum. Polres mengusulkan pemeriksaan silang, dan semua pihak menyetujuinya.",
    ),
    Agenda(
        "Hasil tahun ketiga dan keterlibatan keluarga",
        ("Hasil indikator", "Pertemuan keluarga", "Tahun keempat"),
        "ease",
        "Pertemuan keluarga dipindah ke sore hari agar orang tua yang bekerja dapat hadir.",
        "forum",
        "Menjemput keluarga yang tinggal jauh dari tempat pertemuan",
        "Rumah sakit membacakan hasil: 17 kasus, turun dari 24. Dua orang tua menceritakan sulitnya hadir "
        "pada pagi hari. Forum menawarkan jemputan dengan mobil desa.",
    ),
    Agenda(
        "Memperluas ke kecamatan tetangga",
        ("Permintaan kecamatan tetangga", "Kesiapan penggerak", "Bahan ajar"),
        "develop",
        "Dua sekolah di kecamatan tetangga ikut sebagai peserta pelatihan, belum sebagai pihak.",
        "school",
        "Meminjamkan modul dan dua pelatih kepada sekolah di kecamatan tetangga",
        "Wakil sekolah menyampaikan permintaan dari dua kepala sekolah. Rumah sakit mengingatkan bahwa "
        "pendampingan belum dapat diperluas. Rapat memilih mulai dari pelatihan.",
    ),
)
CELEBRATED = (
    "Laporan apel siaga dan susunan acara berikutnya",
    "Daftar penerima piagam penghargaan",
    "Persiapan acara ulang tahun kemitraan",
)
TRACK = Agenda(
    "Lintasan latihan dan pendamping akhir pekan",
    ("Laporan lapangan", "Izin lintasan", "Pendamping"),
    "strengthen",
    "Lintasan latihan dibuka setiap Sabtu malam, dengan helm dan pendamping dewasa.",
    "school",
    "Menyediakan guru pendamping tiap akhir pekan",
    "Pemilik bengkel yang diundang berkata pengendara mau datang bila ada lintasan. Polres meminta ambulans "
    "hadir. Wakil sekolah menyanggupi guru pendamping, dengan catatan izinnya masih diurus.",
)
YEARS_END = Agenda(
    "Penilaian tahun pertama dan rencana tahun kedua",
    ("Hasil indikator", "Yang tidak tercapai", "Tahun kedua"),
    "develop",
    "Program dinilai bersama; lintasan diteruskan, penjagaan jalan dikurangi.",
    "police",
    "Menyiapkan program tahun kedua",
    "Rumah sakit membacakan hasil paruh pertama: 24 kejadian dari 27. Sekolah menjelaskan mengapa guru "
    "pendamping tidak ada. Forum khawatir lintasan sepi tanpa pendamping; jawabannya belum ada.",
)
