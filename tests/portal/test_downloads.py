"""Files behind the session: for those who may have them, as downloads, and from nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from yarl import URL

from services.registry import service
from shared.clock import MovableClock
from tests.identity.world import GOOD, Office, founded
from tests.portal.reader import Reader
from tests.portal.recorder import recorded
from tests.portal.world import unknown
from tests.products.world import World as Products
from tests.support.browser import browser
from tests.support.recordings import recording
from tests.support.system import system
from tests.support.wait import eventually

SERVICES = ("identity", "products", "portal")


@dataclass
class Shelf:
    """A draft with a file, and those who ask for it."""

    office: Office
    draft: str
    file: str
    published: str
    products: Products

    @property
    def paths(self) -> list[str]:
        """Where the draft is handed out."""
        base = f"/products/{self.draft}"
        return [f"{base}/files/{self.file}", f"{base}/print.pdf?version=1", f"{base}/page.html?language=id"]

    def refused_below(self, account: str) -> int:
        """From which generation of an account on the products' service believes its tokens."""
        runtimes = self.office.system.runtimes
        (products,) = (runtime for runtime in runtimes if runtime.service.name == "products")
        return products.verifier.revocations.generation_of(UUID(account))

    def heard_of(self, account: str, before: int) -> bool:
        """Whether the products' service refuses more of an account's tokens than before."""
        return self.refused_below(account) > before


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    """A draft of one agency, with its publisher and a representative of a party; and strangers."""
    clock = MovableClock()
    async with system(tmp_path, [service(name) for name in SERVICES], clock=clock) as here:
        office = await founded(here)
        world = await Products.founded(here, clock)
        draft = await world.drafted()
        added = await world.upload(draft)
        published = await world.published()
        for body in (world.village, world.outsider):
            await office.organisation(body)
        await office.account("pipit", "publisher")
        await office.account("wahyu", "representative", organisation_id=str(world.village))
        await office.account("asing", "representative", organisation_id=str(world.outsider))
        await office.account("warga", "resident")
        yield Shelf(office, draft["id"], added.body["versions"][0]["files"][0]["id"], published["id"], world)


async def test_a_draft_is_opened_by_those_who_work_on_it_and_is_not_there_for_others(shelf: Shelf) -> None:
    here = shelf.office.system
    for name, status in (("pipit", 200), ("wahyu", 200), ("asing", 404), ("warga", 404), ("", 404)):
        reader = Reader(here)
        if name:
            await reader.sign_in(name)
        for path in shelf.paths:
            assert (await reader.open(path)).status == status, (name, path)
        page = await reader.open(f"/products/{shelf.draft}")
        assert page.status == status
        if status == 200:
            assert f'href="{shelf.paths[0]}"' in page.text


async def test_what_somebody_handed_in_is_a_download_that_nothing_shows_or_keeps(shelf: Shelf) -> None:
    reader = Reader(shelf.office.system)
    await reader.sign_in("pipit")
    url = shelf.office.system.url + shelf.paths[0]
    cookie = {"Cookie": f"kemitraan={reader.cookies['kemitraan']}"}
    async with shelf.office.system.session.get(url, headers=cookie) as answer:
        body = await answer.read()
        assert body.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Content-Length"] == str(len(body))
        tag = answer.headers["ETag"]
    async with shelf.office.system.session.head(url, headers=cookie) as answer:
        assert (answer.status, answer.headers["ETag"]) == (200, tag)
        assert answer.headers["Content-Length"] == str(len(body))
    printed = f"{shelf.office.system.url}/products/{shelf.published}/print.pdf"
    async with shelf.office.system.session.get(printed) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        tag = answer.headers["ETag"]
    async with shelf.office.system.session.get(printed, headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    read = await reader.open(f"/products/{shelf.published}/page.html?language=id")
    assert "script" not in read.headers["Content-Security-Policy"]
    for method in ("POST", "PUT", "DELETE"):
        async with shelf.office.system.session.request(
            method, url, headers=cookie | {"Sec-Fetch-Site": "same-origin"}
        ) as answer:
            assert answer.status == 405, method


async def test_access_that_was_withdrawn_is_replaced_and_lost_roles_open_nothing(shelf: Shelf) -> None:
    reader = Reader(shelf.office.system)
    await reader.sign_in("pipit")
    assert (await reader.open(shelf.paths[0])).status == 200
    listed = await shelf.office.get("/accounts?q=pipit", by=shelf.office.administrator)
    account = listed.body["items"][0]["id"]
    path = f"/accounts/{account}/roles"
    await shelf.office.made(path, {"role": "secretary"}, by=shelf.office.administrator)
    for role, still in (("secretary", 200), ("publisher", 404)):
        before = shelf.refused_below(account)
        await shelf.office.made(f"{path}/withdraw", {"role": role}, by=shelf.office.administrator)
        # What is withdrawn travels as an event: a service believes the token until it has heard of it.
        await eventually(partial(shelf.heard_of, account, before), message="heard")
        for _ in range(2):  # the token is refused and replaced; then the new one is used
            assert (await reader.open(shelf.paths[0])).status == still, role
    assert (await reader.open("/account")).status == 200, "the session is another matter"


@pytest.mark.browser
async def test_a_publisher_downloads_the_file_of_a_draft(shelf: Shelf, tmp_path: Path) -> None:
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 390, "height": 900})
        url = shelf.office.system.url
        await page.goto(f"{url}/sign-in?lang=en")
        await page.fill("#user_name", "pipit")
        await page.fill("#password", GOOD)
        await page.click("main button")
        await page.wait_for_selector("header .who")
        await page.goto(f"{url}/products/{shelf.draft}?lang=en")
        async with page.expect_download() as downloading:
            await page.click("main >> text=Download")
        kept = tmp_path / "kept.pdf"
        await (await downloading.value).save_as(kept)
        assert kept.read_bytes().startswith(b"%PDF-")
        await page.click("main >> text=Read")
        await page.wait_for_url("**/page.html*")
        assert "Berdua" in await page.locator("body").inner_text()
        leaflet = await page.locator("a[href*='print.pdf']").get_attribute("href")
        assert leaflet == f"{url}/products/{shelf.draft}/print.pdf?language=id&version=1"


