"""On PostgreSQL no row is found that the conditions hide, whatever is asked: policies hold beneath."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
import structlog
import structlog.testing
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper, Session, class_mapper

from services.partners.model.organisation import Organisation
from services.partners.model.partnership import Partnership
from services.partners.service import service as partners
from services.partners.tables.partnerships import charters, parties, partnerships, signatures
from shared.clock import MovableClock, new_id
from shared.database import migrate
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.json_rows import plain
from shared.database.transaction import Context, Transaction, UnknownAggregate
from shared.host.service import Service
from shared.identity.actor import ANONYMOUS, SYSTEM, Actor
from shared.identity.permissions import PUBLIC, Permission
from shared.rows import policies
from shared.rows.viewer import SettingsViewer
from shared.rows.visibility import unhidden
from tests.rows.filled import AGENCIES, SERVICES, actors, fill
from tests.support.postgres import Postgres

Found = dict[str, set[tuple[Any, ...]]]
GUARDED = [service for service in SERVICES if policies.guards(service.visible)]
OWN = Actor("coordinator", AGENCIES[0], roles=frozenset({"coordinator"}))
STRANGER = Actor("coordinator", AGENCIES[2], roles=frozenset({"coordinator"}))


@asynccontextmanager
async def opened(service: Service, url: str, **changes: Any) -> AsyncIterator[Database]:
    """A service's database with rows in it, without the rest of the service."""
    assert service.migrations is not None
    database = open_database(
        url, DatabaseOptions(clock=MovableClock(), new_id=new_id, visible=service.visible)
    )
    for name, value in changes.items():
        setattr(database, name, value)
    await database.start()
    try:
        migrate.upgrade(url, service.migrations, policies.guards(service.visible))
        await database.write(_by(SYSTEM), lambda tx: fill(tx, service))
        yield database
    finally:
        await database.stop()


@pytest.fixture
async def registry(postgres: Postgres) -> AsyncIterator[Database]:
    """The registry's database on PostgreSQL, at which an ordinary role works."""
    async with opened(partners, postgres.create_database()) as database:
        yield database


def _by(actor: Actor) -> Context:
    return Context(actor, "test", "test", permission=Permission(PUBLIC))


@dataclass(frozen=True)
class Hidden:
    """What a service hides: the mapped classes that have conditions, and the tables that are guarded."""

    service: Service

    @cached_property
    def mappers(self) -> list[Mapper[Any]]:
        """Of the classes with a condition."""
        return [class_mapper(kind) for kind in self.service.visible(SettingsViewer())]

    @cached_property
    def tables(self) -> list[sa.Table]:
        """All that are guarded, parts of things too."""
        assert self.service.metadata is not None
        return [self.service.metadata.tables[guard.table] for guard in policies.guards(self.service.visible)]

    def by_tables(self, session: Session) -> Found:
        """What is found by asking tables alone."""
        connection = session.connection()
        return {
            table.name: set(map(tuple, connection.execute(sa.select(*table.primary_key.columns))))
            for table in self.tables
        }

    def by_classes(self, session: Session) -> Found:
        """What is found by asking mapped classes, and by the way of their parts from there."""
        every = {table.name: _rows(session, table) for table in self.tables}
        found: Found = {}
        for mapper in self.mappers:
            keys = [mapper.get_property_by_column(kind).class_attribute for kind in mapper.primary_key]
            found[mapper.local_table.name] = set(map(tuple, session.execute(sa.select(*keys))))  # type: ignore[attr-defined]
        for mapper in self.mappers:
            whole = mapper.local_table
            assert isinstance(whole, sa.Table)
            seen = [row for row in every[whole.name] if _key(whole, row) in found[whole.name]]
            for name, keys_of in _parts(mapper, seen, every):
                found.setdefault(name, keys_of)
        return found


