"""The cluster that other tests stand on."""

import asyncio
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.js.api import StreamConfig

from tests.support.nats_cluster import NatsCluster
from tests.support.wait import eventually


@pytest.mark.slow
async def test_a_killed_leader_loses_no_acknowledged_message(tmp_path: Path) -> None:
    async with NatsCluster(tmp_path) as cluster:
        client = await nats.connect(
            cluster.url.split(","), reconnect_time_wait=0.05, max_reconnect_attempts=-1, connect_timeout=1
        )
        stream = client.jetstream(timeout=2)
        await stream.add_stream(StreamConfig(name="EVENTS", subjects=["evt.>"], num_replicas=3))
        killed = -1
        for number in range(200):
            if number == 100:
                killed = await cluster.leader_of("EVENTS")
                cluster.kill(killed)
            await publish_until_acknowledged(stream, number)
        assert (await cluster.leader_of("EVENTS")) != killed
        assert (await stream.stream_info("EVENTS")).state.messages == 200
        await cluster.start(killed)

        async def caught_up() -> bool:
            state = (await stream.stream_info("EVENTS")).cluster
            replicas = (state.replicas if state else None) or []
            return len(replicas) == 2 and all(peer.current for peer in replicas)

        await eventually(caught_up, 30, "the restarted node caught up")
        await client.close()


async def publish_until_acknowledged(stream: nats.js.JetStreamContext, number: int) -> None:
    while True:
        try:
            await stream.publish("evt.x", b"x", headers={"Nats-Msg-Id": str(number)})
            return
        except (nats.errors.Error, TimeoutError):
            await asyncio.sleep(0.05)
