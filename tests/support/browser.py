"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name resolves but our own: a page that asks a CDN fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium_or_skip() -> str:
    """The path of Chromium; without one the test is skipped, and says so."""
    for candidate in ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(candidate):
            return found
    pytest.skip("Chromium is not installed (Debian: apt-get install chromium), so this test did not run")


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of the test's own, with an empty profile."""
    executable = chromium_or_skip()
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            yield chromium
        finally:
            await chromium.close()