@pytest.mark.browser
async def test_sound_and_film_are_played_where_they_are_shown(shelf: Shelf) -> None:
    world = shelf.products
    product = await world.drafted()
    for name, media_type, made in (
        ("siaran.mp3", "audio/mpeg", recording("mp3", "libmp3lame")),
        ("klip.webm", "video/webm", recording("webm", "libopus", "libvpx-vp9")),
    ):
        assert (await world.upload(product, made, name, media_type)).status == 201
    await world.publish(product)
    async with browser() as chromium:
        page = await chromium.new_page(viewport={"width": 390, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.headers.get("range", "")))
        await page.goto(f"{shelf.office.system.url}/products/{product['id']}?lang=en")
        for kind in ("audio", "video"):
            player = page.locator(f"main {kind}")
            await player.evaluate(
                "player => { player.muted = true; player.preload = 'auto'; return player.play() }"
            )
            await player.evaluate("player => new Promise(end => player.ended ? end() : player.onended = end)")
            assert await player.evaluate("player => player.error") is None
        assert any(header.startswith("bytes=") for header in asked)


# --- no way to anywhere else -----------------------------------------------------------------------


async def test_only_the_doors_that_the_portal_knows_are_asked_and_ids_are_ids(tmp_path: Path) -> None:
    one, two = unknown(), unknown()
    async with recorded(tmp_path) as (here, recorder):
        reader = Reader(here)
        for path, there in (
            (f"/products/{one}/files/{two}", f"/api/products/v1/products/{one}/files/{two}"),
            (f"/products/{one}/files/{two}?language=id", f"/api/products/v1/products/{one}/files/{two}"),
            (f"/agreements/{one}/file", f"/api/partners/v1/agreements/{one}/file"),
            (f"/evidence/{one}/file", f"/api/programs/v1/evidence/{one}/file"),
            (
                f"/products/{one}/print.pdf?language=jv&version=12&x=http://evil.example",
                f"/api/products/v1/products/{one}/print.pdf?language=jv&version=12",
            ),
            (
                f"/products/{one}/page.html?language=id%26version%3D1&version=../../x",
                f"/api/products/v1/products/{one}/page.html",
            ),
        ):
            recorder.asked.clear()
            assert (await reader.open(path)).status == 200, path
            assert [asked for asked, _ in recorder.asked] == [there]
        recorder.asked.clear()
        for path in (
            f"/products/{one}/files/nonsense",
            f"/products/{one}/files/{two}/../../..",
            f"/products/{one}/files/%2e%2e%2f%2e%2e%2fdrafts",
            f"/products/{one}%2f..%2f../files/{two}",
            f"/products/{one}@evil.example/print.pdf",
            f"/evidence/{one}%00/file",
            f"/evidence/{one}%3Fx=/file",
            f"/evidence//evil.example/{one}/file",
            f"/agreements/{one}/timeline",
            "/agreements/http://evil.example/file",
        ):
            async with here.session.get(URL(here.url + path, encoded=True)) as answer:
                assert answer.status == 404, path
        assert recorder.asked == []


async def test_nothing_of_the_reader_but_the_token_is_passed_on_and_nothing_else_comes_back(
    tmp_path: Path,
) -> None:
    async with recorded(tmp_path) as (here, recorder):
        recorder.headers = {
            "Set-Cookie": "kemitraan=stolen",
            "Location": "https://evil.example",
            "Content-Type": "text/html",
            "Content-Security-Policy": "default-src *",
            "Access-Control-Allow-Origin": "*",
            "Content-Disposition": "inline",
        }
        got = await Reader(here, {"other": "secret"}).open(f"/evidence/{unknown()}/file", Referer="x")
        assert got.status == 200
        for name in ("Set-Cookie", "Location", "Access-Control-Allow-Origin"):
            assert name not in got.headers
        assert got.headers["Content-Disposition"] == "attachment"
        assert "sandbox" in got.headers["Content-Security-Policy"]
        ((_, sent),) = recorder.asked
        assert not {"Cookie", "Referer", "Authorization", "X-Forwarded-For"} & sent.keys()
        assert sent["Accept-Encoding"] == "identity", "it is compressed once, by the portal"
        for status in (301, 302, 307, 500, 503):
            recorder.status = status
            recorder.asked.clear()
            assert (await Reader(here).open(f"/evidence/{unknown()}/file")).status == 503, status
            assert len(recorder.asked) == 1, "no redirection is followed"
        recorder.status, recorder.body = 404, b'{"type": "/problems/unknown-aggregate"}'
        assert (await Reader(here).open(f"/evidence/{unknown()}/file")).status == 404
