"""What a reaction promises: its work is done once, tried again with growing delays, parked visibly."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.contracts.envelope import Envelope
from shared.database import tables
from shared.events import consumers, dead_letters, retries
from shared.events.broker import BrokerAway, closed
from shared.events.consumers import ConsumerConnection, attach, hand_back
from shared.events.reaction import ReactionRunner
from shared.host.nats_server import NatsServer
from shared.keys.broker_credentials import NOBODY
from tests.events.world import World, context, working, works, world
from tests.support.wait import eventually


async def settled(here: World, at_least: int = 1) -> bool:
    try:
        info = await here.consumer()
    except BrokerAway:
        return False
    done: int = info["ack_floor"]["consumer_seq"]
    return bool(info["num_pending"] == 0 and info["num_ack_pending"] == 0 and done >= at_least)


async def test_work_is_done_once_for_each_event(broker_server: NatsServer, database_url: str) -> None:
    async with world(broker_server.url, database_url) as here:
        await here.consume()
        here.run(here.relay.run())
        await asyncio.gather(*(here.make(f"{n}") for n in range(40)))
        await eventually(lambda: settled(here, 40))
        assert await here.count(works) == 40


async def test_trap_01_a_broker_that_is_long_away_does_not_freeze_the_loop(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await here.consume()
        here.run(here.relay.run())
        broker_server.kill()
        await broker_server.exited()
        widest, last = 0.0, time.monotonic()
        until = last + 4.0  # twenty reconnect attempts
        while time.monotonic() < until:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            widest, last = max(widest, now - last), now
        await here.make()
        await broker_server.restart()
        await eventually(lambda: settled(here), timeout=20)
        assert widest < 2.0, "a frozen loop would show as one gap of the whole time"
        assert await here.count(works) == 1


async def test_what_was_asked_for_before_the_connection_ended_is_asked_for_again(
    broker_server: NatsServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "ASKED_SECONDS", 3600.0)  # longer than this test is waited for
    async with world(broker_server.url, sqlite_url) as here:
        consuming = ConsumerConnection(broker_server.url, "testing", NOBODY, [here.worker])
        await consuming.start()
        here.run(here.relay.run())
        await here.make("first")
        await eventually(lambda: settled(here))
        await broker_server.restart()
        await here.make("second")
        await eventually(lambda: settled(here, 2), timeout=20)
        await consuming.stop()


async def test_trap_02_a_failing_message_is_tried_again(broker_server: NatsServer, sqlite_url: str) -> None:
    failures = iter([True])

    def fails_once(envelope: Envelope) -> None:
        if next(failures, False):
            raise ConnectionError("not yet")

    async with world(broker_server.url, sqlite_url, working(fails_once, retries=(0.1, 0.1))) as here:
        await here.consume()
        here.run(here.retries.run())
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: _count(here, 1))
        await eventually(lambda: settled(here))
        assert await here.count(tables.retries) == 0, "the row went with the work"


async def test_trap_03_retries_keep_their_distance(broker_server: NatsServer, sqlite_url: str) -> None:
    tries: list[float] = []

    def fails(envelope: Envelope) -> None:
        raise ConnectionError("never")

    async with world(broker_server.url, sqlite_url, working(fails, retries=(0.3, 0.9, 60.0))) as here:
        work = here.worker.work

        async def counted(*given: Any, **more: Any) -> bool:
            # Tries, not calls: a write whose group failed is run again within the same try.
            tries.append(time.monotonic())
            return await work(*given, **more)

        here.worker.work = counted  # type: ignore[method-assign]
        await here.consume()
        here.run(here.retries.run())
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: len(tries) >= 3)
        assert tries[1] - tries[0] >= 0.3
        assert tries[2] - tries[1] >= 0.9
        assert len(tries) == 3


async def test_trap_04_a_single_event_does_not_wait_for_a_full_batch(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await here.consume()
        waits = []
        for number in range(5):
            await here.make(f"{number}")
            await here.relay.publish_once()
            begun = time.monotonic()
            await eventually(lambda number=number: _count(here, number + 1), every=0.005)  # type: ignore[misc]
            waits.append(time.monotonic() - begun)
        assert sorted(waits)[2] < 0.5, "half of the fetch's own timeout: a batch that waits shows as 1 s"


async def _count(here: World, wanted: int) -> bool:
    return await here.count(works) == wanted


async def test_trap_16_slow_work_is_not_delivered_twice(broker_server: NatsServer, sqlite_url: str) -> None:
    started: list[UUID] = []

    def slow(envelope: Envelope) -> None:
        started.append(envelope.id)
        time.sleep(2.5)

    async with world(broker_server.url, sqlite_url, working(slow, ack_wait=1.0)) as here:
        await here.consume()
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: settled(here), timeout=20)
        assert len(started) == 1
        assert await here.count(works) == 1


async def test_trap_17_stopping_under_load_leaves_nothing_to_the_ack_wait(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    def slow(envelope: Envelope) -> None:
        time.sleep(0.02)

    async with world(broker_server.url, sqlite_url, working(slow, ack_wait=600.0)) as here:
        await here.consume()
        await asyncio.gather(*(here.make(f"{n}") for n in range(200)))
        while await here.relay.publish_once():
            pass
        await eventually(lambda: here.count(works))
        await hand_back(here.broker)
        await closed(here.broker.stop())
        done = await here.count(works)
        assert 0 < done < 200
        # With an ack_wait of ten minutes only a message that was handed back comes again in time.
        await here.consume()
        await eventually(lambda: settled(here), timeout=30)
        assert await here.count(works) == 200


async def test_what_was_fetched_and_never_begun_is_handed_back(
    broker_server: NatsServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A task that is cancelled before its first step, or a fetch that is, knows nothing of its messages."""

    async def never(*_arguments: Any, **_named: Any) -> None:
        await asyncio.Event().wait()

    async with world(broker_server.url, sqlite_url, working(ack_wait=600.0)) as here:
        with monkeypatch.context() as patched:
            patched.setattr(ReactionRunner, "settle", never)
            await here.consume()
            await here.make()
            await here.relay.publish_once()
            await eventually(lambda: _fetched(here, 1))
            assert await hand_back(here.broker) == 1
            await closed(here.broker.stop())
        await here.consume()
        await eventually(lambda: settled(here), timeout=30)
        assert await here.count(works) == 1