def _rows(session: Session, table: sa.Table) -> list[dict[str, Any]]:
    columns = [sa.type_coerce(column, plain(column)).label(column.name) for column in table.columns]
    return [dict(row) for row in session.connection().execute(sa.select(*columns)).mappings()]


def _key(table: sa.Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _parts(
    mapper: Mapper[Any], seen: list[dict[str, Any]], every: dict[str, list[dict[str, Any]]]
) -> Iterator[tuple[str, set[tuple[Any, ...]]]]:
    for way in mapper.relationships:
        table = way.secondary if way.secondary is not None else way.mapper.local_table
        if not isinstance(table, sa.Table) or not (way.secondary is not None or way.cascade.delete_orphan):
            continue
        wholes = {tuple(row[whole.name] for whole, _ in way.synchronize_pairs) for row in seen}
        names = [part.name for _, part in way.synchronize_pairs]
        belonging = [row for row in every[table.name] if tuple(row[name] for name in names) in wholes]
        yield table.name, {_key(table, row) for row in belonging}
        if way.secondary is None:
            yield from _parts(way.mapper, belonging, every)


@pytest.mark.parametrize("service", GUARDED, ids=lambda one: str(one.name))
async def test_tables_show_on_postgresql_what_classes_show_on_sqlite(
    service: Service, postgres: Postgres, tmp_path: Path
) -> None:
    hidden = Hidden(service)
    partly = {table.name: False for table in hidden.tables}
    async with (
        opened(service, f"sqlite:///{tmp_path / 'rows.sqlite3'}") as on_sqlite,
        opened(service, postgres.create_database()) as on_postgresql,
    ):
        every = await on_sqlite.read(hidden.by_tables)
        assert await on_postgresql.read(hidden.by_tables) == every
        assert all(every.values())
        for actor in actors():
            expected = await on_sqlite.read(hidden.by_classes, actor)
            assert await on_postgresql.read(hidden.by_tables, actor) == expected, actor
            assert await on_postgresql.read(hidden.by_classes, actor) == expected, actor
            for name, rows in expected.items():
                partly[name] |= set() < rows < every[name]
    assert [name for name, is_partly in partly.items() if not is_partly] == []


@pytest.mark.parametrize("service", GUARDED, ids=lambda one: str(one.name))
async def test_who_says_not_who_looks_finds_and_changes_nothing(service: Service, postgres: Postgres) -> None:
    url = postgres.create_database()
    async with opened(service, url):
        with psycopg.connect(url, autocommit=True) as raw:
            for table in Hidden(service).tables:
                name = table.name.encode()
                assert raw.execute(b"SELECT count(*) FROM " + name).fetchone() == (0,), table.name
                assert raw.execute(b"DELETE FROM " + name).rowcount == 0, table.name


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: str(one.name))
def test_a_relationship_leads_to_what_is_a_part_or_for_everybody(service: Service) -> None:
    """So that conditions need not be repeated when what belongs to a thing is loaded."""
    conditioned = set(service.visible(SettingsViewer()))
    for kind in conditioned:
        for mapper in class_mapper(kind).registry.mappers:
            assert [
                relationship.key
                for relationship in mapper.relationships
                if relationship.mapper.class_ in conditioned
            ] == []


async def test_nothing_is_left_for_whoever_uses_the_connection_next(registry: Database) -> None:
    def count(session: Session) -> int:
        return session.connection().scalar(sa.select(sa.func.count()).select_from(partnerships)) or 0

    everything, own, public = [await registry.read(count, use) for use in (SYSTEM, OWN, ANONYMOUS)]
    assert everything > own > public > 0
    await registry.write(_by(SYSTEM), lambda tx: count(tx.session))
    for actor, seen in ((ANONYMOUS, public), (OWN, own), (SYSTEM, everything), (ANONYMOUS, public)) * 3:
        assert await registry.read(count, actor) == seen
        assert await registry.write(_by(actor), lambda tx: count(tx.session)) == seen


