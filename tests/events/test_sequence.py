"""What a verifier relies on: a publisher's events are numbered without gaps, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import SystemClock, new_id
from shared.contracts.envelope import Envelope
from shared.database import outbox, tables
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.transaction import Transaction
from shared.events.broker import EVENTS
from shared.events.relay import Relay
from shared.host.nats_server import NatsServer
from tests.events.world import World, context, create_tables, make, rename, world
from tests.support.postgres import Postgres


class RuleSaidNo(Exception):
    """A command's refusal."""


def refused(tx: Transaction) -> None:
    """A command that records an event and is refused."""
    make(tx, "never")
    raise RuleSaidNo


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """One instance's database with the tables of these tests."""
    create_tables(url)
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id, service="testing"))
    await database.start()
    try:
        yield database
    finally:
        await database.stop()


async def in_stream(here: World) -> list[Envelope]:
    """Every event of the stream, in its order."""
    last = (await here.bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
    stream = here.bus.client.jetstream()
    messages = [await stream.get_msg(EVENTS, number) for number in range(1, last + 1)]
    return [Envelope.decode(message.data or b"") for message in messages]


def numbers(envelopes: list[Envelope]) -> list[int | None]:
    """Their sequences."""
    return [envelope.sequence for envelope in envelopes]


async def recorded(database: Database) -> list[tuple[int | None, int | None]]:
    """The numbers of the outbox's rows, and those in their envelopes."""
    query = sa.select(tables.outbox.c.number, tables.outbox.c.envelope).order_by(tables.outbox.c.sequence)
    rows = await database.read(lambda session: session.connection().execute(query).all())
    return [(number, Envelope.decode(body).sequence) for number, body in rows]


def unbroken(count: int) -> list[tuple[int, int]]:
    """Rows numbered from 1 on."""
    return [(number, number) for number in range(1, count + 1)]


async def test_events_are_numbered_from_one_on_in_the_order_in_which_they_travel(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url) as here:
        thing = await here.make()
        await here.rename(thing.id, "other")
        await asyncio.gather(*(here.make(str(number)) for number in range(40)))
        await here.relay.step()
        assert numbers(await in_stream(here)) == list(range(1, 43))
        body = orjson.loads((await here.bus.client.jetstream().get_msg(EVENTS, 1)).data or b"")
        assert (body["sequence"], body["sequencetype"]) == ("0000000001", "Integer")
        assert body["authagency"] == "polresta-contoh"


async def test_a_refused_command_leaves_no_gap(database_url: str) -> None:
    async with opened(database_url) as database:
        commands = [refused if number % 3 == 0 else _made(number) for number in range(30)]
        await asyncio.gather(
            *(database.write(context(), command) for command in commands), return_exceptions=True
        )
        assert await recorded(database) == unbroken(20)


async def test_two_instances_that_commit_at_once_number_without_gap_or_pair(postgres: Postgres) -> None:
    """Only on PostgreSQL: a SQLite file is written by one process."""
    url = postgres.create_database()
    async with opened(url) as first, opened(url) as second:
        work = [
            database.write(context(), refused if number % 5 == 0 else _made(number))
            for number in range(100)
            for database in (first, second)
        ]
        await asyncio.gather(*work, return_exceptions=True)
        assert await recorded(first) == unbroken(160)


async def test_a_commit_that_is_undone_by_the_database_leaves_no_gap(database_url: str) -> None:
    """The numbers were given, and then the transaction failed."""

    def numbered_in_vain(tx: Transaction) -> None:
        make(tx, "in vain")
        tx.seal()
        outbox.append(tx.session.connection(), tx.recorded)
        raise RuleSaidNo

    async with opened(database_url) as database:
        await database.write(context(), _made(1))
        with pytest.raises(RuleSaidNo):
            await database.write(context(), numbered_in_vain)
        await database.write(context(), _made(2))
        assert await recorded(database) == unbroken(2)


@pytest.mark.parametrize("moment", ["before publishing", "after the acknowledgement", "while marking"])
async def test_a_relay_killed_at_any_moment_publishes_each_number_once(
    broker_server: NatsServer, database_url: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        """The process ends here."""

    def killed(*_: Any) -> None:
        raise Killed

    async with world(broker_server.url, database_url) as here:
        for number in range(3):
            await here.make(str(number))
        with monkeypatch.context() as patch:
            if moment == "before publishing":
                patch.setattr(here.relay, "_publish", killed)
            elif moment == "after the acknowledgement":
                here.relay.after_publish = killed
            else:
                patch.setattr(outbox, "mark", killed)
            with pytest.raises(Killed):
                await here.relay.publish_once()
    async with world(broker_server.url, database_url) as again:
        await again.make("later")
        await again.relay.step()
        assert numbers(await in_stream(again)) == [1, 2, 3, 4]


async def test_two_relays_of_a_service_publish_each_number_once(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url) as here:
        other = Relay("testing", here.database, here.bus)
        for number in range(30):
            await here.make(str(number))
        await asyncio.gather(here.relay.step(), other.step())
        assert sorted(number or 0 for number in numbers(await in_stream(here))) == list(range(1, 31))


async def test_a_stream_that_was_refilled_has_the_same_numbers(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url) as here:
        for number in range(5):
            await here.make(str(number))
        await here.relay.step()
        before = await in_stream(here)
        await here.bus.api(f"STREAM.PURGE.{EVENTS}")
        await here.database.write(context(), lambda tx: outbox.unpublish_all(tx.session))
        # The broker knows the ids of the purged events for some minutes.
        await here.bus.api(f"STREAM.DELETE.{EVENTS}")
    async with world(broker_server.url, database_url) as again:
        await again.relay.step()
        assert await in_stream(again) == before


async def test_what_was_recorded_before_events_were_numbered_stays_without_a_number(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url) as here:
        await here.make("old")
        await here.database.write(context(), _forget_number)
        await here.make("new")
        await here.relay.step()
        assert numbers(await in_stream(here)) == [None, 1]


def _forget_number(tx: Transaction) -> None:
    """Make the events look as an earlier release wrote them."""
    for row in tx.execute(sa.select(tables.outbox)).all():
        body = orjson.loads(row.envelope)
        older = {name: value for name, value in body.items() if not name.startswith("sequence")}
        tx.execute(
            sa.update(tables.outbox)
            .where(tables.outbox.c.sequence == row.sequence)
            .values(number=None, envelope=orjson.dumps(older))
        )


def _made(number: int) -> Callable[[Transaction], object]:
    return lambda tx: make(tx, str(number))


ACTS = st.lists(st.sampled_from(["make", "refuse", "rename", "many", "nothing"]), max_size=25)


@settings(max_examples=25, deadline=None)
@given(acts=ACTS)
def test_no_course_of_commands_leaves_a_gap(acts: list[str]) -> None:
    async def play(folder: str) -> None:
        async with opened(f"sqlite:///{Path(folder) / 'testing.sqlite3'}") as database:
            thing = await database.write(context(), lambda tx: make(tx, "first"))
            expected = 1
            for act in acts:
                if act == "make":
                    await database.write(context(), _made(expected))
                    expected += 1
                elif act == "refuse":
                    with suppress(RuleSaidNo):
                        await database.write(context(), refused)
                elif act == "rename":
                    await database.write(context(), lambda tx: rename(tx, thing.id, "again"))
                    expected += 1
                elif act == "many":
                    jobs = [database.write(context(), run) for run in (_made(1), refused, _made(2))]
                    await asyncio.gather(*jobs, return_exceptions=True)
                    expected += 2
                else:
                    await database.write(context(), lambda tx: None)
            assert await recorded(database) == unbroken(expected)

    with TemporaryDirectory() as folder:
        asyncio.run(play(folder))
