"""Any service mounts the copy of the registry in a few lines, on either database."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from services.partners.service import service as partners
from shared.database import migrate
from shared.events.projection import ProjectionRunner
from shared.host.runtime import ServiceRuntime
from shared.partnership.refusals import UnknownPartnership
from tests.partnership.mounting import REGISTRY, service
from tests.partnership.world import rows
from tests.support.postgres import Postgres
from tests.support.system import System, system
from tests.support.wait import eventually

TABLES = REGISTRY.metadata.sorted_tables


def mounting(here: System) -> ServiceRuntime:
    """The small service, running."""
    return next(runtime for runtime in here.runtimes if runtime.service is service)


async def knows(here: System, partnership: UUID) -> bool:
    """Whether the copy has heard that a partnership was signed."""

    try:
        known = await mounting(here).database.read(lambda session: REGISTRY.partnership(session, partnership))
    except UnknownPartnership:
        return False
    return known.title == "Aman bersama"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_mounted_copy_follows_the_registry_and_is_the_same_when_it_is_built_anew(
    engine: str, tmp_path: Path, postgres: Postgres
) -> None:
    url = postgres.create_databases(["partners", "mounting"]) if engine == "postgresql" else ""
    async with system(tmp_path, [partners, service], url) as here:
        partnership, police, village = await here.signed_partnership()
        await eventually(lambda: knows(here, partnership), message="the copy has it")
        database = mounting(here).database
        before = await rows(database, TABLES)
        assert set(before["parties"]) == {
            (partnership, police, "Polresta Contoh", "police", "lead"),
            (partnership, village, "Forum Desa Contoh", "community", "member"),
        }
        assert {row[0] for row in before["organisations"]} == {police, village}
        for follower in mounting(here).followers:
            await follower.rebuild()
        await eventually(lambda: _caught_up(mounting(here).followers), message="it has followed again")
        await eventually(lambda: knows(here, partnership), message="the copy has it again")
        assert await rows(database, TABLES) == before


def _caught_up(followers: list[ProjectionRunner]) -> bool:
    return all(follower.failing is None and follower.lag == 0 for follower in followers)


def test_the_steps_make_what_the_tables_say(database_url: str) -> None:
    assert service.migrations is not None
    migrate.upgrade(database_url, service.migrations)
    with migrate._connected(database_url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        ours = set(REGISTRY.metadata.tables)
        differences = [
            change
            for change in compare_metadata(context, REGISTRY.metadata)
            if not (change[0] == "remove_table" and change[1].name not in ours)
            and not (change[0] == "remove_index" and change[1].table.name not in ours)
        ]
        assert differences == []
