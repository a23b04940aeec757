"""A broker as it is deployed, with keys that the command line would make."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.registry import chosen
from shared.events import streams
from shared.host.host import all_consumers
from shared.host.rights import all_rights
from shared.host.service import Service
from shared.keys.bus import BusKeys
from shared.keys.certificates import Certificates
from shared.keys.rights import PROVISIONER
from tests.support.guarded_nats import GuardedNats


@pytest.fixture(scope="session")
def services() -> list[Service]:
    """Every service that there is."""
    return chosen(None)


@pytest.fixture
def keys(tmp_path: Path, services: list[Service]) -> Path:
    """The folder of the keys."""
    folder, now = tmp_path / "keys", datetime.now(UTC)
    BusKeys(folder).create(all_rights(services), now)
    Certificates(folder).create((), now)
    return folder


@pytest.fixture
async def guarded(tmp_path: Path, keys: Path, services: list[Service]) -> AsyncIterator[GuardedNats]:
    """A running broker with its stream and consumers."""
    async with GuardedNats(tmp_path / "nats", keys) as server:
        provisioner = server.bus(PROVISIONER)
        await provisioner.start()
        await streams.apply(provisioner, 1, all_consumers(services))
        assert await streams.diff(provisioner, 1, all_consumers(services)) == []
        await provisioner.stop()
        yield server
