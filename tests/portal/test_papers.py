"""Papers from the records: what they say, that they are accessible, and whether a sheet is current."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from services.portal.papers.months import Month
from tests.portal.reader import Got, Reader
from tests.portal.world import PARTNERS, World, unknown
from tests.support.verapdf import broken_rules

pytestmark = pytest.mark.asyncio(loop_scope="module")


def papers(world: World) -> dict[str, str]:
    month = f"{world.clock.now():%Y-%m}"
    return {
        "list": f"/papers/meetings/{world.called}/attendance-list",
        "minutes": f"/papers/meetings/{world.meeting}/minutes",
        "report": f"/papers/activities/{world.activity}/report",
        "month": f"/papers/partnerships/{world.partnership}/monthly-summary?month={month}",
    }


def sheet(path: str) -> str:
    page, _, query = path.partition("?")
    return f"{page}/print.pdf?{query}"


async def printed(world: World, path: str, lang: str = "id") -> bytes:
    url = f"{world.here.url}{sheet(path)}&lang={lang}"
    async with world.here.session.get(url) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "application/pdf"
        assert answer.headers["Content-Language"] == lang
        return await answer.read()


def words(document: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def code_of(document: bytes) -> str:
    """Where the link beside the QR code leads."""
    pages = PdfReader(io.BytesIO(document)).pages
    links = [
        str(note.get_object()["/A"]["/URI"])
        for page in pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    return links[-1]


async def followed(world: World, document: bytes) -> Got:
    return await opened(world, code_of(document))


async def opened(world: World, address: str) -> Got:
    """The page of an address on a sheet, in English."""
    assert address.startswith(world.here.url)
    return await Reader(world.here).open(address.removeprefix(world.here.url).replace("lang=id", "lang=en"))


async def test_every_paper_is_accessible_in_both_languages(world: World, tmp_path: Path) -> None:
    files = []
    for name, path in papers(world).items():
        for lang in ("id", "en"):
            file = tmp_path / f"{name}-{lang}.pdf"
            file.write_bytes(await printed(world, path, lang))
            files.append(file)
    assert broken_rules(*files) == {str(file): [] for file in files}


async def test_a_paper_says_what_the_records_say(world: World) -> None:
    told = {name: words(await printed(world, path)) for name, path in papers(world).items()}
    assert "DAFTAR HADIR" in told["list"]
    assert "Rapat kedua" in told["list"]
    assert "Tanda tangan" in told["list"]
    for said in ("NOTULEN", "Ronda dinilai bersama.", "Semua setuju.", "2 dari", "kuorum", "Ronda malam"):
        assert said in told["minutes"]
    for said in ("LAPORAN KEGIATAN", "Dilaksanakan oleh", "Mengetahui, pihak lain"):
        assert said in told["report"]
    for said in ("RINGKASAN BULANAN", "Rapat yang diselenggarakan", "Kejadian menurut masalah"):
        assert said in told["month"]


async def test_a_list_to_sign_has_a_row_for_each_seat_and_no_name(world: World) -> None:
    text = words(await printed(world, papers(world)["list"], "en"))
    board = await world.here.call("GET", f"{PARTNERS}/boards/{world.board}")
    assert text.count("Chair ") >= 1
    held = len(board.body["in_office"])
    rows = [int(number) for number in re.findall(r"\b(\d+) (?=\D)", text.partition("Signature")[2])]
    assert held < max(rows)
    assert not any(person in text for person in world.people)


async def test_the_code_leads_to_the_answer_whether_a_sheet_is_current(world: World) -> None:
    for path in papers(world).values():
        document = await printed(world, path)
        page = await followed(world, document)
        assert page.status == 200
        assert "This sheet is current" in page.text, path
        changed = re.sub(r"print=1-\w{5}", "print=1-AAAAA", code_of(document))
        page = await Reader(world.here).open(
            changed.removeprefix(world.here.url).replace("lang=id", "lang=en")
        )
        assert "The records have changed" in page.text, path


async def test_a_sheet_of_another_layout_is_not_called_changed(world: World) -> None:
    page = await Reader(world.here).open(f"{papers(world)['minutes']}?print=0-AAAAAAAAAA&lang=en")
    assert "cannot be compared" in page.text
    nothing = await Reader(world.here).open(f"{papers(world)['minutes']}?print=%3Cscript%3E&lang=en")
    assert nothing.status == 200
    assert "Sheet" not in nothing.text


async def test_a_sheet_is_the_same_in_both_languages(world: World) -> None:
    path = papers(world)["minutes"]
    ours, theirs = [code_of(await printed(world, path, lang)) for lang in ("id", "en")]
    assert ours.replace("lang=id", "lang=en") == theirs


async def test_a_change_of_the_records_makes_the_sheet_outdated(world: World) -> None:
    path = papers(world)["list"]
    document = await printed(world, path)
    later = world.clock.now() + timedelta(days=90)
    moved = {"scheduled_at": later.isoformat(), "reason": "Balai desa dipakai."}
    await world.made(f"{PARTNERS}/meetings/{world.called}/reschedule", moved, token=world.chair)
    assert "The records have changed" in (await followed(world, document)).text
    assert "This sheet is current" in (await followed(world, await printed(world, path))).text


async def test_what_does_not_count_says_so_on_every_page(world: World) -> None:
    document = await printed(world, f"/papers/activities/{world.retracted}/report", "en")
    for page in PdfReader(io.BytesIO(document)).pages:
        assert "RETRACTED" in page.extract_text()
    draft = await printed(world, f"/papers/meetings/{world.called}/minutes", "en")
    assert "These minutes have not been approved yet." in words(draft)


async def test_a_paper_of_nothing_is_not_found(world: World) -> None:
    reader = Reader(world.here)
    for path in (
        f"/papers/meetings/{unknown()}/minutes/print.pdf",
        f"/papers/meetings/{unknown()}/minutes",
        f"/papers/activities/{world.meeting}/report/print.pdf",
        f"/papers/partnerships/{unknown()}/monthly-summary/print.pdf?month=2026-13",
    ):
        assert (await reader.open(path)).status == 404, path


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-13", date(2026, 7, 1), date(2026, 7, 31)),
        ("", date(2026, 7, 1), date(2026, 7, 31)),
        ("1999-01", date(2026, 7, 1), date(2026, 7, 31)),
    ],
)
async def test_a_month_is_whole(text: str, first: date, last: date) -> None:
    month = Month.of(text, date(2026, 7, 14))
    assert (month.first, month.last) == (first, last)
    assert first in month
    assert last in month
    assert month.before.last < first
    assert month.after.first > last
