"""Every page, in a real browser and as a reader without one gets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml.html import fromstring  # type: ignore[import-untyped]
from playwright.async_api import Page

from services.portal.queries import search
from services.products.service import service as products_service
from services.registry import service
from shared.clock import MovableClock
from tests.identity.world import founded
from tests.portal.reader import Reader
from tests.portal.world import HOSTILE, LONG, PARTNERS, World, unknown
from tests.products.world import World as Products
from tests.support.browser import browser
from tests.support.system import System, system

LANGUAGES = ("id", "en")
# A day, or a moment with at most milliseconds: what HTML takes.
DATETIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?")
# One system serves all of these tests; they only read.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Shown:
    """A page, and words that stand on it in Indonesian and in English."""

    path: str
    words: tuple[tuple[str, ...], tuple[str, ...]]
    status: int = 200


def pages(world: World) -> list[Shown]:
    guide, lesson = world.products["guide"], world.products["lesson"]
    old, new = world.products["old"], world.products["new"]
    superseded, current = (version["code"] for version in guide["versions"])
    withdrawn, revoked = (page["versions"][0]["code"] for page in (lesson, old))
    base = f"/partnerships/{world.partnership}"
    return [
        Shown(
            "/",
            (
                ("Karya bersama", "1 dari 2 tahap selesai"),
                ("Joint work between police and community", "1 of 2 stages completed"),
            ),
        ),
        Shown(base, (("Piagam", "Kuorum", "Rapat", "Kepercayaan"), ("Charter", "Mutual trust", "Exit plan"))),
        Shown(f"{base}/follow", (("Ikuti kemitraan ini", "surel"), ("Follow this partnership",))),
        Shown(f"/partnerships/{world.bare}", (("Belum ada program",), ("No board has been constituted",))),
        Shown(
            f"/partnerships/{world.bare}/charters/2",
            (("belum ditandatangani",), ("not signed by all parties",)),
        ),
        Shown(f"{base}/charters/1", (("Piagam, versi 1",), ("Charter, version 1",))),
        Shown(f"{base}/charters/2", (("Dibandingkan dengan versi 1",), ("Compared with version 1",))),
        Shown(f"/programs/{world.program}", (("Terlambat", "1 bukti"), ("Overdue", "1 piece of evidence"))),
        Shown(f"/problems/{world.problem}", (("Akar masalah",), ("Root causes", "Options compared"))),
        Shown(f"/products/{guide['id']}", (("Bersandar pada", "500"), ("Requires", "500", "30 people"))),
        Shown(f"/products/{lesson['id']}", (("Ditarik", "teleponnya"), ("Withdrawn", "teleponnya"))),
        Shown(f"/products/{old['id']}", (("Dicabut",), ("Revoked", "Replaced by"))),
        Shown("/products?q=ronda", (("Petunjuk meronda",), ("product found",))),
        Shown(
            "/search?q=sidoarjo",
            (
                ("Hanya di atas kertas", "Malam tanpa balap", "Masalah", "Produk"),
                ("Hanya di atas kertas", "Programmes", "Problems", "Signed", "Revoked"),
            ),
        ),
        Shown("/search?q=tidakadasamasekali", (("semua kata itu", "awal kata"), ("Nothing public",))),
        Shown("/search", (("Masukkan kata",), ("Enter words",))),
        Shown("/products?q=tidakadasamasekali", (("Tidak ada yang ditemukan",), ("Nothing found",))),
        Shown(f"/p/{current}", (("masih berlaku",), ("This copy is current",))),
        Shown(f"/p/{superseded}", (("versi yang lebih baru",), ("There is a newer version",))),
        Shown(f"/p/{withdrawn}", (("Jangan gunakan",), ("Do not use this copy", "salah"))),
        Shown(
            f"/p/{revoked}",
            (("Tidak berlaku lagi",), ("No longer in force", new["title"])),
        ),
        Shown(
            "/p/AAAAAAAAAA",
            (("AAAAAAAAAA tidak dikenal", "bukan terbitan"), ("is not known", "was not published")),
            404,
        ),
        Shown(
            f"/papers/meetings/{world.meeting}/minutes?print=1-AAAAAAAAAA",
            (("sudah berubah", "Cetak ulang"), ("have changed", "Print it again")),
        ),
        Shown(
            f"/papers/meetings/{world.called}/attendance-list",
            (("Daftar hadir", "Rapat kedua"), ("Attendance list", "Open the records")),
        ),
        Shown(f"/papers/activities/{world.retracted}/report", (("Ditarik",), ("does not count",))),
        Shown(
            f"/papers/partnerships/{world.partnership}/monthly-summary?month=2026-01",
            (("Ringkasan Januari 2026",), ("Summary of January 2026", "Month")),
        ),
        Shown("/p", (("Periksa lembar cetak",), ("Check a printed sheet",))),
        Shown("/products?q=keputusan", (("Dicabut",), ("Revoked",))),
        Shown("/docs", (("Untuk pengembang", "Data terbuka", "Registri"), ("Open data", "AsyncAPI"))),
        Shown("/docs/partners", (("Siapa yang boleh", "koordinator"), ("Who may", "PartnershipOut", "curl"))),
        Shown(
            "/docs/events", (("partners.partnership-signed.v2",), ("Audience", "identity.account-opened.v1"))
        ),
        Shown(
            "/docs/events/partners.board-constituted.v2",
            (("Wadah dibentuk", "SeatFacts"), ("Board constituted", "quorum_rule", '"specversion": "1.0"')),
        ),
        Shown("/refusals", (("Masuk dahulu", "not-a-party"), ("Not found", "act-impossible"))),
        Shown("/problems/not-a-party", (("Jalan keluar",), ("Remedy", "403"))),
        Shown(f"/programs/{unknown()}", (("Tidak ditemukan",), ("Not found",)), 404),
    ]


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("width", [390, 1280])
async def test_every_page_fits_speaks_both_languages_and_complains_of_nothing(
    world: World, width: int
) -> None:
    async with browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if width == 390 else "light"
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        for shown in pages(world):
            for place, language in enumerate(LANGUAGES):
                path = f"{shown.path}{'&' if '?' in shown.path else '?'}lang={language}"
                answer = await page.goto(world.here.url + path)
                assert answer is not None
                assert answer.status == shown.status, path
                await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                text = (await page.locator("main").inner_text()).lower()
                missing = [word for word in shown.words[place] if word.lower() not in text]
                assert missing == [], f"{path} does not say {missing}"
                await is_sound(page, path, language)
        # Chromium itself reports the status of a page that is not there.
        assert [complaint for complaint in complaints if "status of 404" not in complaint] == []


async def is_sound(page: Page, path: str, language: str) -> None:
    """Nothing sticks out, and whoever listens to the page finds their way."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{path} is wider than the window"
    )
    found: dict[str, Any] = await page.evaluate(
        """() => ({
            language: document.documentElement.lang,
            title: document.title,
            levels: [...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1])),
            mains: document.querySelectorAll('main').length,
            nameless: [...document.querySelectorAll('a,button,input,select,svg[role=img],nav,[role=region]')]
                .filter(one => one.type !== 'hidden' && !one.textContent.trim())
                .filter(one => !one.getAttribute('aria-label') && !one.labels?.length)
                .map(one => one.outerHTML.slice(0, 80)),
            unreachable: [...document.querySelectorAll('.scroll')].filter(one => one.tabIndex !== 0).length,
            ids: [...document.querySelectorAll('[id]')].map(one => one.id),
            dangling: [...document.querySelectorAll('[aria-labelledby]')]
                .filter(one => !document.getElementById(one.getAttribute('aria-labelledby')))
                .map(one => one.outerHTML.slice(0, 80)),
            lost: [...document.querySelectorAll('a[href^="#"]')]
                .filter(one => !document.getElementById(one.getAttribute('href').slice(1)))
                .map(one => one.getAttribute('href')),
        })"""
    )
    assert found["language"] == language, path
    assert "Kemitraan" in found["title"], path
    assert found["mains"] == 1, path
    assert found["levels"].count(1) == 1, f"{path} has not one heading of the first level"
    steps = zip(found["levels"], found["levels"][1:], strict=False)
    assert all(after - before <= 1 for before, after in steps), f"{path} skips a heading: {found['levels']}"
    for what in ("nameless", "dangling", "lost"):
        assert found[what] == [], f"{path}: {what}"
    assert found["unreachable"] == 0, f"{path} scrolls something that no key reaches"
    assert len(set(found["ids"])) == len(found["ids"]), f"{path} uses an id twice"


