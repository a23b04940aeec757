"""What the write path promises: one transaction per command, one writer, no lock errors."""

from __future__ import annotations

import asyncio
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.clock import SystemClock, new_id
from shared.database import tables
from shared.database.database import DatabaseInUse, DatabaseOptions
from shared.database.engines import open_database
from shared.database.transaction import ChangedSinceRead, NeverAsked, Transaction, UnknownAggregate
from shared.identity.permissions import Permission, Relation, Role, may
from tests.events.world import Thing, context, create_tables, make, rename, things
from tests.support.postgres import Postgres


async def test_trap_11_many_writers_and_readers_meet_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "busy.sqlite3"
    create_tables(f"sqlite:///{path}")
    database = open_database(f"sqlite:///{path}", DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    until = time.time() + 2.0
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        reading = pool.map_async(_read_until, [(str(path), until)] * 2)
        made = 0
        while time.time() < until:
            await asyncio.gather(*(database.write(context(), lambda tx: make(tx, "x")) for _ in range(50)))
            made += 50
        assert [errors for errors in reading.get(30) if errors] == []
    await database.stop()
    assert made > 0


def _read_until(job: tuple[str, float]) -> list[str]:
    path, until = job
    errors = []
    while time.time() < until:
        try:
            connection = sqlite3.connect(path, timeout=1)
            connection.execute("SELECT count(*) FROM things").fetchone()
            connection.close()
        except sqlite3.OperationalError as error:
            errors.append(str(error))
    return errors


async def test_trap_12_a_second_process_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    first = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await first.start()
    second = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    with pytest.raises(DatabaseInUse, match="in use by another process"):
        await second.start()
    await first.stop()
    await second.stop()


async def test_a_failed_command_in_a_group_fails_alone(database_url: str) -> None:
    create_tables(database_url)
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()

    def fails(tx: object) -> None:
        make(tx, "undone")  # type: ignore[arg-type]
        raise ValueError("no")

    jobs = [
        database.write(context(), fails if n % 7 == 3 else (lambda tx: make(tx, "kept"))) for n in range(70)
    ]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert sum(isinstance(result, ValueError) for result in results) == 10
    names = await database.read(
        lambda session: [row.name for row in session.connection().execute(things.select())]
    )
    assert names == ["kept"] * 60
    await database.stop()


async def test_a_stale_if_match_is_refused_and_changes_nothing(database_url: str) -> None:
    create_tables(database_url)
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    thing = await database.write(context(), lambda tx: make(tx, "first"))
    await database.write(context(expected_version=1), lambda tx: rename(tx, thing.id, "second"))
    with pytest.raises(ChangedSinceRead):
        await database.write(context(expected_version=1), lambda tx: rename(tx, thing.id, "third"))
    with pytest.raises(UnknownAggregate):
        await database.write(context(), lambda tx: rename(tx, new_id(), "nobody"))
    found = await database.read(lambda session: session.get(Thing, thing.id))
    assert found is not None
    assert (found.name, found.version) == ("second", 2)
    await database.stop()


async def test_concurrent_changes_of_one_aggregate_are_all_kept(database_url: str) -> None:
    create_tables(database_url)
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    thing = await database.write(context(), lambda tx: make(tx, "first"))
    jobs = (database.write(context(), lambda tx, n=n: rename(tx, thing.id, f"{n}")) for n in range(20))  # type: ignore[misc]
    await asyncio.gather(*jobs)
    found = await database.read(lambda session: session.get(Thing, thing.id))
    assert found is not None
    assert (found.revision, found.version) == (20, 21)
    rows = await database.read(lambda session: session.connection().execute(tables.outbox.select()).all())
    assert len(rows) == 21
    await database.stop()


async def test_a_full_disk_loses_nothing_acknowledged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.sqlite3'}"
    create_tables(url)
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    await database.write(context(), lambda tx: tx.session.connection().exec_driver_sql("SELECT 1").all())

    def fill(tx: object) -> None:
        connection = tx.session.connection()  # type: ignore[attr-defined]
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    await database.write(context(), fill)
    results = await asyncio.gather(
        *(database.write(context(), lambda tx: make(tx, "x" * 500)) for _ in range(100)),
        return_exceptions=True,
    )
    acknowledged = [result for result in results if isinstance(result, Thing)]
    assert 0 < len(acknowledged) < 100
    kept = await database.read(
        lambda session: {row.id for row in session.connection().execute(things.select())}
    )
    assert kept == {thing.id for thing in acknowledged}
    await database.stop()


async def test_connections_that_died_in_the_pool_are_replaced(postgres: Postgres) -> None:
    url = postgres.create_database()
    create_tables(url)
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    await asyncio.gather(*(database.write(context(), lambda tx: make(tx, "x")) for _ in range(8)))
    both = threading.Barrier(2)  # two at once read on a connection each

    def meet(session: Session) -> None:
        session.connection()
        both.wait(10)

    await asyncio.gather(database.read(meet), database.read(meet))
    with psycopg.connect(url, autocommit=True) as other:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        ended = other.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode()
        )
        assert len(ended.fetchall()) > 1
    assert (await database.write(context(), lambda tx: make(tx, "after"))).name == "after"
    rows = await database.read(lambda session: session.connection().execute(things.select()).all())
    assert len(rows) == 9
    await database.stop()


async def test_a_command_in_a_group_reads_what_the_one_before_it_wrote(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'group.sqlite3'}"
    create_tables(url)
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    thing = await database.write(context(), lambda tx: make(tx, "first"))
    go = threading.Event()
    held = asyncio.create_task(database.write(context(), lambda _tx: go.wait(10)))
    seen: list[str] = []
    commands: list[Callable[[Transaction], object]] = [
        lambda tx: tx.get(Thing, thing.id),
        lambda tx: tx.execute(things.update().where(things.c.id == thing.id).values(name="by a projection")),
        lambda tx: seen.append(tx.session.get_one(Thing, thing.id).name),
        lambda tx: rename(tx, thing.id, "by a command"),
        lambda tx: seen.append(tx.execute(sa.select(things.c.name)).scalar_one()),
    ]
    group = [asyncio.create_task(database.write(context(), command)) for command in commands]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(held, *group)
    assert seen == ["by a projection", "by a command"]
    await database.stop()


async def test_a_use_case_that_never_asks_whose_a_thing_is_keeps_nothing(database_url: str) -> None:
    create_tables(database_url)
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    own = context(permission=Permission(may(Role.COORDINATOR, of=Relation.OWN_AGENCY)))
    with pytest.raises(NeverAsked):
        await database.write(own, lambda tx: make(tx, "forgotten"))
    left = await database.read(
        lambda session: session.connection().scalar(sa.select(sa.func.count()).select_from(things))
    )
    await database.stop()
    assert left == 0
