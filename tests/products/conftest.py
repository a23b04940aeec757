"""The products on either database, with a signed partnership of three parties and a clock that is moved."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.products.service import service
from shared.clock import MovableClock
from tests.products.world import World
from tests.support.postgres import Postgres
from tests.support.system import system


@pytest.fixture(params=["sqlite", "postgresql"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The service alone: what the registry publishes comes over the bus, as from another process."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["products"])
    clock = MovableClock()
    async with system(tmp_path, [service], url, clock=clock) as running:
        yield await World.founded(running, clock)


@pytest.fixture
async def sqlite_world(tmp_path: Path) -> AsyncIterator[World]:
    """The same on SQLite alone, for what no database decides."""
    clock = MovableClock()
    async with system(tmp_path, [service], clock=clock) as running:
        yield await World.founded(running, clock)