async def _fetched(here: World, number: int) -> bool:
    return bool((await here.consumer())["num_ack_pending"] == number)


async def test_what_waits_to_be_tried_again_holds_nobodys_place(
    broker_server: NatsServer, database_url: str
) -> None:
    """64 failing messages once filled the consumer until their delays were over."""
    bad: set[UUID] = set()

    def fails(envelope: Envelope) -> None:
        if envelope.data["name"].startswith("bad"):
            bad.add(envelope.id)
            raise ConnectionError("not today")

    async with world(broker_server.url, database_url, working(fails, retries=(3600.0,))) as here:
        await here.consume()
        here.run(here.relay.run(), here.retries.run())
        for number in range(here.reaction.in_flight):
            await here.make(f"bad {number}")
        await eventually(lambda: _retries(here, here.reaction.in_flight))
        await here.make("good")
        await eventually(lambda: _count(here, 1))
        await eventually(lambda: settled(here, here.reaction.in_flight + 1))
        assert len(bad) == here.reaction.in_flight
        assert await here.count(tables.retries) == here.reaction.in_flight, "an hour has not passed"


async def test_work_that_failed_is_done_once_when_its_time_has_come(
    broker_server: NatsServer, database_url: str
) -> None:
    broken = True

    def fails(envelope: Envelope) -> None:
        if broken:
            raise ConnectionError("not yet")

    async with world(broker_server.url, database_url, working(fails, retries=(0.1, 3600.0))) as here:
        await here.consume()
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: settled(here))
        await eventually(lambda: _swept(here))
        (row,) = await here.rows(tables.retries)
        assert (row.attempts, await here.count(works)) == (2, 0), "tried again, and longer put off"
        broken = False
        waiting = retries.Waiting(row.sequence, row.consumer, row.subject, row.envelope, row.attempts)
        await here.worker.again(waiting)
        assert (await here.count(works), await here.count(tables.retries)) == (1, 0)
        await here.worker.again(waiting)
        assert await here.count(works) == 1, "the inbox knows it"


async def test_the_last_try_leaves_a_dead_letter_and_no_row(
    broker_server: NatsServer, database_url: str
) -> None:
    def fails(envelope: Envelope) -> None:
        raise ConnectionError("never")

    async with world(broker_server.url, database_url, working(fails, retries=(0.05, 0.05))) as here:
        await here.consume()
        here.run(here.retries.run())
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: here.count(tables.dead_letters))
        assert await here.count(tables.retries) == 0
        (letter,) = await here.database.read(lambda session: dead_letters.listed(session))
        assert (letter.attempts, letter.error) == (3, "ConnectionError: never")


