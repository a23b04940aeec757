"""HTTP load generator with kept-alive connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import orjson

from benchmarks.workload import Workload

PATIENCE = 30.0


class Connection(asyncio.Protocol):
    """One kept-alive connection, opened again when the server closed it; one request at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._buffer = b""
        self._answer: asyncio.Future[bytes] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Collect until the body is complete."""
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or self._answer is None:
            return
        length = next(
            int(line.partition(b":")[2])
            for line in head.lower().split(b"\r\n")
            if line[:15] == b"content-length:"
        )
        if len(body) < length:
            return
        answer, self._answer, self._buffer = self._answer, None, b""
        if head[9:10] == b"2":
            answer.set_result(body)
        else:
            answer.set_exception(RuntimeError(f"{head.decode()}\n{body.decode()}"))

    def connection_lost(self, error: Exception | None) -> None:
        """Fail what waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("closed"))

    async def send(self, request: bytes) -> bytes:
        """Send a request and return the body of its answer, which must be a success."""
        if self.transport is None or self.transport.is_closing():
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)
        assert self.transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


@dataclass
class Load:
    """Requests to one server; ``base`` is where the services of ours are found, by their names."""

    port: int
    base: str
    token: str
    workload: Workload
    connections: int = 64

    async def __aenter__(self) -> Self:
        self.pool = [Connection(self.port) for _ in range(self.connections)]
        return self

    async def __aexit__(self, *_: object) -> None:
        for connection in self.pool:
            if connection.transport is not None:
                connection.transport.close()

    def _request(self, method: str, address: str, body: bytes = b"", **headers: str) -> bytes:
        sent = {"Host": "127.0.0.1", "Authorization": f"Bearer {self.token}"} | headers
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _get(self, path: str) -> bytes:
        return self._request("GET", self.base.format(service="bench") + path)

    def _post(self, number: int) -> bytes:
        workload = self.workload
        address = self.base.format(service=workload.service) + workload.path
        return self._request("POST", address, orjson.dumps(workload.body(number)), **workload.headers())

    async def first(self) -> None:
        """Send one request until it is answered with success: by then there is what it needs."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                await self.pool[0].send(self._post(0))
            except (RuntimeError, OSError):
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.05)
            else:
                return

    async def flood(self, count: int) -> None:
        """Send ``count`` requests as quickly as they are answered."""
        numbers = iter(range(count))

        async def one(connection: Connection) -> None:
            for number in numbers:
                await connection.send(self._post(number))

        await asyncio.gather(*map(one, self.pool))

    async def trickle(self, count: int, rate: float) -> None:
        """Send ``count`` requests at ``rate`` a second, whether or not earlier ones are answered."""
        free: asyncio.Queue[Connection] = asyncio.Queue()
        for connection in self.pool:
            free.put_nowait(connection)

        async def one(number: int) -> None:
            connection = await free.get()
            await connection.send(self._post(number))
            free.put_nowait(connection)

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                await asyncio.sleep(begun + number / rate - time.perf_counter())
                group.create_task(one(number))

    async def applied(self, count: int, progress: Callable[[], None] = lambda: None) -> None:
        """Wait until ``count`` copies are there."""
        while orjson.loads(await self.pool[0].send(self._get("/applied")))["applied"] < count:
            progress()
            await asyncio.sleep(0.01)

    async def latencies(self) -> list[float]:
        """Seconds from commit to copy since the last call."""
        content: list[float] = orjson.loads(await self.pool[0].send(self._get("/latencies")))
        return content
