"""A resident reports on a cheap phone, without an account and without JavaScript; the partnership answers."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from lxml import html  # type: ignore[import-untyped]

from services.portal.queries import reader
from services.portal.reports import LONGEST
from services.registry import NAMES, service
from shared.clock import MovableClock
from tests.identity.world import founded
from tests.portal.reader import Got, Reader
from tests.portal.test_agency import signed_in
from tests.portal.test_pages import is_sound
from tests.portal.world import PROGRAMS, World
from tests.support.browser import browser
from tests.support.system import system

pytestmark = pytest.mark.asyncio(loop_scope="module")
TEXT = "Lampu di gang belakang pasar mati sejak kemarin."


@dataclass
class Village:
    """A partnership that receives reports, a resident's browser, and that of the village's representative."""

    world: World
    resident: Reader
    representative: Reader

    @property
    def path(self) -> str:
        """The address that the QR code leads to."""
        return f"/partnerships/{self.world.partnership}/report"

    async def report(self, **typed: str) -> Got:
        """Open the form and send it, as a browser does: with every field of the form."""
        form = html.fromstring((await self.resident.open(self.path)).text).forms[-1]
        fields = values_of(form) | {"text": TEXT} | typed
        return await self.resident.send(f"{self.path}?lang=en", None, **fields)

    async def sent(self, **typed: str) -> str:
        """The code of a report that was received."""
        got = await self.report(**typed)
        assert got.status == 200, got.text
        shown = re.search(r'class="once spoken">([0-9A-Z-]{14})<', got.text)
        assert shown, text_of(got)
        return shown[1]

    async def waiting(self) -> list[Any]:
        """The reports of the partnership, oldest first."""
        answer = await self.world.call("GET", f"{PROGRAMS}/reports?partnership_id={self.world.partnership}")
        reports: list[Any] = answer.body["items"]
        return reports


def values_of(form: Any) -> dict[str, str]:
    """What a browser sends of a form as it stands."""
    return {name: value or "" for name, value in form.form_values()}


def text_of(got: Got) -> str:
    """What stands on a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", got.text)).split())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Village]:
    """Every service, a signed partnership, and an account for the village's representative."""
    clock = MovableClock()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reader, "SECONDS", 60.0)
        folder = tmp_path_factory.mktemp("reports")
        async with system(folder, [service(name) for name in NAMES], clock=clock) as here:
            world = World(here, clock)
            office = await founded(here)
            await world.registry()
            representative = await world.signed_in(office, "rina", 1)
            await world._studied()
            yield Village(world, Reader(here), representative)


async def test_the_form_says_who_reads_it_how_long_it_is_kept_and_whom_to_call(village: Village) -> None:
    got = await village.resident.open(f"{village.path}?lang=id", Accept_Language="id")
    shown = text_of(got)
    assert shown.index("112") < shown.index("Apa yang terjadi?"), "the emergency number comes first"
    for promise in (
        "Hanya mereka yang membacanya: Polresta Contoh, Forum Desa Contoh",
        "dijawab dalam 72 jam",
        "Nama Anda tidak diperlukan dan tidak disimpan",
        "dihapus 180 hari setelah dikirim",
        "Dihapus 14 hari setelah dijawab",
    ):
        assert promise in shown, promise
    assert "<script" not in got.text
    assert got.headers["Cache-Control"] == "no-store, private"


async def test_a_text_shared_from_a_chat_is_filled_in_and_a_partnership_chosen(village: Village) -> None:
    shared = {"title": "Grup RT", "text": 'Ada "orang" <mencurigakan>', "url": "https://contoh.id/x"}
    got = await village.resident.open(f"/report?{urlencode(shared)}")
    page = html.fromstring(got.text)
    assert page.get_element_by_id("text").text == 'Grup RT\nAda "orang" <mencurigakan>\nhttps://contoh.id/x'
    choices = page.get_element_by_id("partnership_id").value_options
    assert choices[0] == ""
    assert village.world.partnership in choices
    got = await village.resident.open(f"/report?text={'x' * 4000}")
    assert len(html.fromstring(got.text).get_element_by_id("text").text) == LONGEST
    got = await village.resident.send("/report?lang=en", text=TEXT, place="Pasar", key="k")
    assert got.status == 422
    assert "Choose who should receive the report." in text_of(got)
    assert (TEXT in got.text, 'value="Pasar"' in got.text) == (True, True)