async def test_each_command_of_a_group_sees_and_writes_what_its_own_actor_may(postgres: Postgres) -> None:
    async with opened(partners, postgres.create_database(), writers=1, most_writers=1) as registry:
        rows = await registry.read(lambda session: _rows(session, partnerships), OWN)
        row = next(row for row in rows if row["agency"] == OWN.agency and row["state"] == "proposed")
        seen = {
            actor: {
                write["id"]
                for write in await registry.read(lambda session: _rows(session, partnerships), actor)
            }
            for actor in (OWN, STRANGER, ANONYMOUS, SYSTEM)
        }
        new, go = new_id(), threading.Event()
        found: dict[Actor, set[Any]] = {}

        def add(tx: Transaction, partnership_id: UUID = new) -> None:
            """Left to be written by whatever follows: by then it is this actor's all the same."""
            added = class_mapper(Partnership).class_manager.new_instance()
            for name, value in (row | {"id": partnership_id}).items():
                setattr(added, name, value)
            tx.add(added)
            assert not tx.session.identity_map, "what loads anything is written at once"

        def look(tx: Transaction) -> None:
            found[tx.actor] = {row["id"] for row in _rows(tx.session, partnerships)} - {new}

        def trespass(tx: Transaction) -> None:
            add(tx, new_id())

        commands = [(OWN, add), (STRANGER, look), (ANONYMOUS, look), (STRANGER, trespass), (OWN, look)]
        commands += [(SYSTEM, look), (STRANGER, look)]
        held = asyncio.create_task(registry.write(_by(OWN), lambda _tx: go.wait(20)))
        jobs = [asyncio.create_task(registry.write(_by(actor), command)) for actor, command in commands]
        await asyncio.sleep(0)
        go.set()
        results = await asyncio.gather(held, *jobs, return_exceptions=True)
        refused = [result for result in results if isinstance(result, BaseException)]
        assert len(refused) == 1
        assert "row-level security" in str(refused[0])
        assert found == seen
        after = await registry.read(lambda session: _rows(session, partnerships))
        assert {write["id"] for write in after} == seen[SYSTEM] | {new}


async def test_no_row_is_written_that_its_writer_could_not_see(registry: Database) -> None:
    rows = await registry.read(lambda session: _rows(session, partnerships), OWN)
    own = next(row for row in rows if row["agency"] == OWN.agency)
    with pytest.raises(DBAPIError, match="row-level security"):
        await registry.write(
            _by(STRANGER), lambda tx: tx.execute(sa.insert(partnerships), {**own, "id": new_id()})
        )
    await registry.write(_by(OWN), lambda tx: tx.execute(sa.insert(partnerships), {**own, "id": new_id()}))


async def test_rows_that_are_hidden_are_neither_changed_nor_deleted(registry: Database) -> None:
    before = await registry.read(lambda session: _rows(session, parties))
    seen = {row["id"] for row in await registry.read(lambda session: _rows(session, parties), STRANGER)}
    assert 0 < len(seen) < len(before)
    await registry.write(_by(STRANGER), lambda tx: tx.execute(sa.update(parties), {"gains": "changed"}))
    after = await registry.read(lambda session: _rows(session, parties))
    assert {row["id"] for row in after if row["gains"] == "changed"} == seen


