"""The page shows the partnerships, and its feed fills while things happen."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.registry import NAMES, service
from tests.support.browser import browser
from tests.support.system import system
from tests.support.wait import eventually


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
async def test_the_feed_fills_while_a_partnership_is_signed(tmp_path: Path, width: int) -> None:
    async with system(tmp_path, [service(name) for name in NAMES]) as here, browser() as chromium:
        page = await chromium.new_page(viewport={"width": width, "height": 900})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{here.url}/?lang=en")
        await page.wait_for_selector("#live.on")
        assert await page.locator("#feed li").count() == 0
        await here.signed_partnership()
        await page.wait_for_selector("#feed li >> text=Partnership signed")
        assert await page.locator("#feed li").count() == 4, "two organisations, the last signature"
        await page.reload()
        assert await page.locator("h3").inner_text() == "Aman bersama"
        assert "2 of 2 parties have signed" in await page.locator("main").inner_text()
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert complaints == [], "no error, and nothing that the content security policy refused"


async def test_the_page_speaks_both_languages_and_survives_a_silent_service(tmp_path: Path) -> None:
    names = ("partners", "portal")
    async with system(tmp_path, [service(name) for name in names]) as here:
        await here.signed_partnership()
        indonesian = await here.call("GET", "/")
        assert indonesian.headers["Content-Language"] == "id"
        text = indonesian.body.decode()
        assert "Karya bersama" in text
        assert "products, programs" in text, "what does not answer is named"
        english = await here.call("GET", "/", Accept_Language="en")
        assert "Joint work between police and community" in english.body.decode()
        policy = english.headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy


async def test_a_reader_who_returns_gets_what_was_missed(tmp_path: Path) -> None:
    names = ("partners", "portal")
    async with system(tmp_path, [service(name) for name in names]) as here:
        await here.organisation("Satu", "community")
        await here.organisation("Dua", "community")
        seen: list[str] = []

        async def missed() -> bool:
            headers = {"Last-Event-ID": "1", "Accept-Language": "en"}
            async with here.session.get(here.url + "/feed", headers=headers) as answer:
                async for line in answer.content:
                    if line.startswith(b"id: "):
                        seen.append(line.decode().strip())
                        return True
            return False

        await eventually(missed)
        assert seen[0] == "id: 2"
