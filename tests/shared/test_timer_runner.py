"""What timers promise: each fires once, in the order in which they were due, also after a long stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from shared.clock import MovableClock, new_id
from shared.database import timers
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.postgresql import PostgresqlDatabase
from shared.database.sqlite import SqliteDatabase
from shared.database.timers import Due, Waiting
from shared.database.transaction import Transaction
from shared.refusal import Refusal
from shared.timer_runner import RETRY, Timer, TimerRunner
from tests.events.world import context, create_tables, make, things, works
from tests.support.postgres import Postgres

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class NothingToDo(Refusal):
    """The refusal of these tests."""

    kind = "conflict"
    message = "There is nothing to do."


class Bench:
    """A database with a clock that moves, and a timer runner on it that notes what fired, in which order."""

    def __init__(self, url: str, clock: MovableClock) -> None:
        self.clock = clock
        self.database: Database = open_database(url, DatabaseOptions(clock=clock, new_id=new_id))
        self.failing = False
        self.timer_runner = TimerRunner(
            "testing",
            [
                Timer("ring", self.ring),
                Timer("chain", self.chain),
                Timer("refuse", self.refuse),
                Timer("fail", self.fail),
                Timer("make", lambda tx, due: make(tx, due.key)),
            ],
            self.database,
        )

    @staticmethod
    def ring(tx: Transaction, due: Due) -> None:
        """Leave one row per firing."""
        assert tx.actor.is_system
        assert due.due_at <= tx.now
        tx.insert(works, {"thing_id": due.about})

    def chain(self, tx: Transaction, due: Due) -> None:
        """Ring, and set another timer an hour after this one was due."""
        self.ring(tx, due)
        tx.set_timer("ring", UUID(due.key), due.due_at + HOUR)

    def refuse(self, tx: Transaction, due: Due) -> None:
        """Do something, then find that a rule is against it."""
        self.ring(tx, due)
        raise NothingToDo

    def fail(self, tx: Transaction, due: Due) -> None:
        """Do something, then break as long as ``failing``."""
        self.ring(tx, due)
        if self.failing:
            raise OSError("the disk is full")

    async def set(self, about: UUID, after: timedelta, name: str = "ring", key: str = "") -> None:
        """Set a timer so long after the tests' beginning."""
        await self.database.write(context(), lambda tx: tx.set_timer(name, about, START + after, key))

    async def drop(self, about: UUID, name: str = "ring", key: str = "") -> None:
        """Drop a timer."""
        await self.database.write(context(), lambda tx: tx.drop_timer(name, about, key))

    async def rung(self) -> list[UUID]:
        """What fired, in that order."""
        query = sa.select(works.c.thing_id).order_by(works.c.number)
        return await self.database.read(lambda session: list(session.connection().execute(query).scalars()))

    async def waiting(self) -> list[Waiting]:
        """The timers that have not fired."""
        return await self.database.read(lambda session: timers.listed(session, 100))


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    """A bench on either database."""
    create_tables(database_url)
    here = Bench(database_url, MovableClock(START))
    await here.database.start()
    yield here
    await here.database.stop()


def ids(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]


async def test_a_timer_fires_at_its_time_and_not_before(bench: Bench) -> None:
    (about,) = ids(1)
    await bench.set(about, HOUR)
    assert await bench.timer_runner.fire() == 0
    bench.clock.set(START + HOUR - timedelta(microseconds=1))
    assert await bench.timer_runner.fire() == 0
    assert await bench.timer_runner.earliest() == START + HOUR
    bench.clock.set(START + HOUR)
    assert await bench.timer_runner.fire() == 1
    assert await bench.timer_runner.fire() == 0
    assert await bench.rung() == [about]
    assert await bench.timer_runner.earliest() is None


async def test_after_a_stop_of_days_everything_fires_once_in_the_order_in_which_it_was_due(
    database_url: str,
) -> None:
    create_tables(database_url)
    abouts = ids(7)
    before = Bench(database_url, MovableClock(START))
    await before.database.start()
    for place in (3, 0, 6, 2, 5, 1, 4):
        await before.set(abouts[place], HOUR + place * DAY)
    await before.database.stop()

    after = Bench(database_url, MovableClock(START + 5 * DAY))
    await after.database.start()
    assert await after.timer_runner.fire() == 5
    assert await after.rung() == abouts[:5]
    assert await after.timer_runner.fire() == 0
    after.clock.move(30 * DAY)
    assert await after.timer_runner.fire() == 2
    assert await after.rung() == abouts
    assert await after.waiting() == []
    await after.database.stop()


