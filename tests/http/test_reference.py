"""A process without the portal explains its own services at /docs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lxml.html import fromstring  # type: ignore[import-untyped]

from services.registry import service
from shared.host.reference.facts import name_of
from tests.support.browser import browser
from tests.support.system import System, system

# One system serves all of these tests; they only read.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("reference")
    async with system(folder, [service("programs")]) as running:
        yield running


async def test_it_has_its_own_operations_and_events_and_no_others(here: System) -> None:
    index = fromstring((await here.call("GET", "/docs", Accept_Language="en")).body.decode())
    assert "/docs/programs?lang=en" in index.xpath("//main//a/@href")
    described = (await here.call("GET", "/api/programs/v1/openapi.json")).body
    page = (await here.call("GET", "/docs/programs")).body.decode()
    for methods in described["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    published = service("programs").publishes
    listed = (await here.call("GET", "/docs/events")).body.decode()
    for event in published:
        assert f'href="/docs/events/{name_of(event)}?lang=id"' in listed
        assert (await here.call("GET", f"/docs/events/{name_of(event)}")).status == 200
    document = (await here.call("GET", "/asyncapi.json")).body
    assert document["operations"].keys() == {name_of(event) for event in published}
    for elsewhere in ("/docs/partners", "/docs/events/partners.partnership-signed.v2", "/docs/nothing"):
        assert (await here.call("GET", elsewhere)).status == 404


async def test_its_links_lead_somewhere(here: System) -> None:
    event = f"/docs/events/{name_of(service('programs').publishes[0])}"
    for address in ("/docs", "/docs/programs", "/docs/events", event):
        page = fromstring((await here.call("GET", address)).body.decode())
        places = set(page.xpath("//@id"))
        links = set(page.xpath("//a/@href")) | set(page.xpath("//link/@href"))
        for link in links:
            if link.startswith("#"):
                assert link[1:] in places, link
            elif not link.startswith("/docs/events/"):
                assert (await here.call("GET", link)).status == 200, link


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
async def test_a_browser_shows_it_without_script_and_without_complaint(
    here: System, width: int, scheme: str
) -> None:
    async with browser() as chromium:
        context = await chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
        for address in (
            "/docs",
            "/docs/programs",
            "/docs/events",
            "/docs/events/programs.stage-completed.v3",
        ):
            for language in ("id", "en"):
                answer = await page.goto(f"{here.url}{address}?lang={language}")
                assert answer is not None
                policy = (await answer.all_headers())["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert await page.locator("html").get_attribute("lang") == language
                await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert await page.evaluate(wide) == 0, address
                assert await page.locator("script, [style], style").count() == 0
        assert complaints == []
