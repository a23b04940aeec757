"""Editions to draw, and texts of people who mean harm."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from services.products.render.edition import Edition
from shared.contracts.vocabulary import Language, Phase, ProductKind, Standing, VersionState

BODY = """Balap liar membahayakan **pengendara**, *warga*, dan anak-anak.
Lihat [Perpol 1 Tahun 2021](https://peraturan.go.id/id/perpol-no-1-tahun-2021).

# Sebelum terjadi

Kenali tandanya lebih awal.

- Kumpulan sepeda motor tanpa pelat nomor
- Ajakan di grup percakapan:
  - menyebut tempat dan jam
  - menyebut taruhan

### Siapa berbuat apa

| Pihak | Tugas | Waktu |
|---|---|--:|
| Polsek | Patroli | 21.00–02.00 |
| Sekolah | Pembinaan siswa | Setiap Jumat |

# Setelahnya

3. Dampingi keluarga.
4. Kembali ke [awal](#sebelum-terjadi) atau tulis [surat](mailto:forum@desa.example).
"""

INDONESIAN = {
    "Guidance": "Petunjuk bertindak",
    "Draft": "Konsep",
    "Withdrawn": "Ditarik",
    "Published": "Terbit",
    "Version %(number)s": "Versi %(number)s",
    "published %(day)s": "terbit %(day)s",
    "valid until %(day)s": "berlaku sampai %(day)s",
    "Page %(page)s of %(pages)s": "Halaman %(page)s dari %(pages)s",
    "QR code that leads to %(address)s": "Kode QR yang menuju %(address)s",
    "As of %(day)s.": "Keadaan per %(day)s.",
    "Beware": "Perhatian",
    "This rests on “%(title)s”, which has been revoked.": "Ini bersandar pada “%(title)s”, yang dicabut.",
}
"""Some words as the catalogue has them, for tests of what is drawn with them."""

WARNED = (("This rests on “%(title)s”, which has been revoked.", "Perpol 1/2021"),)
"""What an edition rests on that was revoked."""

HOSTILE = [
    '#import "@preview/cetz:0.3.0": *',
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    "#{while true {}}",
    '#panic("no")',
    "#set page(width: 1pt)",
    '#eval("1+1")',
    "#sys.inputs",
    '#link("file:///etc/passwd")[x]',
    "$ integral_0^1 $ and \\ backslash and `raw` and @label and <label>",
    "*not strong* _not emphasis_ = not a heading",
    "\"quoted\" 'single' {curly} [square] (round) // comment /* comment */",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "&lt;b&gt; &amp; &#x3c;i&#x3e; &nbsp;",
    "[x](javascript:alert(1)) [y](data:text/html,1) [z](vbscript:x) [w](file:///etc/passwd)",
    "![x](https://tracker.example/pixel.gif)",
    "{{7*7}} {%print(1)%} ${7*7} %(number)s %s",
    "\u202etxt.exe \u200b\u2066\ufeff zero width and turned",
    "\x01\x02\x1b[31m control \x7f\x85",
    "🚓 汉字 ꦲꦏ꧀ꦱꦫ ﷺ a\u0301\u0308\u0323 \ue000 \U0010ffff",
    "\u0301 a mark with nothing to stand on",
    "x" * 3000,
    "https://example.org/" + "y" * 3000,
    "[long](https://example.org/" + "y" * 3000 + ")",
    "*" * 2000,
    "[" * 2000,
    "- " * 60 + "deep",
    "# ",
    "###### six first\n# then one",
    "| a |\n|---|\n" + "| b |\n" * 30,
    "|" + " a |" * 40 + "\n|" + "---|" * 40 + "\n|" + " b |" * 40,
    "999999999. far\n1000000000. away",
    "a\\\nb  \nc",
    "",
    "   \n\n\t",
]


def edition(**other: Any) -> Edition:
    """A published edition in Indonesian; ``other`` are facts that are otherwise."""
    usual: dict[str, Any] = {
        "language": "id",
        "title": "Mencegah balap liar",
        "summary": "Apa yang dapat dilakukan warga.",
        "body": BODY,
        "kind": "guidance",
        "phases": ("prevention",),
        "audiences": ("village-youth",),
        "partnership": "Aman bersama",
        "number": 2,
        "code": "7KQ2M9X4TA",
        "address": "https://kemitraan.example/p/7KQ2M9X4TA",
        "state": "published",
        "dated": datetime(2026, 1, 5, 3, tzinfo=UTC),
        "published_on": date(2026, 1, 5),
        "valid_until": date(2027, 1, 4),
    }
    facts = usual | other
    over = facts["state"] in ("revoked", "lapsed")
    words = {
        "language": Language(facts["language"]),
        "kind": ProductKind(facts["kind"]),
        "phases": tuple(map(Phase, facts["phases"])),
        "state": (Standing if over else VersionState)(facts["state"]),
    }
    return Edition(**facts | words)


def in_indonesian(text: str) -> str:
    """A translation that has the words above."""
    return INDONESIAN.get(text, text)