async def test_what_was_due_at_the_same_moment_fires_in_the_order_of_setting(bench: Bench) -> None:
    abouts = ids(5)
    for about in abouts:
        await bench.set(about, HOUR)
    bench.clock.move(DAY)
    assert await bench.timer_runner.fire() == 5
    assert await bench.rung() == abouts


async def test_a_timer_that_another_sets_in_the_past_takes_its_place_in_the_order(bench: Bench) -> None:
    first, chained, last = ids(3)
    await bench.set(first, HOUR, "chain", key=str(chained))
    await bench.set(last, 3 * HOUR)
    bench.clock.move(DAY)
    assert await bench.timer_runner.fire() == 3
    assert await bench.rung() == [first, chained, last]


async def test_a_timer_for_a_time_that_has_passed_fires_at_once(bench: Bench) -> None:
    (about,) = ids(1)
    await bench.set(about, -10 * DAY)
    assert await bench.timer_runner.fire() == 1
    assert await bench.rung() == [about]


async def test_a_moved_timer_fires_at_its_new_time_only(bench: Bench) -> None:
    later, earlier = ids(2)
    await bench.set(later, HOUR)
    await bench.set(later, 3 * DAY)
    await bench.set(earlier, 9 * DAY)
    await bench.set(earlier, 2 * DAY)
    assert [fire.due_at for fire in await bench.waiting()] == [START + 2 * DAY, START + 3 * DAY]
    bench.clock.set(START + DAY)
    assert await bench.timer_runner.fire() == 0
    bench.clock.set(START + 2 * DAY)
    assert await bench.timer_runner.fire() == 1
    bench.clock.set(START + 30 * DAY)
    assert await bench.timer_runner.fire() == 1
    assert await bench.rung() == [earlier, later]


async def test_a_dropped_timer_never_fires(bench: Bench) -> None:
    dropped, kept = ids(2)
    await bench.set(dropped, HOUR)
    await bench.set(kept, HOUR)
    await bench.drop(dropped)
    await bench.drop(dropped)
    bench.clock.move(30 * DAY)
    assert await bench.timer_runner.fire() == 1
    assert await bench.rung() == [kept]


async def test_timers_are_told_apart_by_name_about_and_key(bench: Bench) -> None:
    one, other = ids(2)
    await bench.set(one, HOUR, key="a")
    await bench.set(one, 2 * HOUR, key="b")
    await bench.set(other, 3 * HOUR, key="a")
    await bench.set(one, 4 * HOUR, "chain", key=str(other))
    await bench.drop(one, key="a")
    bench.clock.move(DAY)
    assert await bench.timer_runner.fire() == 4
    assert await bench.rung() == [one, other, one, other]


async def test_a_failing_timer_is_put_off_and_blocks_no_other(bench: Bench) -> None:
    failing, *others = ids(3)
    bench.failing = True
    await bench.set(failing, HOUR, "fail")
    for about in others:
        await bench.set(about, 2 * HOUR)
    bench.clock.set(START + 3 * HOUR)
    assert await bench.timer_runner.fire() == 2
    assert await bench.rung() == others  # of the failed work nothing is left
    (waits,) = await bench.waiting()
    assert (waits.about, waits.attempts, waits.due_at) == (failing, 1, START + HOUR)
    assert waits.failing == "OSError: the disk is full"


async def test_a_failing_timer_is_tried_again_ever_more_rarely_until_it_succeeds(bench: Bench) -> None:
    (failing,) = ids(1)
    bench.failing = True
    await bench.set(failing, timedelta())
    await bench.drop(failing)
    await bench.set(failing, timedelta(), "fail")
    pauses = [*RETRY, RETRY[-1], RETRY[-1]]
    for attempts, pause in enumerate(pauses, 1):
        await bench.timer_runner.fire()
        assert [succeed.attempts for succeed in await bench.waiting()] == [attempts]
        bench.clock.move(pause - timedelta(milliseconds=1))
        await bench.timer_runner.fire()
        assert [succeed.attempts for succeed in await bench.waiting()] == [
            attempts
        ]  # not before its pause is over
        bench.clock.move(timedelta(milliseconds=1))
    bench.failing = False
    assert await bench.timer_runner.fire() == 1
    assert await bench.rung() == [failing]
    assert await bench.waiting() == []


async def test_a_refused_timer_is_settled_and_leaves_nothing(bench: Bench) -> None:
    refused, other = ids(2)
    await bench.set(refused, HOUR, "refuse")
    await bench.set(other, 2 * HOUR)
    bench.clock.move(DAY)
    assert await bench.timer_runner.fire() == 1
    assert await bench.rung() == [other]
    assert await bench.waiting() == []