@pytest.mark.browser
async def test_every_page_is_sound_html(world: World) -> None:
    """What validators found wrong once: moments to the microsecond, headers and fields of no kind."""
    reader = Reader(world.here)
    for shown in pages(world):
        document = fromstring((await reader.open(shown.path)).text)
        moments = [str(moment) for moment in document.xpath("//time/@datetime")]
        assert all(DATETIME.fullmatch(moment) for moment in moments), (shown.path, moments)
        assert not document.xpath("//th[not(@scope)]"), shown.path
        assert not document.xpath("//input[not(@type)]"), shown.path
        assert not document.xpath("//img[not(@alt)]"), shown.path
        assert len(document.xpath("//h1")) == 1, shown.path
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), shown.path


async def test_a_reader_with_a_keyboard_skips_to_the_content(world: World) -> None:
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 390, "height": 900})
        await page.goto(f"{world.here.url}/partnerships/{world.partnership}?lang=en")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        assert await page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
        await page.keyboard.press("Enter")
        assert page.url.endswith("#main")


async def test_texts_of_people_stay_text_and_what_is_sealed_or_withheld_is_not_shown(world: World) -> None:
    partnership = await world.text(f"/partnerships/{world.partnership}")
    home = await world.text("/")
    for page in (partnership, home):
        assert HOSTILE not in page
        assert "Balap &lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;liar&#34;" in page
    assert LONG in partnership
    for person in world.people:
        assert person not in partnership, "people do not appear on public pages, not even as ids"
    links = re.findall(r"/agreements/[0-9a-f-]+/file", partnership)
    assert len(links) == 1, "the text of an agreement that is not public is not linked"
    assert "not public (Law 14/2008): Personal secrets (Art. 17(h)). Data pribadi korban." in partnership
    assert re.search(r"Signed by [^<(]*\(Kepala Kepolisian Resor\)", partnership)
    assert "Semua setuju." in partnership, "approved minutes are public"
    assert "Kelas lain" in await world.text(f"/programs/{world.program}"), "what was retracted stays readable"
    assert "Tercatat dua kali." in await world.text(f"/programs/{world.program}")