async def test_an_installed_portal_takes_what_a_chat_shares(village: Village) -> None:
    page = html.fromstring((await village.resident.open("/")).text)
    (link,) = page.xpath("//link[@rel='manifest']/@href")
    got = await village.resident.open(link)
    assert got.headers["Content-Type"] == "application/manifest+json"
    manifest = json.loads(got.text)
    target = manifest["share_target"]
    assert target["method"] == "GET"
    shared = urlencode({target["params"]["text"]: TEXT})
    got = await village.resident.open(f"{target['action']}?{shared}")
    assert html.fromstring(got.text).get_element_by_id("text").text == TEXT
    for icon in manifest["icons"]:
        assert (await village.resident.open(icon["src"])).status == 200


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(village: Village) -> None:
    before = len(await village.waiting())
    typed = {"place": "Gang 3", "contact": "0812", "on": "2031-01-01"}
    got = await village.report(**typed)
    assert got.status == 422
    page = html.fromstring(got.text)
    assert page.get_element_by_id("text").text == TEXT
    for name, value in typed.items():
        assert page.get_element_by_id(name).get("value") == value
    assert page.get_element_by_id("contact").get("aria-invalid") == "true"
    assert "0812 3456 7890" in page.get_element_by_id("wrong-contact").text_content()
    got = await village.report(on="2031-01-01")
    assert html.fromstring(got.text).get_element_by_id("on").get("aria-invalid") == "true"
    got = await village.report(website="https://spam.example")
    assert "a hidden field, which people leave empty" in text_of(got)
    assert 'value="https://spam.example"' in got.text, "who filled it in by mistake can empty it"
    assert len(await village.waiting()) == before


async def test_danger_shows_the_number_before_anything_is_sent(village: Village) -> None:
    before = len(await village.waiting())
    got = await village.report(danger="1")
    page = html.fromstring(got.text)
    first = page.get_element_by_id("main")[0]
    assert (first.get("role"), first.find("a").get("href")) == ("alert", "tel:112")
    assert len(await village.waiting()) == before
    fields = values_of(page.forms[-1])
    assert (fields["text"], fields["danger"]) == (TEXT, "1")
    got = await village.resident.send(f"{village.path}?lang=en", None, **fields)
    assert "Your report has been received" in text_of(got)
    assert (await village.waiting())[-1]["danger"] is True


async def test_a_form_that_is_sent_twice_is_one_report(village: Village) -> None:
    before = len(await village.waiting())
    form = html.fromstring((await village.resident.open(village.path)).text).forms[-1]
    fields = values_of(form) | {"text": TEXT}
    pages = [await village.resident.send(f"{village.path}?lang=en", None, **fields) for _ in range(2)]
    codes = {re.search(r'spoken">([0-9A-Z-]+)<', got.text)[1] for got in pages}  # type: ignore[index]
    assert len(codes) == 1
    assert len(await village.waiting()) == before + 1


async def test_another_site_sends_no_report(village: Village) -> None:
    got = await village.resident.send(village.path, {"Sec-Fetch-Site": "cross-site"}, text=TEXT)
    assert got.status == 403


async def test_the_sender_follows_adds_and_withdraws_by_the_code(village: Village) -> None:
    code = await village.sent(contact="0812 3456 7890")
    resident = village.resident
    got = await resident.send("/report/follow?lang=en", code=code.lower())
    assert "Waiting for an answer" in text_of(got)
    assert (got.headers["Cache-Control"], 'content="noindex"' in got.text) == ("no-store, private", True)
    assert TEXT not in got.text
    got = await resident.send("/report/follow?lang=en", code="0000-0000-0000")
    assert (got.status, "There is no report with this code." in text_of(got)) == (404, True)
    assert 'value="0000-0000-0000"' in got.text
    got = await resident.send("/report/follow/add?lang=en", code=code, text="A")
    assert got.status == 422
    got = await resident.send("/report/follow/add?lang=en", code=code, text="Motor merah.")
    assert "Your text has been added." in text_of(got)
    got = await resident.send("/report/follow/withdraw?lang=en", code=code)
    assert "What you wrote and how to reach you has been erased." in text_of(got)
    assert "Withdraw and erase" not in got.text
    gone = (await village.waiting())[-1]
    assert (gone["state"], gone["text"], gone["contact"]) == ("withdrawn", "", None)


