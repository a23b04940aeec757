"""A service that had a copy of its own keeps its rows, and then has what it lacked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from services.products.service import service as products
from services.products.tables.partnerships import REGISTRY as OF_PRODUCTS
from services.programs.service import service as programs
from services.programs.tables.partnerships import REGISTRY as OF_PROGRAMS
from shared.database import migrate
from shared.database.transaction import Context, Transaction
from shared.host.service import Service
from shared.identity.actor import SYSTEM
from shared.partnership.registry_copy import RegistryCopy
from tests.partnership.world import AGENCY, Known, copy_at, hear, rows

BEFORE = [(programs, OF_PROGRAMS, "programs_0005"), (products, OF_PRODUCTS, "products_0003")]


def as_before(url: str, service: Service, newest: str, folder: Path) -> None:
    """Bring a database to an older revision of a service."""
    assert service.migrations is not None
    (folder / "versions").mkdir()
    for file in (service.migrations / "versions").glob("*_*.py"):
        if file.stem <= newest:
            shutil.copy(file, folder / "versions")
    assert newest in migrate.upgrade(url, folder)


def insert(connection: sa.Connection, table: str, **row: Any) -> None:
    """A row as it was before, in the database's own form of its values."""
    columns = [sa.column(name, sa.Uuid() if isinstance(value, UUID) else None) for name, value in row.items()]
    connection.execute(sa.insert(sa.table(table, *columns)), row)


def fill(url: str, known: Known, person: UUID, *, with_roles: bool) -> None:
    """What the service had copied: a partnership and its bound parties, and somebody who left."""
    with migrate._connected(url) as connection:
        insert(connection, "partnerships", id=known.id, agency=AGENCY, title="Aman", area="35.15", ended=True)
        for organisation, kind, role in (
            (known.police, "police", "lead"),
            (known.village, "other", "member"),
        ):
            row = {"partnership_id": known.id, "organisation_id": organisation, "name": "Old", "kind": kind}
            insert(connection, "parties", **row | ({"role": role} if with_roles else {}))
        insert(connection, "people", member=person, organisation_id=known.village, belongs=False)
        for projection in ("partnerships", "people", "revocations"):
            moved = {"stream_created": "then", "stream_sequence": 7, "moved_at": "2026-01-05 01:00:00+00:00"}
            insert(connection, "cursors", name=projection, **moved)
            insert(connection, "inbox", consumer=f"projection/{projection}", event_id=uuid4())


def followed(url: str) -> tuple[set[str], set[str]]:
    """By which names something was followed: by the cursors, and by the inbox."""
    with migrate._connected(url) as connection:
        cursors = connection.scalars(sa.select(sa.table("cursors", sa.column("name")))).all()
        inbox = connection.scalars(sa.select(sa.table("inbox", sa.column("consumer")))).all()
    return set(cursors), {consumer.removeprefix("projection/") for consumer in inbox}


@pytest.mark.parametrize(("service", "registry", "before"), BEFORE, ids=["programs", "products"])
async def test_rows_of_before_survive_and_following_again_completes_them(
    database_url: str, service: Service, registry: RegistryCopy, before: str, tmp_path: Path
) -> None:
    assert service.migrations is not None
    known, person = Known(), uuid4()
    as_before(database_url, service, before, tmp_path)
    fill(database_url, known, person, with_roles=service is programs)
    migrate.upgrade(database_url, service.migrations)
    again = {"people"} if service is programs else {"people", "partnerships"}
    left = {"people", "partnerships", "revocations"} - again
    assert followed(database_url) == (left, left)
    lead = "lead" if service is programs else "member"  # until the events have told it
    tables = [registry.tables.partnerships, registry.tables.parties, registry.people.table]
    async with copy_at(database_url, None) as database:
        kept = await rows(database, tables)
        assert kept["partnerships"] == [(known.id, AGENCY, "Aman", "35.15", True)]
        assert {row[1]: (row[2], row[4]) for row in kept["parties"]} == {
            known.police: ("Old", lead),
            known.village: ("Old", "member"),
        }
        assert kept["people"] == [(person, known.village, False, None)]
        await hear(database, *known.history, registry=registry)
        completed = await rows(database, tables)
        assert completed["partnerships"] == [(known.id, AGENCY, "Aman bersama", "35.15", True)]
        assert {row[1]: row[4] for row in completed["parties"]} == {
            known.police: "lead",
            known.village: "member",
        }
        assert {row[3] for row in completed["people"] if row[0] != person} == {AGENCY}


def empty(tx: Transaction, tables: list[sa.Table]) -> None:
    """Leave no row, as a rebuild does."""
    for table in tables:
        tx.execute(sa.delete(table))


@pytest.mark.parametrize(("service", "registry", "before"), BEFORE, ids=["programs", "products"])
async def test_what_was_copied_before_the_migration_is_what_a_new_copy_has(
    database_url: str, service: Service, registry: RegistryCopy, before: str, tmp_path: Path
) -> None:
    assert service.migrations is not None
    known = Known()
    as_before(database_url, service, before, tmp_path)
    fill(database_url, known, uuid4(), with_roles=service is programs)
    migrate.upgrade(database_url, service.migrations)
    tables = [registry.tables.partnerships, registry.tables.parties, registry.tables.organisations]
    async with copy_at(database_url, None) as database:
        await hear(database, *known.history, registry=registry)
        completed = await rows(database, tables)
        await database.write(Context(SYSTEM, "test", "test"), lambda tx: empty(tx, tables))
        await hear(database, *known.history, registry=registry)
        assert await rows(database, tables) == completed