async def test_a_partnership_shows_for_whom_there_is_what(world: World) -> None:
    page = await world.text(f"/partnerships/{world.partnership}")
    start = page.index('<table class="matrix">')
    matrix = page[start : page.index("</table>", start)]
    cells = re.findall(r'<li class="(\w+)"[^>]*>([\w ]+)<span', matrix)
    assert len(cells) == 5 * 3 * 2, "each kind, phase and audience of the plan"
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td>(.*?)</td>', matrix, re.DOTALL))
    prevention = {
        kind: dict(re.findall(r'<li class="(\w+)"[^>]*>([\w ]+)<', row)) for kind, row in rows.items()
    }
    assert prevention["Guidance"] == {"current": "Young people", "none": "Parents"}
    assert prevention["Education material"] == {"ended": "Young people", "none": "Parents"}
    assert 'title="Tidak perlu."' in matrix
    bare = await world.text(f"/partnerships/{world.bare}")
    assert "matrix" not in bare, "who declared no plan is not held to one"


async def test_a_partnership_tells_when_its_phase_was_last_moved(world: World) -> None:
    page = f"/partnerships/{world.bare}"
    assert "The stage has not changed" in await world.text(page)
    step = {"stage": "knowledge", "reason": "Masalah dikenali."}
    await world.made(f"{PARTNERS}/partnerships/{world.bare}/lifecycle", step)
    assert "The stage last changed on" in await world.text(page)


async def test_days_and_times_are_those_of_the_place_of_the_partnership(world: World) -> None:
    police, village = (str(body) for body in world.bodies[:2])
    parties = [
        {"organisation_id": police, "role": "lead", "contributes": "kapal", "gains": "kabar"},
        {"organisation_id": village, "contributes": "perahu", "gains": "aman"},
    ]
    body = {"title": "Aman di Sentani", "area": "91.03", "problem": "pencurian ikan", "parties": parties}
    made = await world.made(f"{PARTNERS}/partnerships", body)
    base = f"{PARTNERS}/partnerships/{made['id']}"
    charter = {"vision": "Hidup lebih baik", "mission": "Mencegah", "means": ["act"]}
    await world.made(f"{base}/charter", charter, by=0)
    for party in (0, 1):
        await world.made(f"{base}/signatures", {"charter_version": 1}, by=party)
    there = await world.text(f"/partnerships/{made['id']}")
    assert " WIT<" in there
    assert " WIB<" not in there
    here = await world.text(f"/partnerships/{world.partnership}")
    assert " WIB<" in here
    assert " WIT<" not in here


