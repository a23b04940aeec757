"""What group commit promises where commands, instances and connections get in one another's way."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from shared.clock import SystemClock, new_id
from shared.contracts.envelope import Envelope
from shared.database import tables
from shared.database.database import Database, DatabaseAway, DatabaseOptions
from shared.database.engines import open_database
from shared.database.transaction import Transaction
from tests.events.world import Thing, context, create_tables, make, rename, things
from tests.support.postgres import Postgres
from tests.support.proxy import Proxy

SOON = 20.0


@pytest.fixture
def url(postgres: Postgres) -> str:
    """A fresh PostgreSQL database with the tables of these tests."""
    url = postgres.create_database()
    create_tables(url)
    return url


@asynccontextmanager
async def opened(url: str, **changes: Any) -> AsyncIterator[Database]:
    """One instance's database; ``changes`` say how many writers it has."""
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id, service="testing"))
    for name, value in changes.items():
        setattr(database, name, value)
    await database.start()
    try:
        yield database
    finally:
        await database.stop()


@asynccontextmanager
async def one_writer(url: str) -> AsyncIterator[Database]:
    """A database at which whatever waits together is committed together."""
    async with opened(url, writers=1, most_writers=1) as database:
        yield database


async def together(database: Database, *commands: Callable[[Transaction], object]) -> list[Any]:
    """Have commands run in one group, behind one that is held until all of them wait."""
    go = threading.Event()
    held = asyncio.create_task(database.write(context(), lambda _tx: go.wait(SOON)))
    jobs = [asyncio.create_task(database.write(context(), command)) for command in commands]
    await asyncio.sleep(0)
    go.set()
    await held
    return await asyncio.gather(*jobs, return_exceptions=True)


async def names(database: Database) -> list[str]:
    """What things are called, in order of their making."""
    query = sa.select(things.c.name).order_by(things.c.id)
    return await database.read(lambda session: list(session.connection().scalars(query)))


async def recorded(database: Database) -> list[Envelope]:
    """The events of the outbox, in order."""
    query = sa.select(tables.outbox.c.envelope).order_by(tables.outbox.c.sequence)
    rows = await database.read(lambda session: list(session.connection().scalars(query)))
    return [Envelope.decode(row) for row in rows]


def made(name: str) -> Callable[[Transaction], Thing]:
    """The command that makes a thing."""
    return lambda tx: make(tx, name)


def renamed(thing: Thing, name: str) -> Callable[[Transaction], Thing]:
    """The command that renames a thing."""
    return lambda tx: rename(tx, thing.id, name)


async def test_what_waits_is_committed_together_and_recorded_in_order(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.database.group_commit.GROUP_SECONDS", SOON)
    create_tables(database_url)
    async with one_writer(database_url) as database:
        before = await _transactions(database)
        await together(database, *(made(f"{number:02}") for number in range(40)))
        if before is not None:
            written = await _transactions(database)
            assert written is not None
            assert written - before <= 5, "one for the group, and those that ask"
        assert await names(database) == [f"{number:02}" for number in range(40)]
        assert [event.data["name"] for event in await recorded(database)] == await names(database)


async def _transactions(database: Database) -> int | None:
    """How many transactions have written anything, as PostgreSQL counts them."""
    if not database.is_shared:
        return None
    query = sa.text("SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)")
    return await database.read(lambda session: session.connection().scalar(query))


async def test_only_the_command_that_failed_is_run_alone(database_url: str) -> None:
    create_tables(database_url)
    runs: list[int] = []

    def command(number: int) -> Callable[[Transaction], object]:
        def run(tx: Transaction) -> Thing:
            runs.append(number)
            if number == 5:
                raise ValueError("no")
            return make(tx, str(number))

        return run

    async with one_writer(database_url) as database:
        results = await together(database, *map(command, range(10)))
        assert [type(result) for result in results] == [Thing] * 5 + [ValueError] + [Thing] * 4
        assert sorted(set(runs)) == list(range(10))
        assert len(runs) <= 16, "those in front of it twice, nothing else"
        assert sorted(await names(database)) == [str(number) for number in range(10) if number != 5]


async def test_a_command_finds_by_tables_what_the_one_before_it_added(database_url: str) -> None:
    create_tables(database_url)

    def only_once(tx: Transaction) -> bool:
        taken = tx.execute(sa.select(things.c.id).where(things.c.name == "only")).first() is not None
        if not taken:
            make(tx, "only")
        return taken

    async with one_writer(database_url) as database:
        assert await together(database, only_once, only_once, only_once) == [False, True, True]
        assert await names(database) == ["only"]


async def test_instances_that_lock_the_same_things_in_any_order_finish(url: str) -> None:
    async with opened(url) as one, opened(url) as other:
        wanted = [await one.write(context(), made(str(number))) for number in range(6)]

        def both(first: Thing, second: Thing) -> Callable[[Transaction], object]:
            def run(tx: Transaction) -> None:
                rename(tx, first.id, "x")
                rename(tx, second.id, "y")

            return run

        chance = random.Random(7)
        jobs = []
        for _ in range(120):
            database = chance.choice((one, other))
            jobs.append(database.write(context(), both(*chance.sample(wanted, 2))))
        results = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 60)
        assert [result for result in results if result is not None] == []
        events = await recorded(one)
        assert len(events) == len(wanted) + 2 * len(jobs)
        for thing in wanted:
            versions = [event.aggregate_version for event in events if event.aggregate_id == thing.id]
            assert versions == list(range(1, len(versions) + 1)), "recorded in the order of the changes"


