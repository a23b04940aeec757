"""Identity alone, on either database, under a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.identity.service import service
from shared.clock import MovableClock
from tests.identity.world import Office, founded
from tests.support.postgres import Postgres
from tests.support.system import system


@pytest.fixture(params=["sqlite", "postgresql"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """Identity with one agency, on either database; it is Monday, 5 January 2026, 08:00 in Jakarta."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="identity")
    async with system(tmp_path, [service], url, clock=MovableClock()) as running:
        yield await founded(running)


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Office]:
    """The same on SQLite alone, for what no database decides."""
    async with system(tmp_path, [service], clock=MovableClock()) as running:
        yield await founded(running)
