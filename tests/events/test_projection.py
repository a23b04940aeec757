"""What a projection promises: strict order, exactly one effect, rebuildable."""

from __future__ import annotations

import asyncio

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.database import tables
from shared.events.puller import BATCH, PassingPuller, place_of
from shared.host.nats_server import NatsServer
from tests.events.world import World, copies, world
from tests.support.wait import eventually


async def applied(here: World, name: str) -> bool:
    return any(row.name == name for row in await here.rows(copies))


async def test_copies_follow_what_was_published(broker_server: NatsServer, database_url: str) -> None:
    async with world(broker_server.url, database_url) as here:
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("first")
        for number in range(20):
            await here.rename(thing.id, f"name {number}")
        await eventually(lambda: applied(here, "name 19"))
        assert (await here.rows(copies))[0].applied == 21


async def test_trap_06_order_holds_through_broken_connections(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("first")
        for round_ in range(3):
            for number in range(40):
                await here.rename(thing.id, f"{round_} {number}")
            broker_server.kill()
            await broker_server.exited()
            await broker_server.restart()
        await here.rename(thing.id, "last")
        await eventually(lambda: applied(here, "last"), timeout=30)
        assert (await here.rows(copies))[0].applied == 122, "each revision once, in order"


async def test_trap_05_an_event_after_a_broker_restart_does_not_wait(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await here.consume()
        here.run(here.relay.run(), here.follower.run())
        await here.make("before")
        await eventually(lambda: applied(here, "before"))
        broker_server.kill()
        await broker_server.exited()
        await broker_server.restart()
        await eventually(lambda: here.bus.is_connected)
        await here.make("after")
        # Bounds a stall: the puller's own silence limit would be 12.5 s.
        await eventually(lambda: applied(here, "after"), timeout=6)


async def test_trap_21_one_aggregate_twice_in_a_batch(broker_server: NatsServer, database_url: str) -> None:
    async with world(broker_server.url, database_url) as here:
        thing = await here.make("first")
        await here.rename(thing.id, "second")
        await here.rename(thing.id, "third")
        await here.relay.publish_once()
        here.run(here.follower.run())
        await eventually(lambda: applied(here, "third"))
        assert (await here.rows(copies))[0].applied == 3


async def test_trap_22_a_slow_follower_holds_at_most_one_batch(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await asyncio.gather(*(here.make(f"{n}") for n in range(2000)))
        while await here.relay.publish_once():
            pass
        async with PassingPuller(here.bus, "testing", 1) as puller:
            seen, largest = 0, 0
            while seen < 2000:
                messages = await puller.next()
                seen += len(messages)
                await asyncio.sleep(0.02)  # slower than the broker delivers
                largest = max(largest, len(puller._ready))
            assert 0 < largest <= BATCH


async def test_a_rebuild_gives_the_same_rows(broker_server: NatsServer, database_url: str) -> None:
    async with world(broker_server.url, database_url) as here:
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("first")
        await here.rename(thing.id, "second")
        await eventually(lambda: applied(here, "second"))
        before = await here.rows(copies)
        await here.follower.rebuild()
        await eventually(lambda: applied(here, "second"))
        assert await here.rows(copies) == before


@pytest.mark.parametrize("domain", ["", "_.hash."], ids=["short", "with a domain"])
def test_the_place_of_a_message_is_read_from_its_reply_subject(domain: str) -> None:
    more = ".random" if domain else ""
    message = Msg(
        _client=Client(), reply=f"$JS.ACK.{domain}EVENTS.testing-copies.1.70.7.1700000000000000000.3{more}"
    )
    metadata = message.metadata
    assert place_of(message) == (70, 7, 3)
    assert place_of(message) == (metadata.sequence.stream, metadata.sequence.consumer, metadata.num_pending)


async def test_a_rebuild_that_was_cut_off_is_gone_on_with(
    broker_server: NatsServer, database_url: str
) -> None:
    async with world(broker_server.url, database_url) as here:
        here.run(here.relay.run(), here.follower.run())
        thing = await here.make("first")
        for number in range(2 * BATCH):
            await here.rename(thing.id, f"name {number}")
        await eventually(lambda: applied(here, f"name {2 * BATCH - 1}"))
        before = await here.rows(copies)
        for _ in range(3):  # begun again while it goes on, and cut off by the end of its process
            await here.follower.rebuild()
        await here.halt()
        assert await here.rows(copies) != before
        here.run(here.relay.run(), here.follower.run())
        await eventually(lambda: applied(here, f"name {2 * BATCH - 1}"))
        assert await here.rows(copies) == before


async def test_a_poison_event_stops_the_projection_visibly_and_loses_nothing(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        original = here.follower.projection.handlers["testing.thing-renamed"]

        def broken(tx: object, event: object) -> None:
            raise ValueError("cannot apply this")

        here.follower.projection.handlers["testing.thing-renamed"] = broken
        thing = await here.make("first")
        await here.rename(thing.id, "second")
        await here.make("behind it")
        await here.relay.publish_once()
        here.run(here.follower.run())
        await eventually(lambda: "cannot apply this" in (here.follower.failing or ""))
        assert [row.name for row in await here.rows(copies)] == ["first"], "what came before is applied"
        here.follower.projection.handlers["testing.thing-renamed"] = original
        await eventually(lambda: applied(here, "behind it"), timeout=20)
        assert here.follower.failing is None


async def test_two_instances_apply_each_event_once(broker_server: NatsServer, database_url: str) -> None:
    if database_url.startswith("sqlite"):
        async with world(broker_server.url, database_url) as here:
            here.run(here.relay.run(), here.follower.run(), here.follower.run())
            await _rename_many(here)
        return
    async with world(broker_server.url, database_url) as one, world(broker_server.url, database_url) as two:
        one.run(one.relay.run(), one.follower.run())
        two.run(two.relay.run(), two.follower.run())
        await _rename_many(one)


async def _rename_many(here: World) -> None:
    thing = await here.make("first")
    for number in range(30):
        await here.rename(thing.id, f"{number}")
    await eventually(lambda: applied(here, "29"), timeout=20)
    assert (await here.rows(copies))[0].applied == 31
    assert await here.count(tables.outbox) == 31


@pytest.mark.parametrize("events", [1, 700])
async def test_lag_is_known(broker_server: NatsServer, sqlite_url: str, events: int) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await asyncio.gather(*(here.make(f"{n}") for n in range(events)))
        while await here.relay.publish_once():
            pass
        async with PassingPuller(here.bus, "testing", 1) as puller:
            assert puller.pending == events
