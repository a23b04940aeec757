"""The programmes, alone or with the registry, on either database, with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.partners.service import service as partners
from services.programs.service import service as programs
from shared.clock import MovableClock
from tests.support.postgres import Postgres
from tests.support.system import System, system


@pytest.fixture
def clock() -> MovableClock:
    """Stands at 2026-01-05 01:00 UTC until a test moves it."""
    return MovableClock()


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[System]:
    """The programmes alone; what the registry would tell them, ``world.py`` tells."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="programs")
    async with system(tmp_path, [programs], url, clock=clock) as running:
        yield running


@pytest.fixture
async def together(tmp_path: Path) -> AsyncIterator[System]:
    """The registry and the programmes, joined by the broker."""
    async with system(tmp_path, [partners, programs]) as running:
        yield running
