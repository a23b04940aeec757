"""The registry alone, on either database, under a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.partners.service import service
from shared.clock import MovableClock
from tests.support.postgres import Postgres
from tests.support.system import System, system


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The registry alone, on either database; it is Monday, 5 January 2026, 08:00 in Jakarta."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="partners")
    async with system(tmp_path, [service], url, clock=MovableClock()) as running:
        yield running