async def test_what_the_services_call_wrong_is_not_found(world: World) -> None:
    for path in (
        f"/partnerships/{world.partnership}/charters/9",
        f"/partnerships/{world.partnership}/charters/{10**30}",
        f"/partnerships/{world.partnership}/charters/0",
        f"/products/{unknown()}",
        f"/problems/{unknown()}",
        f"/partnerships/{unknown()}",
        "/partnerships/nobody",
        "/?cursor=%00",
        "/nothing",
    ):
        for language, words in (("id", "Tidak ditemukan"), ("en", "Not found")):
            answer = await world.page(path, language)
            assert answer.status == 404, path
            assert words in answer.body.decode(), path
            assert answer.headers["Content-Language"] == language
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_code_is_checked_as_it_is_typed_and_one_that_is_not_ours_is_told_so(world: World) -> None:
    known = world.products["old"]["versions"][0]["code"]
    typed = f"{known[:5].lower()}-{known[5:]} "
    for given, leads_to in ((typed, f"{known[:5].lower()}{known[5:]}"), ("abc/../%3F", "abc3F")):
        got = await Reader(world.here).open(f"/p?lang=en&code={quote(given)}")
        assert (got.status, got.headers["Location"]) == (303, f"/p/{leads_to}?lang=en")
    assert "No longer in force" in await world.text(f"/p/{typed.strip()}")
    assert "is not known" not in await world.text("/p?code=%20-")
    for path in ("/p/%3Fstate=published", "/p/%23", "/p/%00", "/p/" + "9" * 200):
        for language, words in (("id", "tidak dikenal"), ("en", "is not known")):
            answer = await world.page(path, language)
            assert answer.status == 404, path
            page = answer.body.decode()
            assert words in page
            assert '<form class="search narrow" action="/p">' in page, "there is a field to type it again"
            assert "\0" not in page


async def test_what_holds_no_longer_is_called_so_and_does_not_lead(world: World) -> None:
    home, found = await world.text("/"), await world.text("/products?q=keputusan")
    old, new = (world.products[name]["title"] for name in ("old", "new"))
    newest = home[home.index('id="products"') :]
    assert newest.index(new) < newest.index(old)
    for page in (newest, found):
        entry = page[page.index(world.products["old"]["id"]) :]
        assert '<span class="state revoked">' in entry[: entry.index("</li>")]
    own = await world.text(f"/products/{world.products['old']['id']}")
    assert "state published" not in own[own.index('<h2 id="editions') :]


async def test_whoever_works_for_the_agency_reads_every_page_and_what_is_not_public(world: World) -> None:
    office = await founded(world.here)
    await office.account("ani", "coordinator")
    await office.account("budi", "representative", organisation_id=str(world.bodies[0]))
    text = {"language": "id", "title": "Rancangan panduan", "body": "Berdua."}
    draft = {
        "partnership_id": world.partnership,
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["remaja"],
        "media": ["electronic"],
        "texts": [text],
    }
    drafted = await world.made("/api/products/v1/products", draft, 0)
    hidden = f"/products/{drafted['id']}"
    assert (await world.page(hidden)).status == 404
    for name in ("ani", "budi"):
        reader = Reader(world.here)
        assert (await reader.sign_in(name)).status == 303
        for shown in [*pages(world), Shown(hidden, ((), ("Rancangan panduan",)))]:
            got = await reader.open(shown.path)
            assert got.status == shown.status, shown.path
            assert "cannot be shown at the moment" not in got.text, shown.path
            assert f"Orang {name}" in got.text
            assert [word for word in shown.words[1] if word.lower() not in unescape(got.text).lower()] == []
        await _opens_files(world, reader)
    assert "Polresta Contoh" in (await reader.open("/account")).text


async def _opens_files(world: World, reader: Reader) -> None:
    """Whoever takes part opens the evidence of a stage, and the agreement that is not public."""
    stranger = Reader(world.here)
    for page, file, count in (
        (f"/partnerships/{world.partnership}", r"/agreements/[0-9a-f-]+/file", 2),
        (f"/programs/{world.program}", r"/evidence/[0-9a-f-]+/file", 1),
    ):
        links = re.findall(f'href="({file})" download', (await reader.open(page)).text)
        assert len(links) == count, page
        for link in links:
            got = await reader.open(link)
            assert (got.status, got.headers["Content-Disposition"][:10]) == (200, "attachment")
        public = re.findall(f'href="({file})" download', (await stranger.open(page)).text)
        assert len(public) == count - 1
        assert [(await stranger.open(link)).status for link in links].count(404) == 1


