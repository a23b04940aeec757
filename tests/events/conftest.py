"""A real broker for every test of the backbone, and both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.host.nats_server import NatsServer


@pytest.fixture
async def broker_server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    """A nats-server of the test's own, which it may kill."""
    async with NatsServer(tmp_path / "nats") as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file."""
    return f"sqlite:///{tmp_path / 'testing.sqlite3'}"
