"""What provisioning promises: declared once, drift reported with both values, nothing reset by a start."""

from __future__ import annotations

from shared.events import streams
from shared.host.nats_server import NatsServer
from tests.events.world import working, world


async def test_trap_14_starting_a_service_leaves_the_stream_as_it_is(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        changed = streams.declared_stream(1) | {
            "max_age": 7_000_000_000_000,
            "duplicate_window": 1_000_000_000,
        }
        await here.bus.api("STREAM.UPDATE.EVENTS", changed)
        await here.consume()
        config = (await here.bus.api("STREAM.INFO.EVENTS"))["config"]
        assert (config["max_age"], config["duplicate_window"]) == (7_000_000_000_000, 1_000_000_000)


async def test_trap_15_a_changed_consumer_is_reported_and_updated(
    broker_server: NatsServer, sqlite_url: str
) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        assert await streams.diff(here.bus, 1, [("testing", here.reaction)]) == []
        other = working(in_flight=7)
        (drift,) = await streams.diff(here.bus, 1, [("testing", other)])
        assert str(drift) == "testing-work: max_ack_pending is 64, declared 7"
        assert await streams.apply(here.bus, 1, [("testing", other)]) == [drift]
        assert await streams.diff(here.bus, 1, [("testing", other)]) == []
        assert (await here.consumer())["config"]["max_ack_pending"] == 7


async def test_what_is_missing_is_reported(broker_server: NatsServer, sqlite_url: str) -> None:
    async with world(broker_server.url, sqlite_url) as here:
        await here.bus.api("CONSUMER.DELETE.EVENTS.testing-work")
        (drift,) = await streams.diff(here.bus, 1, [("testing", here.reaction)])
        assert "missing" in str(drift)
        await here.bus.api("STREAM.DELETE.EVENTS")
        (drift,) = await streams.diff(here.bus, 1, [("testing", here.reaction)])
        assert str(drift) == "EVENTS: stream is missing (declared: 'EVENTS')"
        await streams.apply(here.bus, 1, [("testing", here.reaction)])
        assert await streams.diff(here.bus, 1, [("testing", here.reaction)]) == []
