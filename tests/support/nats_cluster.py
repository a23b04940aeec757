"""Three nats-servers on loopback, for streams with three replicas."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import nats
import nats.errors
from nats.aio.client import Client
from nats.js.api import StreamConfig

from shared.host.nats_server import NatsServer
from tests.support.ports import free_port
from tests.support.wait import eventually

NODES = 3

T = TypeVar("T")


class NatsCluster:
    """A cluster whose nodes can be killed and started one by one; `async with` runs it."""

    def __init__(self, data: Path):
        ports = [free_port() for _ in range(NODES)]
        secret = secrets.token_hex(16)
        routes = ", ".join(f'"nats://route:{secret}@127.0.0.1:{port}"' for port in ports)
        self.nodes = [
            NatsServer(
                data / f"node-{index}",
                name=f"node-{index}",
                settings=f"""cluster {{
                    name: "kemitraan", listen: "127.0.0.1:{port}", no_advertise: true
                    authorization {{ user: "route", password: "{secret}" }}
                    routes: [{routes}]
                }}""",
            )
            for index, port in enumerate(ports)
        ]
        for node in self.nodes:
            node.password = self.nodes[0].password  # one account, whichever node answers

    @property
    def url(self) -> str:
        """All nodes, comma separated, as NATS_URL takes them."""
        return ",".join(node.url for node in self.nodes)

    async def __aenter__(self) -> Self:
        try:
            await asyncio.gather(*(node.start() for node in self.nodes))
            await self.ready()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        await asyncio.gather(*(node.stop() for node in self.nodes))

    def kill(self, index: int) -> None:
        """SIGKILL to one node."""
        self.nodes[index].kill()

    async def start(self, index: int) -> None:
        """Bring a killed node back on its port; it catches up afterwards."""
        await self.nodes[index].start()

    async def leader_of(self, stream: str) -> int:
        """The index of the node that leads a stream, once there is one that runs."""

        async def leader() -> str | None:
            async with _client(self.url) as client:
                info = await client.jetstream(timeout=2).stream_info(stream)
            name = info.cluster.leader if info.cluster else None
            return name if name and self.nodes[_index(name)].running else None

        return _index(await eventually(_tolerant(leader), 30, f"a leader of {stream}") or "")

    async def ready(self) -> None:
        """Wait until a stream with three replicas can be made: the cluster's own readiness."""

        async def replicated() -> bool:
            async with _client(self.url) as client:
                stream = client.jetstream(timeout=2)
                await stream.add_stream(
                    StreamConfig(name="probe", subjects=["probe"], num_replicas=NODES, max_bytes=1024)
                )
                return await stream.delete_stream("probe")

        await eventually(_tolerant(replicated), 30, "a cluster that takes three replicas")


def _tolerant(condition: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """The condition with a cluster's passing errors turned into "not yet"."""

    async def tolerant() -> T:
        try:
            return await condition()
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise AssertionError(repr(error)) from error

    return tolerant


@contextlib.asynccontextmanager
async def _client(url: str) -> AsyncIterator[Client]:
    client = await nats.connect(url.split(","), connect_timeout=1, max_reconnect_attempts=3)
    try:
        yield client
    finally:
        await client.close()


def _index(name: str) -> int:
    return int(name.rsplit("-", 1)[1])
