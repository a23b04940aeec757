"""What the relay promises: everything committed reaches the stream, once, in order."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from shared.contracts.envelope import Envelope
from shared.database import outbox, tables
from shared.events import streams
from shared.host.nats_server import NatsServer
from tests.events.world import context, copies, make, works, world
from tests.support.wait import eventually


async def test_committed_events_reach_the_stream_in_order(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        thing = await here.make("one")
        for number in range(5):
            await here.rename(thing.id, f"name {number}")
        here.run(here.relay.run())
        await eventually(lambda: here.stored())
        await eventually(lambda: _is(here.stored(), 6))
        history = await here.database.read(lambda session: outbox.history(session, thing.id))
        assert [envelope.aggregate_version for envelope in history] == [1, 2, 3, 4, 5, 6]
        assert {envelope.correlation_id for envelope in history} == {"c-1"}


async def test_a_refused_command_publishes_nothing(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:

        def fails(tx: object) -> None:
            make(tx, "never")  # type: ignore[arg-type]
            raise ValueError("a rule said no")

        good = [here.make(f"good {n}") for n in range(10)]
        results = await asyncio.gather(*good, here.database.write(context(), fails), return_exceptions=True)
        assert sum(isinstance(result, ValueError) for result in results) == 1
        assert await here.count(tables.outbox) == 10


async def test_trap_07_killed_between_commit_and_publish(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        here.relay.paused = True
        here.run(here.relay.run())
        await here.make()
        assert await here.stored() == 0
    async with world(broker_server.url, sqlite_url) as again:
        again.run(again.relay.run())
        await eventually(lambda: _is(again.stored(), 1))


async def test_trap_08_killed_between_publish_and_mark(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        for number in range(3):
            await here.make(f"{number}")

        def crash() -> None:
            raise RuntimeError("killed after the acknowledgement")

        here.relay.after_publish = crash
        with pytest.raises(RuntimeError):
            await here.relay.publish_once()
        assert await here.stored() == 3
        assert len(await here.database.read(lambda session: outbox.unpublished(session, 10))) == 3
    async with world(broker_server.url, sqlite_url) as again:
        await again.make("later")
        again.run(again.relay.run())
        await eventually(lambda: _published(again.database))
        assert await again.stored() == 4, "the batch was refused, and each event published once"


async def test_trap_09_republished_after_the_duplicate_window(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        declared = streams.declared_stream(1) | {"duplicate_window": 100_000_000}
        await here.bus.api("STREAM.UPDATE.EVENTS", declared)
        thing = await here.make("once")
        await here.rename(thing.id, "twice")
        await here.relay.publish_once()
        await here.consume()
        here.run(here.follower.run())
        await eventually(lambda: _is(here.count(copies), 1))
        await asyncio.sleep(0.3)  # the window itself, in the broker's time
        await here.database.write(context(), lambda tx: outbox.unpublish_all(tx.session))
        await here.relay.publish_once()
        assert await here.stored() == 4, "the broker has forgotten the ids and stored them again"
        last = (await here.bus.api("STREAM.INFO.EVENTS"))["state"]["last_seq"]
        await eventually(lambda: _cursor_at(here, last))
        row = (await here.rows(copies))[0]
        assert (row.name, row.applied) == ("twice", 2)
        await eventually(lambda: _settled(here))
        assert await here.count(works) == 1


async def test_trap_10_the_same_id_twice_in_one_batch_cannot_be_recorded(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        thing = await here.make()
        envelope = (await here.database.read(lambda session: outbox.history(session, thing.id)))[0]
        with pytest.raises(IntegrityError):
            await here.database.write(
                context(), lambda tx: outbox.append(tx.session.connection(), [envelope])
            )
        assert await here.count(tables.outbox) == 1


async def test_trap_13_the_broker_lost_its_store(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await here.consume()
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("kept")
        await here.rename(thing.id, "kept too")
        await eventually(lambda: _is(here.count(copies), 1))
        broker_server.kill()
        await broker_server.exited()
        shutil.rmtree(broker_server.store)
        await broker_server.restart()
        await eventually(lambda: here.bus.is_connected)
        await streams.apply(here.bus, 1, [("testing", here.reaction), ("testing", here.follower.projection)])
        await eventually(lambda: _is(here.stored(), 2), timeout=20)
        await here.rename(thing.id, "after the loss")
        await eventually(lambda: _name(here, "after the loss"), timeout=20)
        assert (await here.rows(copies))[0].applied == 3


async def test_trap_23_a_database_that_is_older_than_the_stream_publishes_nothing_and_says_so(
    broker_server: NatsServer, sqlite_url: str, tmp_path: Path
) -> None:
    """As after half of a write-ahead log was lost, or an old backup was put back."""
    async with world(broker_server.url, sqlite_url) as here:
        await here.make("known")
        await here.relay.publish_once()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    older = shutil.copy(file, tmp_path / "older")
    async with world(broker_server.url, sqlite_url) as here:
        await here.make("lost")
        await here.relay.publish_once()
    for left in file.parent.glob(f"{file.name}-*"):
        left.unlink()
    shutil.copy(older, file)
    async with world(broker_server.url, sqlite_url) as here:
        here.run(here.relay.run())
        await eventually(lambda: "older than the stream" in (here.relay.failing or ""))
        await here.make("afterwards")
        await asyncio.sleep(0.5)
        assert await here.stored() == 2, "nothing is published behind what is unknown"
        assert here.relay.silent_since is None, "the broker is not to blame"


async def test_trap_18_the_broker_killed_mid_batch(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        here.run(here.relay.run())
        making = asyncio.gather(*(here.make(f"{n}") for n in range(300)))
        await eventually(lambda: here.stored())
        broker_server.kill()
        await making
        await broker_server.exited()
        await broker_server.restart()
        await eventually(lambda: here.bus.is_connected)
        await eventually(lambda: _is(here.stored(), 300), timeout=30)
        await eventually(lambda: _published(here.database), timeout=30)


async def test_trap_19_an_idle_relay_does_not_wake_itself(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        here.run(here.relay.run())
        await here.make()
        await eventually(lambda: _published(here.database))
        reads = 0
        original = here.database.read

        async def counted(function: object) -> object:
            nonlocal reads
            reads += 1
            return await original(function)  # type: ignore[arg-type]

        here.database.read = counted  # type: ignore[method-assign, assignment]
        await asyncio.sleep(2.2)
        assert reads <= 4, "one poll a second, and nothing more"


async def _is(awaitable: object, value: int) -> bool:
    return bool(await awaitable == value)  # type: ignore[misc]


async def _published(database: object) -> bool:
    rows = await database.read(lambda session: outbox.unpublished(session, 1))  # type: ignore[attr-defined]
    return not rows


async def _name(here: object, name: str) -> bool:
    rows = await here.rows(copies)  # type: ignore[attr-defined]
    return bool(rows and rows[0].name == name)


async def _cursor_at(here: object, sequence: int) -> bool:
    rows = await here.rows(tables.cursors)  # type: ignore[attr-defined]
    return any(row.name == "copies" and row.stream_sequence == sequence for row in rows)


async def _settled(here: object) -> bool:
    info = await here.consumer()  # type: ignore[attr-defined]
    return bool(info["num_pending"] == 0 and info["num_ack_pending"] == 0)


def test_an_envelope_survives_its_encoding() -> None:
    from datetime import UTC, datetime
    from uuid import uuid4

    envelope = Envelope(
        id=uuid4(),
        publisher="testing",
        name="thing-made",
        version=1,
        aggregate_id=uuid4(),
        aggregate_version=7,
        agency="polresta-contoh",
        time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        correlation_id="c",
        causation_id="d",
        data={"a": 1},
    )
    assert Envelope.decode(envelope.encode()) == envelope
