"""What an exclusive worker promises: one works, the others stand by, and who loses the lock stops at once."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
import sqlalchemy as sa

from shared.database.advisory_lock import advisory_lock
from shared.database.database import LockLost
from shared.host.nats_server import NatsServer
from tests.events.world import World, copies, world
from tests.support.postgres import Postgres
from tests.support.wait import eventually

HOLDERS = (
    b"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
    b"(SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def url(postgres: Postgres) -> str:
    """A fresh PostgreSQL database."""
    return postgres.create_database()


def end_holders(url: str) -> int:
    """End every session that holds an advisory lock, as an operator or a failover would; returns how many."""
    with psycopg.connect(url, autocommit=True) as connection:
        return len(connection.execute(HOLDERS).fetchall())


async def test_who_loses_the_lock_stops_and_another_has_it(url: str) -> None:
    stands_by, taken = asyncio.Event(), asyncio.Event()

    async def works_for_ever() -> None:
        async with advisory_lock(sa.make_url(url), "work", lambda: None):
            taken.set()
            await asyncio.sleep(3600)

    async def waits_for_its_turn() -> None:
        async with advisory_lock(sa.make_url(url), "work", stands_by.set):
            return

    first = asyncio.create_task(works_for_ever())
    await taken.wait()
    second = asyncio.create_task(waits_for_its_turn())
    await asyncio.wait_for(stands_by.wait(), 20)
    assert end_holders(url) == 1
    with pytest.raises(LockLost, match="work"):
        await asyncio.wait_for(first, 20)
    await asyncio.wait_for(second, 20)


async def test_who_is_cancelled_under_the_lock_is_cancelled_and_nothing_else(url: str) -> None:
    taken = asyncio.Event()

    async def works_for_ever() -> None:
        async with advisory_lock(sa.make_url(url), "work", lambda: None):
            taken.set()
            await asyncio.sleep(3600)

    task = asyncio.create_task(works_for_ever())
    await taken.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with advisory_lock(sa.make_url(url), "work", lambda: pytest.fail("the lock is free")):
        pass


async def test_the_second_instance_stands_by_and_takes_over(broker_server: NatsServer, url: str) -> None:
    async with world(broker_server.url, url) as first, world(broker_server.url, url) as second:
        first.run(first.relay.run(), first.follower.run())
        await eventually(lambda: first.follower.failing is None)
        second.run(second.relay.run(), second.follower.run())
        await eventually(lambda: second.follower.stands_by)
        assert second.follower.failing is None, "waiting for its turn is nothing that fails"
        await first.make("before")
        await eventually(lambda: _copied(first, "before"))
        await first.halt()
        await eventually(lambda: not second.follower.stands_by and second.follower.failing is None)
        await second.make("after")
        await eventually(lambda: _copied(second, "after"))
        assert sorted(row.applied for row in await second.rows(copies)) == [1, 1]


async def test_workers_take_their_locks_again(broker_server: NatsServer, url: str) -> None:
    async with world(broker_server.url, url) as here:
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("first")
        await eventually(lambda: _copied(here, "first"))
        assert end_holders(url) == 2, "the relay's and the follower's"
        await here.rename(thing.id, "second")
        await eventually(lambda: _copied(here, "second"), timeout=20)
        assert (await here.rows(copies))[0].applied == 2
        assert end_holders(url) == 2, "both hold theirs again"


async def _copied(here: World, name: str) -> bool:
    return any(row.name == name for row in await here.rows(copies))