async def test_a_slow_command_holds_nobody_for_long(url: str) -> None:
    async with opened(url) as database:
        slow = [threading.Event() for _ in range(5)]
        held = [
            asyncio.create_task(database.write(context(), lambda _tx, e=event: e.wait(SOON)))  # type: ignore[misc]
            for event in slow
        ]
        for number in range(20):
            await asyncio.wait_for(database.write(context(), made(str(number))), SOON / 2)
        assert not any(task.done() for task in held)
        for event in slow:
            event.set()
        assert await asyncio.gather(*held) == [True] * 5
        assert len(await names(database)) == 20


async def test_who_waits_for_the_lock_of_another_instance_holds_up_nobody(url: str) -> None:
    async with opened(url) as database:
        thing = await database.write(context(), made("first"))
        with psycopg.connect(url) as other:
            other.execute("SELECT id FROM things FOR UPDATE")
            waiting = [
                asyncio.create_task(database.write(context(), renamed(thing, "last"))) for _ in range(4)
            ]
            for number in range(20):
                await asyncio.wait_for(
                    database.write(context(), made(str(number))),
                    SOON / 2,
                )
            assert not any(task.done() for task in waiting)
        results = await asyncio.gather(*waiting)
        assert sorted(changed.version for changed in results) == [2, 3, 4, 5]


async def test_a_long_command_is_beside_the_groups(url: str) -> None:
    async with one_writer(url) as database:
        go = threading.Event()
        held = asyncio.create_task(database.write(context(), lambda _tx: go.wait(SOON), long=True))
        await asyncio.wait_for(database.write(context(), made("meanwhile")), SOON / 2)
        assert not held.done()
        go.set()
        assert await held


async def test_what_was_not_committed_when_the_connection_ended_is_done_again(url: str) -> None:
    runs: list[UUID] = []

    async with one_writer(url) as database:

        def cut_once(tx: Transaction) -> None:
            thing = make(tx, "once")
            tx.session.flush()
            runs.append(thing.id)
            if len(runs) == 1:
                own = tx.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
                with psycopg.connect(url, autocommit=True) as other:
                    other.execute("SELECT pg_terminate_backend(%s)", (own,))

        await together(database, made("before"), cut_once, made("after"))
        assert len(runs) >= 2
        assert sorted(await names(database)) == ["after", "before", "once"]
        assert len(await recorded(database)) == 3


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_commit_whose_answer_is_lost_is_done_once(url: str, arrived: bool) -> None:
    parsed = sa.make_url(url)
    assert parsed.port is not None
    async with Proxy(parsed.port) as proxy:
        through = parsed.set(port=proxy.port).render_as_string(hide_password=False)
        async with one_writer(through) as database:
            await database.write(context(), made("earlier"))
            proxy.answered_for, proxy.cut_at = arrived, b"COMMIT"
            results = await together(
                database,
                made("first"),
                made("second"),
                made("third"),
            )
            assert proxy.cut_at == b"", "the connection was cut"
            assert [type(result) for result in results] == [Thing] * 3
            assert sorted(await names(database)) == ["earlier", "first", "second", "third"]
            assert len(await recorded(database)) == 4


async def test_where_nobody_knows_what_became_of_a_commit_it_is_not_done_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.database.postgresql.OUTCOME_SECONDS", 0.5)
    parsed = sa.make_url(url)
    assert parsed.port is not None
    async with Proxy(parsed.port) as proxy:
        through = parsed.set(port=proxy.port).render_as_string(hide_password=False)
        async with one_writer(through) as database:
            proxy.answered_for, proxy.cut_for_good, proxy.cut_at = True, True, b"COMMIT"
            with pytest.raises(DatabaseAway):
                await database.write(context(), made("perhaps"))
            await proxy.accept()
            await database.write(context(), made("after"))
            assert await names(database) == ["perhaps", "after"], "once, though its caller was not told"


async def test_connections_that_keep_ending_lose_nothing_acknowledged_and_double_nothing(url: str) -> None:
    others = (
        b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        b"WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    async with AsyncExitStack() as stack:
        instances = [await stack.enter_async_context(opened(url)) for _ in range(2)]
        acknowledged: list[str] = []
        with psycopg.connect(url, autocommit=True) as connection:

            async def command(number: int) -> None:
                with suppress(DatabaseAway):
                    await instances[number % 2].write(context(), made(str(number)))
                    acknowledged.append(str(number))
                    if len(acknowledged) % 15 == 1:  # while others of its group and of its instance are busy
                        await asyncio.to_thread(connection.execute, others)

            for start in range(0, 600, 60):
                await asyncio.gather(*map(command, range(start, start + 60)))
        kept = await instances[0].write(
            context(), lambda tx: list(tx.execute(sa.select(things.c.name)).scalars())
        )
        assert len(kept) == len(set(kept)), "nothing twice"
        assert set(acknowledged) <= set(kept), "nothing acknowledged is lost"
        assert len(acknowledged) > 300
        assert len(await recorded(instances[0])) == len(kept)
