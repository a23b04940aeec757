"""What is printed is accessible, says what it is, is the same each time, and lets nobody in."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.products.render import leaflet, processes
from services.products.render.edition import Edition, status
from services.products.render.markdown import plain, read
from shared.contracts.vocabulary import Standing, VersionState
from shared.press.press import NotPrintable
from tests.products.editions import HOSTILE, WARNED, edition, in_indonesian
from tests.products.world import World, refused
from tests.support.verapdf import broken_rules

ENGLISH = {"language": "en", "title": "Preventing street racing", "summary": "What residents can do."}


async def printed(shown: Edition) -> bytes:
    translate = str if shown.language == "en" else in_indonesian
    return await processes.printed(leaflet.sheet(shown, translate, date(2026, 3, 1)))


def words(pdf: bytes) -> str:
    """What it says, without the places where long words may break."""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", text.replace("\u200b", ""))


def structure(pdf: bytes) -> list[dict[str, Any]]:
    """The elements of the structure tree, in the order of reading."""
    found = []

    def walk(element: Any) -> None:
        element = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(element, list):
            for item in element:
                walk(item)
        elif isinstance(element, dict):
            if "/S" in element:
                found.append(element)
            walk(element.get("/K", []))

    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found


@pytest.mark.slow
async def test_both_languages_and_every_state_pass_verapdf(tmp_path: Path) -> None:
    shown = {
        "id": edition(),
        "en": edition(**ENGLISH),
        "draft": edition(state="draft", published_on=None, valid_until=None),
        "withdrawn": edition(state="withdrawn", closed_on=date(2026, 2, 1), reason="Nomor telepon salah."),
        "hostile": edition(body="\n\n".join(HOSTILE), title=HOSTILE[1], summary=HOSTILE[11]),
        "empty": edition(body="", summary=""),
        "long": edition(body="\n\n".join(["# Bab", *["Kalimat yang panjang. " * 90] * 8])),
    }
    files = {}
    for name, item in shown.items():
        files[name] = tmp_path / f"{name}.pdf"
        files[name].write_bytes(await printed(item))
    careless = tmp_path / "careless.pdf"
    careless.write_bytes(typst.compile(b"= One\n=== Three", ignore_system_fonts=True))
    told = await asyncio.to_thread(broken_rules, *files.values(), careless)
    assert {name: told[str(path)] for name, path in files.items()} == {name: [] for name in shown}
    assert any(item.startswith("7.4.2-1") for item in told[str(careless)])


@pytest.mark.parametrize(
    ("language", "tag"), [("id", "id-ID"), ("en", "en-GB"), ("jv", "jv-ID"), ("mad", "mad-ID")]
)
async def test_a_leaflet_tells_machines_what_it_is(language: str, tag: str) -> None:
    pdf = await printed(edition(language=language))
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    told = reader.metadata
    assert told is not None
    assert (told.title, told.author) == ("Mencegah balap liar", "Aman bersama")
    assert told.creation_date is not None
    assert told.creation_date.date() == date(2026, 1, 5)
    assert reader.pages[0].mediabox.width == pytest.approx(595.28, abs=0.1)


async def test_headings_lists_and_tables_are_that_to_a_screen_reader() -> None:
    kinds = [table["/S"] for table in structure(await printed(edition()))]
    assert [kind for kind in kinds if re.fullmatch(r"/H\d", kind)] == ["/H1", "/H2", "/H3", "/H2"], (
        "the title is the first"
    )
    for kind, times in (("/TH", 3), ("/TD", 6), ("/L", 3), ("/LI", 6), ("/Figure", 1)):
        assert kinds.count(kind) == times, kind
    assert kinds.count("/Link") >= 4


async def test_the_code_is_a_picture_with_words_and_is_spelled_out() -> None:
    pdf = await printed(edition())
    (figure,) = [word for word in structure(pdf) if word["/S"] == "/Figure"]
    assert figure["/Alt"] == "Kode QR yang menuju https://kemitraan.example/p/7KQ2M9X4TA"
    said = words(pdf)
    assert "7KQ2M-9X4TA" in said
    assert "https://kemitraan.example/p/7KQ2M9X4TA" in said
    targets = {
        annotation.get_object()["/A"]["/URI"]
        for page in PdfReader(io.BytesIO(pdf)).pages
        for annotation in page.get("/Annots", [])
        if "/URI" in annotation.get_object().get("/A", {})
    }
    assert "https://kemitraan.example/p/7KQ2M9X4TA" in targets
    assert "mailto:forum@desa.example" in targets


async def test_every_page_ends_with_what_one_must_know() -> None:
    long = edition(body="\n\n".join(["Kalimat yang panjang. " * 90] * 8))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(await printed(long))).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        foot = " ".join(page.split())
        assert f"Halaman {number} dari {len(pages)}" in foot
        assert "Aman bersama" in foot
        assert "Versi 2 · terbit 5 Januari 2026 · berlaku sampai 4 Januari 2027" in foot
        assert f"SHA-256 {long.short_fingerprint}" in foot


async def test_english_is_printed_in_english() -> None:
    said = words(await printed(edition(**ENGLISH)))
    assert "Page 1 of" in said
    assert "published 5 January 2026" in said
    assert "Is this still valid?" in said


@pytest.mark.parametrize(
    ("state", "mark"),
    [("draft", "KONSEP"), ("in_review", "KONSEP"), ("approved", "KONSEP"), ("withdrawn", "DITARIK")],
)
async def test_what_is_not_in_force_says_so_on_every_page(state: str, mark: str) -> None:
    body = "\n\n".join(["Kalimat yang panjang. " * 90] * 5)
    pdf = await printed(edition(state=state, body=body, reason="Salah.", closed_on=date(2026, 2, 1)))
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert mark in page.extract_text()
    assert mark not in words(await printed(edition(body=body)))


@pytest.mark.parametrize("state", [*VersionState, Standing.REVOKED, Standing.LAPSED])
def test_every_state_is_explained_without_a_gap(state: str) -> None:
    found = status(edition(state=state), str)
    assert found.word
    assert "%(" not in found.meaning
    assert (found.tone == "good") == (state == "published")


async def test_what_it_rests_on_in_vain_is_told_with_the_day() -> None:
    said = words(await printed(edition(warnings=WARNED)))
    assert "PERHATIAN — Ini bersandar pada “Perpol 1/2021”, yang dicabut. Keadaan per 1 Maret 2026." in said
    english = words(await printed(edition(**ENGLISH, warnings=WARNED)))
    assert "BEWARE — This relies on “Perpol 1/2021”, which has been revoked. As of 1 March 2026." in english
    assert "PERHATIAN" not in words(await printed(edition()))


async def test_for_whom_it_is_made_is_said_in_words() -> None:
    made = edition(**ENGLISH, audiences=("orang-tua", "village-youth"))
    assert "Intended for Parents, Village youth" in words(await printed(made))


async def test_the_same_edition_gives_the_same_bytes() -> None:
    first, second = await asyncio.gather(printed(edition()), printed(edition()))
    assert first == second
    assert first != await printed(edition(number=3))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_text_is_printed_as_the_text_it_is(text: str) -> None:
    # Each is a body, and a part of every line that people write.
    line = " ".join(text.split())[:200] or "–"
    shown = edition(body=text, title=line, summary=line, partnership=line, audiences=(line,))
    pdf = await printed(shown)
    said = words(pdf)
    for secret in ("root:", "daemon:"):
        assert secret not in said
    for page in PdfReader(io.BytesIO(pdf)).pages:
        assert page.mediabox.width == pytest.approx(595.28, abs=0.1)
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A", {})
            assert re.match(r"https?://|mailto:", action.get("/URI", "https://"))


async def test_signs_of_typst_are_printed_as_they_are() -> None:
    signs = '#let x = 1; $x^2$ \\n @you <me> ~ -- ... "q" // no /* no */ #emph[no] {a} = b'
    assert signs in words(await printed(edition(body=signs.replace("*", "\\*"), summary="")))


async def test_a_sign_that_no_font_has_is_replaced_and_the_reader_told() -> None:
    pdf = await printed(edition(body="Mobil 🚓 di 汉字"))
    said = words(pdf)
    assert "Mobil □ di □□" in said
    assert "□ replaces a character that cannot be printed here." in said
    assert "replaces a character" not in words(await printed(edition()))


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_text_at_all_can_be_printed(body: str, title: str) -> None:
    assert asyncio.run(printed(edition(body=body, title=title))).startswith(b"%PDF-1.7")


@given(st.text(alphabet="*_[]()#-|`\\<>&! \n1.a:", max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_markup_at_all_can_be_read(body: str) -> None:
    blocks = read(body)
    plain(blocks)
    levels = [block.level for block in blocks if block.kind == "heading"]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    places = [block.target for block in blocks if block.kind == "heading"]
    assert len(places) == len(set(places))


async def test_what_typst_cannot_set_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = leaflet.sheet(edition(), str, date(2026, 3, 1))
    with pytest.raises(NotPrintable):
        await processes.printed({**sheet, "facts": None})
    monkeypatch.setattr(processes, "LEAFLET", replace(processes.LEAFLET, memory=1))
    with pytest.raises(NotPrintable):
        await processes.printed({**sheet, "code": "another"})


# --- over HTTP -------------------------------------------------------------------------------------

TEXTS = [
    {"language": "id", "title": "Petunjuk ronda", "summary": "Cara meronda", "body": "# Ronda\n\nBerdua."},
    {"language": "en", "title": "Keeping watch", "summary": "How to", "body": "# Watch\n\nIn pairs."},
]


async def test_everybody_prints_what_is_published_in_each_of_its_languages(world: World) -> None:
    product = await world.published(texts=TEXTS)
    path = f"/products/{product['id']}/print.pdf"
    for language, body in (("id", "Berdua."), ("en", "In pairs.")):
        answer = await world.call("GET", f"{path}?language={language}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.headers["Content-Language"] == language
        code = product["versions"][0]["code"]
        assert f'filename="{code}-v1-{language}.pdf"' in answer.headers["Content-Disposition"]
        said = words(answer.body)
        assert body in said
        assert f"{world.here.url}/p/{code}" in said
        tag = answer.headers["ETag"]
        again = await world.call("GET", f"{path}?language={language}", if_none_match=tag)
        assert (again.status, again.body) == (304, b"")
        same = await world.call("GET", f"{path}?language={language}", if_none_match='"other"')
        assert same.body == answer.body
    preferred = await world.call("GET", path, accept_language="en")
    assert preferred.headers["Content-Language"] == "en"
    assert refused(await world.call("GET", f"{path}?language=jv")) == (404, "unknown-text")


async def test_parties_alone_print_a_draft_and_it_is_marked(sqlite_world: World) -> None:
    world = sqlite_world
    product = await world.drafted(texts=TEXTS)
    path = f"/products/{product['id']}/print.pdf"
    assert refused(await world.call("GET", path)) == (404, "unknown-aggregate")
    assert refused(await world.call("GET", path, by=world.outsider)) == (404, "unknown-aggregate")
    draft = await world.call("GET", f"{path}?language=en", by=world.village)
    assert draft.status == 200
    assert "DRAFT" in words(draft.body)
    await world.publish(product)
    await world.done(product, "versions")
    assert "DRAFT" not in words((await world.call("GET", f"{path}?language=en", by=world.village)).body)
    second = await world.call("GET", f"{path}?language=en&version=2", by=world.village)
    assert "DRAFT" in words(second.body)
    assert refused(await world.call("GET", f"{path}?version=2")) == (404, "unknown-version")
    assert refused(await world.call("GET", f"{path}?version=9", by=world.village)) == (404, "unknown-version")


async def test_a_withdrawn_version_is_printed_for_parties_alone(sqlite_world: World) -> None:
    world = sqlite_world
    product = await world.published(texts=TEXTS)
    await world.done(product, "withdraw", body={"reason": "The number is wrong."})
    path = f"/products/{product['id']}/print.pdf?language=en"
    assert refused(await world.call("GET", path)) == (404, "version-withdrawn")
    kept = await world.call("GET", path, by=world.police)
    assert "The number is wrong." in words(kept.body)


async def test_a_print_warns_of_what_it_requires_and_is_good_no_longer(sqlite_world: World) -> None:
    world = sqlite_world
    umbrella, product = await world.umbrella(), await world.published(texts=TEXTS)
    path = f"/products/{product['id']}/print.pdf?language=en"
    await world.done(product, "relations", body={"relation": "requires", "target": umbrella["id"]})
    before = await world.call("GET", path)
    assert "BEWARE" not in words(before.body)
    assert (await world.revoke(umbrella["id"], "2026-01-05")).status == 200
    after = await world.call("GET", path, if_none_match=before.headers["ETag"])
    assert "which has been revoked. As of 5 January 2026." in words(after.body)


async def test_what_nobody_has_is_refused_without_a_fault(sqlite_world: World) -> None:
    world = sqlite_world
    product = await world.published()
    base = f"/products/{product['id']}/print.pdf"
    for query in ("version=0", "version=99999999999999999999", "version=x", "language=xx", "language="):
        answer = await world.call("GET", f"{base}?{query}")
        assert refused(answer) == (422, "invalid-request"), query
    assert (await world.call("GET", "/products/no/print.pdf")).status == 422


def test_a_fingerprint_is_that_of_the_words() -> None:
    shown = edition(title="T", summary="S", body="B")
    assert shown.fingerprint == hashlib.sha256(b"T\n\nS\n\nB").hexdigest()
    assert shown.short_fingerprint.replace(" ", "") == shown.fingerprint[:16]
    assert edition(dated=datetime(2027, 1, 1, tzinfo=UTC)).fingerprint == edition().fingerprint
