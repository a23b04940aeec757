"""What messengers and search engines are told: of what everybody sees, with addresses that answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped]
from PIL import Image
from starlette.routing import Route

from services.portal import crawlers, sitemap, static_files
from services.portal.api import pages
from services.portal.preview import BRIEF, brief
from services.registry import service
from shared.clock import MovableClock
from shared.settings import Settings
from tests.portal.reader import Reader
from tests.portal.world import HOSTILE, PARTNERS, PRODUCTS, World
from tests.support.system import system

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
UNSEEN = "Rencana yang belum diumumkan"
SHOWN_TO_ALL = {
    "/",
    "/partnerships/{id:uuid}",
    "/partnerships/{id:uuid}/charters/{number:int}",
    "/programs/{id:uuid}",
    "/problems/{id:uuid}",
    "/products",
    "/products/{id:uuid}",
    "/p",
    "/p/{code}",
    "/manifest.webmanifest",
    "/report",
    "/partnerships/{id:uuid}/report",
    "/partnerships/{id:uuid}/report-sheet",
    "/partnerships/{id:uuid}/report-code.svg",
    "/products/{id:uuid}/files/{file:uuid}",
    "/products/{id:uuid}/print.pdf",
    "/products/{id:uuid}/page.html",
    "/agreements/{id:uuid}/file",
    "/evidence/{id:uuid}/file",
    "/docs",
    "/docs/events",
    "/docs/events/{type}",
    "/docs/{service}",
    "/asyncapi.json",
    "/developers",
    "/api",
    "/api/",
    "/api.json",
    "/api/{service}",
    "/schemas",
    "/schemas.json",
    "/schemas/{name}",
    "/refusals",
    "/refusals.json",
    "/problems/{code}",
    "/.well-known/api-catalog",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-{number:int}.xml",
    "/.well-known/security.txt",
}


def told(page: str) -> dict[str, str]:
    """What a page says of itself in its head."""
    head = html.fromstring(page).find("head")
    found = {meta.get("property") or meta.get("name"): meta.get("content") for meta in head.iter("meta")}
    found |= {
        link.get("hreflang") or link.get("rel"): link.get("href")
        for link in head.iter("link")
        if link.get("rel") == "canonical" or link.get("hreflang")
    }
    return found | {"title": head.findtext("title")}


async def test_each_public_page_tells_its_own_title_summary_and_addresses(world: World) -> None:
    base = world.here.url
    guide = world.products["guide"]["id"]
    for path, kind, title, summary in (
        ("/", "website", "Kemitraan", "Real partnerships"),
        (f"/partnerships/{world.partnership}", "article", HOSTILE, "Jalan malam & siang tidak aman."),
        (f"/partnerships/{world.partnership}/charters/2", "article", "Charter, version 2", "Pulang dengan"),
        (f"/programs/{world.program}", "article", "Malam tanpa balap liar", "Jalan lingkar"),
        (f"/problems/{world.problem}", "article", "Balap liar", "Setiap akhir pekan"),
        (f"/products/{guide}", "article", "Guide for night watches", "Ringkasan"),
        ("/products", "article", "Products", "Situation pictures"),
    ):
        seen = told(await world.text(path))
        assert seen["og:title"].startswith(title), path
        assert seen["title"].endswith("Kemitraan"), path
        assert seen["og:description"].startswith(summary), path
        assert seen["description"] == seen["og:description"], path
        assert (seen["og:type"], seen["og:locale"], seen["og:locale:alternate"]) == (kind, "en_GB", "id_ID")
        assert seen["canonical"] == seen["og:url"] == f"{base}{path}?lang=en"
        assert (seen["id"], seen["en"]) == (f"{base}{path}?lang=id", f"{base}{path}?lang=en")
        assert seen["x-default"] == f"{base}{path}"
        assert seen["twitter:card"] == "summary_large_image"
        assert "robots" not in seen
        again = told(await world.text(f"{path}?lang=id", "en"))
        assert (again["canonical"], again["og:locale"]) == (seen["id"], "id_ID")
    indonesian = told(await world.text(f"/products/{guide}", "id"))
    assert indonesian["og:title"] == "Petunjuk meronda"


async def test_what_only_chooses_is_no_other_page_and_what_goes_on_is_one(world: World) -> None:
    seen = told(await world.text("/products?kind=guidance&q=ronda"))
    assert seen["canonical"] == f"{world.here.url}/products?lang=en"
    page = (await world.here.call("GET", "/api/products/v1/search?limit=1")).body
    seen = told(await world.text(f"/products?cursor={page['next']}"))
    assert seen["canonical"] == f"{world.here.url}/products?cursor={page['next']}&lang=en"


async def test_the_picture_of_a_preview_is_one_and_what_is_marked_is_kept_for_ever(world: World) -> None:
    seen = told(await world.text("/"))
    picture = seen["og:image"].removeprefix(world.here.url)
    answer = await world.here.call("GET", picture)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    size = (int(seen["og:image:width"]), int(seen["og:image:height"]))
    assert Image.open(BytesIO(answer.body)).size == size
    assert len(answer.body) < 300_000, "messengers leave out what is larger"
    text = await world.text("/")
    for address in re.findall(r'"(/static/[^"]+)"', text):
        assert "immutable" in (await world.here.call("GET", address)).headers["Cache-Control"], address
    for address in ("/static/portal.css", "/static/portal.css?v=0123456789abcdef"):
        answer = await world.here.call("GET", address, Cookie="kemitraan=x")
        assert answer.headers["Cache-Control"] == "public, no-cache", "asked for again"
        tag = answer.headers["ETag"]
        assert (await world.here.call("GET", address, If_None_Match=tag)).status == 304
    marks = set(static_files.MARKS.values())
    assert len(marks) == len(static_files.MARKS)


async def unseen(world: World) -> set[str]:
    """What only some see: a partnership that nobody has signed, and the draft of a product."""
    parties = [
        {"organisation_id": str(body), "role": role, "contributes": "Ronda", "gains": "Aman"}
        for body, role in zip(world.bodies[:2], ("lead", "member"), strict=True)
    ]
    formed = {"title": UNSEEN, "area": "35.15", "problem": UNSEEN, "parties": parties}
    partnership = await world.made(f"{PARTNERS}/partnerships", formed)
    draft = {
        "partnership_id": world.partnership,
        "kind": "guidance",
        "phases": ["prevention"],
        "audiences": ["remaja"],
        "media": ["print"],
        "texts": [{"language": "id", "title": UNSEEN, "summary": UNSEEN, "body": UNSEEN}],
    }
    product = await world.made(f"{PRODUCTS}/products", draft, 0)
    return {f"/partnerships/{partnership['id']}", f"/products/{product['id']}"}


async def test_the_sitemap_names_what_everybody_sees_and_nothing_else(world: World) -> None:
    hidden = await unseen(world)
    world.clock.move(timedelta(hours=1))
    # Whoever asks: it is read as the public reads.
    answer = await world.here.call("GET", "/sitemap.xml", token=world.here.token("coordinator"))
    found = etree.fromstring(answer.body)
    named = {match.text.removeprefix(world.here.url) for match in found.findall("s:url/s:loc", NAMESPACES)}
    things = [f"/partnerships/{see}" for see in (world.partnership, world.bare)]
    things += [f"/programs/{world.program}", f"/problems/{world.problem}"]
    things += [
        f"/products/{product['id']}" for product in world.products.values()
    ]  # withdrawn and revoked too
    expected = {*sitemap.ALWAYS, *things}
    assert {path.partition("?")[0] for path in named} == expected
    assert named == {f"{path}?lang={language}" for path in expected for language in ("id", "en")}
    assert not hidden & {path.partition("?")[0] for path in named}
    for entry in found.findall("s:url", NAMESPACES):
        links = {match.get("hreflang"): match.get("href") for match in entry.findall("x:link", NAMESPACES)}
        assert links.keys() == {"id", "en", "x-default"}
        assert entry.findtext("s:loc", namespaces=NAMESPACES) in links.values()
        path = links["x-default"].removeprefix(world.here.url)
        assert (await world.here.call("GET", path)).status == 200
        changed = entry.findtext("s:lastmod", namespaces=NAMESPACES)
        assert path in sitemap.ALWAYS or date.fromisoformat(changed).year == 2026
    for path in hidden:
        page = (await world.here.call("GET", path)).body.decode()
        assert UNSEEN not in page
        assert "og:title" not in page, "of what is not there nothing is told"


async def test_a_page_for_somebody_has_no_preview(world: World) -> None:
    follow, report = (f"/partnerships/{world.partnership}/{page}" for page in ("follow", "report"))
    for path in ("/sign-in", follow, report, "/report/follow", "/p/AAAAAAAAAA"):
        answer = await Reader(world.here).open(path)
        assert "og:" not in answer.text, path
        assert 'rel="canonical"' not in answer.text, path


async def test_robots_are_kept_from_what_is_private_and_let_to_what_is_public(world: World) -> None:
    text = (await world.here.call("GET", "/robots.txt")).body.decode()
    assert f"Sitemap: {world.here.url}/sitemap.xml" in text
    allowed = Robots(text)
    runtime = next(runtime for runtime in world.here.runtimes if runtime.service.name == "portal")
    routes = [route for route in pages(runtime).app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    for route in routes:
        path = re.sub("{number[^}]*}", "1", route.path)
        path = re.sub("{[^}]*}", world.partnership, path)
        assert allowed(path) == (route.path in SHOWN_TO_ALL), route.path
    assert {route.path for route in routes} >= SHOWN_TO_ALL
    assert not allowed("/api/partners/v1/partnerships")
    for path in crawlers.OPEN_DATA:
        assert allowed(path.replace("*", "partners", 1).replace("*", world.partnership).rstrip("$")), path
    assert allowed("/static/portal.css")
    assert not allowed("/products?kind=guidance&q=x&lang=id")


class Robots:
    """The longest rule that fits decides (RFC 9309, 2.2.2)."""

    def __init__(self, text: str) -> None:
        self.rules = re.findall(r"^(Allow|Disallow): (\S+)$", text, re.MULTILINE)

    def __call__(self, path: str) -> bool:
        """Whether a path may be read."""
        fitting = [(len(rule), kind) for kind, rule in self.rules if self._pattern(rule).match(path)]
        return not fitting or max(fitting, key=lambda one: (one[0], one[1] == "Allow"))[1] == "Allow"

    def _pattern(self, rule: str) -> re.Pattern[str]:
        return re.compile(re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$"))


async def test_without_a_contact_there_is_no_security_txt(world: World) -> None:
    assert (await world.here.call("GET", "/.well-known/security.txt")).status == 404


async def test_whoever_finds_a_weakness_is_told_whom_to_write_to(tmp_path: Path) -> None:
    clock, contact = MovableClock(), "mailto:keamanan@contoh.id"
    async with system(tmp_path, [service("portal")], clock=clock, security_contact=contact) as here:
        answer = await here.call("GET", "/.well-known/security.txt")
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.body.decode().splitlines())
        assert fields["Contact"] == contact
        until = datetime.fromisoformat(fields["Expires"])
        assert timedelta(days=30) < until - clock.now() < timedelta(days=365)
        assert fields["Canonical"] == f"{here.url}/.well-known/security.txt"
        assert fields["Preferred-Languages"] == "id, en"
        silent = await here.call("GET", "/sitemap.xml")
        assert (silent.status, silent.headers["Retry-After"]) == (503, "60"), "the services do not answer"


# --- many pages ----------------------------------------------------------------------------------------


async def test_more_pages_than_a_file_takes_are_several_files_and_asked_for_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: Counter[str] = Counter()

    async def plenty(_reader: Any, _service: str, path: str) -> AsyncIterator[Mapping[str, Any]]:
        asked[path] += 1
        for number in range(10):
            yield {"id": f"{path}-{number}", "approved_at": "2026-01-05T01:00:00+00:00"}

    monkeypatch.setattr(sitemap, "_all_of", plenty)
    clock, settings = MovableClock(), Settings(public_url="https://contoh.id")
    made = sitemap.Sitemap(settings, clock, things=20)
    parts = await made.parts()
    assert [part.things for part in parts] == [20, 20, 20, 3]
    locs: list[str] = []
    for part in parts:
        found = etree.fromstring(b"".join(part.pieces()))
        locs += [match.text for match in found.findall("s:url/s:loc", NAMESPACES)]
    assert len(locs) == len(set(locs)) == 2 * (3 + 60)
    index = etree.fromstring(b"".join(made.index(parts)))
    files = [match.text for match in index.findall("s:sitemap/s:loc", NAMESPACES)]
    assert files == [f"https://contoh.id/sitemap-{number}.xml" for number in (1, 2, 3, 4)]
    assert await made.parts() is parts
    assert set(asked.values()) == {1}
    clock.move(sitemap.FRESH)
    await made.parts()
    assert set(asked.values()) == {2}
    assert sitemap.THINGS * 2 <= 50_000


async def test_while_a_service_is_silent_the_pages_from_before_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def silent(_reader: Any, service: str, _path: str) -> AsyncIterator[Mapping[str, Any]]:
        if is_silent:
            raise sitemap.SitemapUnavailable(service)
        yield {"id": "x"}

    monkeypatch.setattr(sitemap, "_all_of", silent)
    clock = MovableClock()
    made = sitemap.Sitemap(Settings(), clock)
    is_silent = True
    with pytest.raises(sitemap.SitemapUnavailable):
        await made.parts()
    is_silent = False
    before = await made.parts()
    is_silent = True
    clock.move(sitemap.FRESH)
    assert await made.parts() is before


async def test_a_summary_is_one_line_and_ends_with_a_word() -> None:
    assert brief("Satu\n\n dua ") == "Satu dua"
    long = brief("kata " * 100)
    assert len(long) <= BRIEF + 1
    assert long.endswith("kata…")
    assert len(brief("x" * 500)) == BRIEF + 1