@pytest.mark.parametrize("chosen", ["q=%00", "kind=nonsense", "cursor=nonsense", "audience=Not%20A%20Slug"])
async def test_a_question_that_cannot_be_asked_is_told_so(tmp_path: Path, chosen: str) -> None:
    async with system(tmp_path, [products_service, service("portal")]) as here:
        answer = await here.call("GET", f"/products?{chosen}", Accept_Language="en")
        assert answer.status == 200
        assert "This search cannot be run." in answer.body.decode()


async def test_a_search_is_narrowed_by_facets_and_read_page_by_page(tmp_path: Path) -> None:
    clock = MovableClock()
    async with system(tmp_path, [products_service, service("portal")], clock=clock) as here:
        world = await Products.founded(here, clock)
        for number in range(22):
            words = {"language": "id", "title": f"Petunjuk ronda {number}", "body": "Berdua."}
            await world.published("guidance", texts=[words])
        await world.published(
            "education_material",
            phases=["handling"],
            texts=[{"language": "id", "title": "Modul ronda", "body": "Berdua."}],
        )
        first = await _searched(here, "q=ronda&kind=guidance")
        assert "22 products found" in first
        assert first.count('<a href="/products/0') == 20
        assert "<mark>ronda</mark>" in first
        more = re.search(r'rel="next" href="/products\?([^"]+)"', first)
        assert more is not None
        second = await _searched(here, more.group(1).replace("&amp;", "&"))
        seen = set(re.findall(r'href="/products/(0[0-9a-f-]+)', first + second))
        assert len(seen) == 22, "no product is lost or shown twice"
        assert 'value="guidance" selected' in second, "the choice stays"
        assert "1 product found" in await _searched(here, "q=ronda&phase=handling")
        assert "Education material (1)" in first, "each facet says what another choice would give"


async def _searched(here: System, chosen: str) -> str:
    answer = await here.call("GET", f"/products?{chosen}", Accept_Language="en")
    assert answer.status == 200
    page: str = answer.body.decode()
    return page


async def test_what_is_found_goes_on_page_by_page_kind_by_kind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHOWN", "SHOWN_ALONE"):
        monkeypatch.setattr(search, name, 1)
    for kind, words, label, all_of in (
        ("partnerships", "sidoarjo", "More partnerships", {world.partnership, world.bare}),
        ("products", "keputusan", "More products", {world.products[name]["id"] for name in ("old", "new")}),
    ):
        first = await world.text(f"/search?q={words}")
        assert label in first
        seen, path = set[str](), f"/search?q={words}"
        while path:
            page = (await world.text(path)).partition("<main")[2]
            here = set(re.findall(rf'href="/{kind}/([0-9a-f-]{{36}})', page))
            assert len(here) == 1
            assert not here & seen
            seen |= here
            onward = re.search(rf'rel="next" href="(/search[^"]+kind={kind}[^"]+)"', page)
            path = unescape(onward[1]) if onward else ""
        assert seen == all_of
        others = {"partnerships", "programs", "problems", "products"} - {kind}
        alone = await world.text(f"/search?q={words}&kind={kind}")
        assert not [other for other in others if f'<h2 id="{other}"' in alone]
        assert "Results with all of these words" in alone
    for odd in ("kind=nonsense", "kind=programs&cursor=x", "cursor=x"):
        assert (await world.page(f"/search?q=sidoarjo&{odd}")).status == 200, odd


async def test_what_was_withdrawn_is_found_and_shown_as_that(world: World) -> None:
    found = (await world.text("/search?q=modul kelas")).partition("<main")[2]
    lesson = world.products["lesson"]["id"]
    entry = found.partition(f"/products/{lesson}")[2].partition("</li>")[0]
    assert "Withdrawn" in entry
    revoked = (await world.text("/search?q=Keputusan 1/2025")).partition("<main")[2]
    entry = revoked.partition(f"/products/{world.products['old']['id']}")[2].partition("</li>")[0]
    assert "Revoked" in entry


async def test_a_use_names_the_activity_in_which_it_was(world: World) -> None:
    page = await world.text(f"/products/{world.products['new']['id']}")
    link = f"/programs/{world.program}?lang=en#activity-{world.activity}"
    assert f'<a href="{link}">Kelas keselamatan</a>' in page
    assert f'id="activity-{world.activity}"' in await world.text(f"/programs/{world.program}")
    unnamed = await world.text(f"/products/{world.products['guide']['id']}")
    assert "30 people reached · verified by" in unnamed
    assert "not verified by another party" in page