async def test_the_partnership_answers_on_its_page(village: Village) -> None:
    code = await village.sent(place="Gang 3", contact="warga@contoh.id")
    report = (await village.waiting())[-1]
    desk, path = village.representative, f"/reports/{report['id']}"
    home = await desk.open("/?lang=en")
    assert 'href="/reports?lang=en"' in home.text
    assert path in (await desk.open("/reports?lang=en")).text
    page = await desk.open(f"{path}?lang=en")
    for shown in (TEXT, "Gang 3", "mailto:warga@contoh.id", "Record as an incident", "Balap liar"):
        assert shown in page.text, shown
    got = await desk.send(f"{path}/incident?lang=en", reference="LP/9", on="2031-01-01", area="35.15")
    assert got.status == 422
    assert 'value="LP/9"' in got.text, "nothing typed is lost"
    assert '<details class="fold" id="incident" open>' in got.text
    got = await desk.send(f"{path}/answer?lang=en", answer="Lampu diganti hari Rabu.")
    assert (got.status, got.headers["Location"]) == (303, f"{path}?done=answer&lang=en")
    seen = await village.resident.send("/report/follow?lang=en", code=code)
    assert "Lampu diganti hari Rabu." in seen.text
    assert "What becomes of it" not in (await desk.open(path)).text
    assert path in (await desk.open("/reports?state=all&lang=en")).text


async def test_strangers_see_no_report(village: Village) -> None:
    await village.sent()
    report = (await village.waiting())[-1]
    for path in ("/reports", f"/reports/{report['id']}"):
        got = await village.resident.open(path)
        assert (got.status, got.headers["Location"].partition("?")[0]) == (303, "/sign-in")
    got = await village.representative.send(f"/reports/{report['id']}/publish", text="x")
    assert got.status == 404


async def test_the_sheet_and_the_code_lead_to_the_form(village: Village) -> None:
    address = village.world.here.url + village.path
    sheet = await village.resident.open(f"{village.path}-sheet?lang=en")
    assert address in sheet.text
    assert 'class="qr"' in sheet.text
    code = await village.resident.open(f"{village.path}-code.svg")
    assert code.headers["Content-Type"].startswith("image/svg+xml")
    assert 'xmlns="http://www.w3.org/2000/svg"' in code.text, "it can be saved and printed"
    unknown = village.path.replace(village.world.partnership, village.world.people[0])
    for path in (unknown, f"{unknown}-sheet", f"{unknown}-code.svg"):
        assert (await village.resident.open(path)).status == 404, path


async def test_the_partnership_tells_what_became_of_reports(village: Village) -> None:
    path = f"/partnerships/{village.world.partnership}?lang=en"
    for _ in range(5 - min(len(await village.waiting()), 5)):
        await village.sent()
    shown = await village.resident.open(path)
    assert re.search(r"Within a year: \d+ received, \d+ answered\.", text_of(shown))
    bare = await village.resident.open(f"/partnerships/{village.world.bare}?lang=en")
    assert "no numbers are shown" in text_of(bare)


@pytest.mark.browser
@pytest.mark.timeout(240)
@pytest.mark.parametrize("width", [390, 1280])
async def test_a_resident_reports_without_javascript(village: Village, width: int) -> None:
    url = village.world.here.url
    village.world.clock.move(timedelta(minutes=1))
    async with browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if width == 390 else "light",
            java_script_enabled=False,
        )
        page = await context.new_page()
        await page.goto(f"{url}{village.path}?lang=id")
        assert not await page.locator(".if-danger").is_visible()
        await page.check("#danger")
        assert await page.locator(".if-danger").is_visible(), "the number appears next to the mark"
        await page.fill("#text", "Ada yang tenggelam di sungai.")
        await page.click("main form button")
        await page.wait_for_selector(".call.strong >> text=112")
        await page.click("text=Tetap kirim laporan")
        code = await page.locator("code.spoken").inner_text()
        await page.click("text=Lihat kelanjutannya")
        await page.wait_for_selector("text=Menunggu jawaban")
        assert code not in page.url, "the browser's history does not keep the code"
        looking = await (await chromium.new_context(viewport={"width": width, "height": 900})).new_page()
        for path in (village.path, f"{village.path}-sheet", "/report", "/report/follow"):
            await looking.goto(f"{url}{path}?lang=id")
            await is_sound(looking, path, "id")
        await signed_in(looking, url, "rina")
        await looking.click("header >> text=Reports from residents")
        await is_sound(looking, "/reports", "en")
        await looking.click(".log a >> nth=0")
        await is_sound(looking, "/reports/{id}", "en")