async def test_what_an_act_reaches_is_found_and_written_and_then_hidden_again(registry: Database) -> None:
    every = {row["id"] for row in await registry.read(lambda session: _rows(session, partnerships))}
    seen = {row["id"] for row in await registry.read(lambda session: _rows(session, partnerships), STRANGER)}
    foreign = min(every - seen)

    def act(tx: Transaction) -> None:
        with pytest.raises(UnknownAggregate):
            tx.get(Partnership, foreign)
        tx.reach(Partnership, foreign).title = "reached"
        with tx.unhidden():
            assert len(_rows(tx.session, partnerships)) == len(every)
        with pytest.raises(ZeroDivisionError), tx.unhidden():
            raise ZeroDivisionError
        assert {row["id"] for row in _rows(tx.session, partnerships)} == seen
        tx.session.expunge_all()

    def failing(tx: Transaction) -> None:
        connection = tx.session.connection()
        with pytest.raises(DBAPIError), connection.begin_nested(), tx.unhidden():
            connection.exec_driver_sql("SELECT 1 / 0")
        assert {row["id"] for row in _rows(tx.session, partnerships)} == seen

    await registry.write(_by(STRANGER), act)
    await registry.write(_by(STRANGER), failing)
    await registry.write(_by(STRANGER), lambda tx: setattr(tx.reach(Partnership, foreign), "title", "kept"))
    assert await registry.read(lambda session: session.get_one(Partnership, foreign).title) == "kept"


async def test_the_policies_become_those_of_the_release(postgres: Postgres) -> None:
    url = postgres.create_database()
    assert partners.migrations is not None
    wanted = policies.guards(partners.visible)
    migrate.upgrade(url, partners.migrations, wanted)
    with psycopg.connect(url, autocommit=True) as raw:
        first = _policies(raw)
        assert len(first) == len(wanted)
        migrate.upgrade(url, partners.migrations, wanted)
        assert _policies(raw) == first
        raw.execute("ALTER TABLE charters NO FORCE ROW LEVEL SECURITY")
        migrate.upgrade(url, partners.migrations, wanted)
        mended = _policies(raw)
        assert mended.keys() == first.keys()
        assert mended != first
        migrate.upgrade(url, partners.migrations, wanted[:3])
        assert _policies(raw).keys() == {guard.table for guard in wanted[:3]}
        open_again = (
            b"SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'charters'::regclass"
        )
        assert raw.execute(open_again).fetchone() == (False, False)


def _policies(raw: psycopg.Connection[Any]) -> dict[str, int]:
    """Each guarded table with the number of its policy, which a new one does not share."""
    return dict(raw.execute("SELECT polrelid::regclass::text, oid::bigint FROM pg_policy").fetchall())


@pytest.mark.parametrize("superuser", [True, False])
async def test_a_role_for_which_no_policy_holds_is_told_of_at_the_start(
    superuser: bool, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = structlog.testing.LogCapture()
    # Whatever was configured before, and keeps its loggers.
    monkeypatch.setattr(migrate, "log", structlog.wrap_logger(None, processors=[said]))
    url = postgres.create_database()
    assert partners.migrations is not None
    migrate.upgrade(
        postgres.as_superuser(url) if superuser else url,
        partners.migrations,
        policies.guards(partners.visible),
    )
    assert any("row-level security" in entry["event"] for entry in said.entries) == superuser


async def test_a_class_within_a_subquery_is_conditioned_too(tmp_path: Path) -> None:
    theirs = sa.select(Partnership).where(partnerships.c.agency == AGENCIES[0])
    query = sa.select(Organisation).where(theirs.exists())
    async with opened(partners, f"sqlite:///{tmp_path / 'rows.sqlite3'}") as database:
        for table in (signatures, charters):  # nothing was ever signed
            await database.write(_by(SYSTEM), lambda tx, table=table: tx.execute(sa.delete(table)))  # type: ignore[misc]
        assert await database.read(lambda session: session.scalars(query).all(), OWN)
        assert not await database.read(lambda session: session.scalars(query).all(), ANONYMOUS)


async def test_a_query_lifts_it_for_what_it_asks_and_no_longer(registry: Database) -> None:
    def asked(session: Session) -> list[int]:
        counts = [len(_rows(session, partnerships))]
        with unhidden(session):
            counts.append(len(_rows(session, partnerships)))
        return [*counts, len(_rows(session, partnerships))]

    before, meanwhile, after = await registry.read(asked, ANONYMOUS)
    assert before == after < meanwhile
