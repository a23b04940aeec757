"""Real parts for every test, and the rule that a skip is a failure where nothing may be missing."""

from __future__ import annotations

import gc
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Page

from shared.host import probes
from shared.host.nats_server import NatsServer
from tests.support import memory
from tests.support.browser import browser
from tests.support.no_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink
from tests.support.webhook import WebhookReceiver

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]  # hooks that pytest finds here


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest make its temporary folders in memory, and name the run for what its processes share."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory.folder()))
    if getattr(config.option, "testrunuid", "") is None:
        config.option.testrunuid = uuid4().hex


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the processes of the run have shared."""
    if not hasattr(config, "workerinput") and (run := getattr(config.option, "testrunuid", None)):
        memory.forget(run)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: leave it out of every later garbage collection.

    As in a running system (``host``); measured: a fifth of the processor's time of the tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True)
def probes_tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test reads what it has just caused; a running system gives a probe's answer again for a second."""
    monkeypatch.setattr(probes, "FRESH_SECONDS", 0.0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL per test process."""
    with Postgres() as server:
        yield server


@pytest.fixture
async def broker_server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A nats-server of the test's own, which it may kill."""
    async with NatsServer(tmp_path / "nats") as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'testing.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A nats-server of the test's own, which it may kill and start again."""
    async with NatsServer(tmp_path / "broker") as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpSink]:
    """A mail server that keeps what it is sent."""
    with SmtpSink() as sink:
        yield sink


@pytest.fixture
async def webhook() -> AsyncIterator[WebhookReceiver]:
    """A receiver of webhooks that answers as it is told."""
    async with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page in Chromium; an uncaught script error on it fails the test."""
    async with browser() as chromium:
        opened = await chromium.new_page(viewport={"width": 1280, "height": 900})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
        assert not errors, f"scripts on the page failed: {errors}"