async def test_a_message_whose_row_was_written_before_a_crash_is_only_acknowledged(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    tries = []

    def fails(envelope: Envelope) -> None:
        tries.append(envelope.id)
        raise ConnectionError("not today")

    async with world(broker_server.url, sqlite_url, working(fails, retries=(3600.0,))) as here:
        kept, lost = here.worker._keep, iter([True])

        async def killed_after(failed: retries.FailedEvent, attempts: int) -> None:
            await kept(failed, attempts)
            if next(lost, False):
                raise RuntimeError("killed between the row and the acknowledgement")

        here.worker._keep = killed_after  # type: ignore[method-assign]
        await here.consume()
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: settled(here), timeout=20)
        assert len(set(tries)) == 1
        assert [row.attempts for row in await here.rows(tables.retries)] == [1]


async def test_trap_24_a_connection_that_is_closed_for_good_does_not_freeze_the_loop(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    """Revoked or ended credentials close it; FastStream then asks again without ever waiting."""
    async with world(broker_server.url, sqlite_url) as here:
        await here.consume()
        await here.broker._connection.close()  # type: ignore[union-attr]
        for _ in range(20):
            await asyncio.sleep(0.05)


async def test_a_connection_that_ends_while_it_is_taken_up_does_not_freeze_the_loop(
    broker_server: NatsServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two reactions one consumes already when the other's consumer is asked for."""
    original, asked = JetStreamContext.pull_subscribe, list[str]()

    async def pull_subscribe(self: JetStreamContext, *args: Any, **options: Any) -> Any:
        asked.append(options["durable"])
        if len(asked) > 1:
            await self._nc.close()
            await asyncio.sleep(0.3)  # the first one's turn
        return await original(self, *args, **options)

    monkeypatch.setattr(JetStreamContext, "pull_subscribe", pull_subscribe)
    async with world(broker_server.url, sqlite_url) as here:
        more = replace(here.reaction, name="more")
        attach(here.broker, ReactionRunner("testing", more, here.database))
        with pytest.raises(NatsError):
            await here.consume()
        assert asked == [reaction.durable("testing") for reaction in (here.reaction, more)]
        await closed(here.broker.stop())


async def _retries(here: World, wanted: int) -> bool:
    return await here.count(tables.retries) == wanted


async def _swept(here: World) -> bool:
    return bool(await here.retries.sweep())


async def test_hopeless_events_are_parked_and_never_block_the_others(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url, working(retries=(0.1,))) as here:
        await here.consume()
        await here.bus.request("evt.polresta-contoh.testing.thing-made.v1.x", b"not an event")
        await here.make("good")
        await here.relay.publish_once()
        await eventually(lambda: settled(here, 2))
        assert await here.count(works) == 1
        letters = await here.database.read(lambda session: dead_letters.listed(session))
        assert [letter.event_type for letter in letters] == ["testing.thing-made"]
        assert "MalformedEnvelope" in letters[0].error


async def test_a_dead_letter_can_be_replayed_once(broker_server: NatsServer, database_url: str) -> None:
    broken = True

    def fails(envelope: Envelope) -> None:
        if broken:
            raise RuntimeError("out of order")

    async with world(broker_server.url, database_url, working(fails, retries=())) as here:
        await here.consume()
        await here.make()
        await here.relay.publish_once()
        await eventually(lambda: settled(here))
        (letter,) = await here.database.read(lambda session: dead_letters.listed(session))
        assert "out of order" in letter.error
        broken = False

        envelope = Envelope.decode(letter.envelope)
        done = await here.worker.work(envelope, also=lambda tx: _settle(tx, letter.id, "replayed"))
        assert done
        assert await here.count(works) == 1
        with pytest.raises(dead_letters.DeadLetterSettled):
            await here.database.write(
                context(), lambda tx: dead_letters.settle(tx, letter.id, "discarded", "too late")
            )
        assert await here.database.read(dead_letters.count) == 0


def _settle(tx: object, letter_id: UUID, state: str) -> None:
    dead_letters.settle(tx, letter_id, state, None)  # type: ignore[arg-type]


async def test_the_stored_message_is_a_cloudevent(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        thing = await here.make("seen")
        await here.relay.publish_once()
        message = await here.bus.client.jetstream().get_msg("EVENTS", 1)
        body = orjson.loads(message.data or b"")
        assert body["specversion"] == "1.0"
        assert body["type"] == "testing.thing-made.v1"
        assert body["subject"] == str(thing.id)
        assert body["correlationid"] == "c-1"
        assert message.subject == f"evt.polresta-contoh.testing.thing-made.v1.{thing.id}"
