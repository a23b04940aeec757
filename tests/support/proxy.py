"""A TCP proxy on loopback that slows, swallows, refuses or resets what passes through it."""

import asyncio
import contextlib
import socket
import struct
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536


class Proxy:
    """Stands before a server at `host:port`; its faults are switched while it runs.

    `delay` holds back each chunk that many seconds, in both directions. `drop` swallows all bytes
    while connections stay open, as a network that lost its route does. `cut_at` resets all connections where
    a client sends that word, once: before it arrives, or instead of its answer where `answered_for` is True;
    `cut_for_good` is as refuse().
    """

    def __init__(self, port: int, host: str = "127.0.0.1"):
        self.delay = 0.0
        self.drop = False
        self.cut_at = b""
        self.answered_for = False
        self.cut_for_good = False
        self._answer = asyncio.Event()
        self.port = 0
        self.connections = 0
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.accept()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def accept(self) -> None:
        """Listen, again on the same port after refuse()."""
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Close the listener and every connection, so that connecting again is refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.reset()

    def reset(self) -> None:
        """End every connection with RST; new ones are accepted."""
        for writer in list(self._writers):
            peer: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        opened = [writer]
        try:
            with contextlib.suppress(OSError):
                to_reader, to_writer = await asyncio.open_connection(*self._target)
                opened.append(to_writer)
                self._writers.update(opened)
                await asyncio.gather(
                    self._pump(reader, to_writer), self._pump(to_reader, writer, is_answer=True)
                )
        finally:
            for each in opened:
                self._writers.discard(each)
                each.transport.abort()
            self._tasks.discard(task)

    async def _cut(self, chunk: bytes, writer: asyncio.StreamWriter) -> None:
        self.cut_at = b""
        if self.answered_for:
            self.drop = True
            self._answer.clear()
            writer.write(chunk)
            await self._answer.wait()
            self.drop = False
        if self.cut_for_good:
            await self.refuse()
        self.reset()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool = False
    ) -> None:
        while chunk := await reader.read(CHUNK_BYTES):
            if is_answer:
                self._answer.set()
            elif self.cut_at and self.cut_at in chunk:
                await self._cut(chunk, writer)
                return
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.drop:
                continue
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