async def test_a_timer_of_a_kind_that_nobody_knows_any_more_waits_visibly(bench: Bench) -> None:
    unknown, other = ids(2)
    await bench.set(unknown, HOUR, "forgotten")
    await bench.set(other, 2 * HOUR)
    bench.clock.move(DAY)
    assert await bench.timer_runner.fire() == 1
    (waits,) = await bench.waiting()
    assert (waits.name, waits.failing) == ("forgotten", "KeyError: 'forgotten'")


async def test_a_use_case_that_fails_sets_moves_and_drops_no_timer(bench: Bench) -> None:
    kept, never = ids(2)
    await bench.set(kept, HOUR)

    def use_case(tx: Transaction) -> None:
        tx.set_timer("ring", kept, START + 9 * DAY)
        tx.set_timer("ring", never, START + HOUR)
        tx.drop_timer("ring", kept)
        raise NothingToDo

    with pytest.raises(NothingToDo):
        await bench.database.write(context(), use_case)
    assert [(drop.about, drop.due_at) for drop in await bench.waiting()] == [(kept, START + HOUR)]


async def test_a_commit_that_breaks_leaves_the_timer_and_nothing_of_its_work(bench: Bench) -> None:
    (about,) = ids(1)
    await bench.set(about, HOUR, "make", key="a thing")
    bench.clock.move(DAY)
    with breaking_commits(bench.database), pytest.raises(ConnectionAbortedError):
        await bench.timer_runner.fire()  # not even its failure can be noted
    assert await made(bench) == []
    assert [(leaf.about, leaf.attempts) for leaf in await bench.waiting()] == [(about, 0)]
    assert await bench.timer_runner.fire() == 1
    assert await made(bench) == ["a thing"]
    assert await bench.waiting() == []


async def test_the_clockwork_fires_by_itself(bench: Bench) -> None:
    (about,) = ids(1)
    await bench.set(about, HOUR, "make", key="by itself")
    committed = bench.database.on_commit()
    running = asyncio.create_task(bench.timer_runner.run())
    bench.clock.move(DAY)
    await asyncio.wait_for(committed.wait(), 20)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await made(bench) == ["by itself"]


async def test_two_clockworks_on_one_postgresql_fire_each_timer_once(postgres: Postgres) -> None:
    url = postgres.create_database()
    create_tables(url)
    clock = MovableClock(START)
    one, other = Bench(url, clock), Bench(url, clock)
    await one.database.start()
    await other.database.start()
    abouts = ids(40)
    for place, about in enumerate(abouts):
        await one.set(about, place * HOUR)
    clock.move(30 * DAY)
    fired = await asyncio.gather(one.timer_runner.fire(), other.timer_runner.fire())
    assert sum(fired) == 40
    assert await one.rung() == abouts  # once each, and still in order
    assert await one.waiting() == []
    await one.database.stop()
    await other.database.stop()


async def test_of_two_running_clockworks_one_works_and_the_other_takes_over(postgres: Postgres) -> None:
    url = postgres.create_database()
    create_tables(url)
    clock = MovableClock(START)
    one, other = Bench(url, clock), Bench(url, clock)
    await one.database.start()
    await other.database.start()
    first, second = ids(2)
    await one.set(first, HOUR, "make", key="first")
    await one.set(second, 2 * DAY, "make", key="second")
    clock.move(DAY)
    by_one, by_other = one.database.on_commit(), other.database.on_commit()
    working = asyncio.create_task(one.timer_runner.run())
    await asyncio.wait_for(by_one.wait(), 20)
    standing_by = asyncio.create_task(other.timer_runner.run())
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    clock.move(5 * DAY)
    await asyncio.wait_for(by_other.wait(), 20)
    standing_by.cancel()
    await asyncio.gather(standing_by, return_exceptions=True)
    assert await made(one) == ["first", "second"]
    await one.database.stop()
    await other.database.stop()


async def made(bench: Bench) -> list[str]:
    """The names of what the timers made, in order."""
    query = sa.select(things.c.name).order_by(things.c.id)
    return await bench.database.read(lambda session: list(session.connection().execute(query).scalars()))


@contextmanager
def breaking_commits(database: Database) -> Iterator[None]:
    """As if the process was cut off before a commit reached the database, which then rolls back."""
    if isinstance(database, SqliteDatabase):
        engine = database._writer
    else:
        assert isinstance(database, PostgresqlDatabase)
        engine = database._engine

    def broken(connection: Any) -> None:
        connection.connection.rollback()
        raise ConnectionAbortedError("cut off")

    sa.event.listen(engine, "commit", broken)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", broken)
