"""The whole system with one of everything in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.portal.queries import reader
from services.registry import NAMES, service
from shared.clock import MovableClock
from tests.portal.desk import Desk, desk_in
from tests.portal.world import World, populated
from tests.support.system import system


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Every service in one process; the portal reads them over HTTP."""
    clock = MovableClock()
    folder = tmp_path_factory.mktemp("portal")
    with pytest.MonkeyPatch.context() as patched:
        # A page leaves out what does not answer in time; how fast this machine is, is not what is tested.
        patched.setattr(reader, "SECONDS", 60.0)
        async with system(folder, [service(name) for name in NAMES], clock=clock) as here:
            yield await populated(here, clock)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Identity, the registry and the portal, with an agency and its people."""
    async with desk_in(tmp_path_factory.mktemp("desk")) as here:
        yield here
