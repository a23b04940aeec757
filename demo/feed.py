"""Live feed client (Server-Sent Events), with resumption."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiohttp
import orjson

AGAIN_AFTER = 0.2
# The feed writes at least a heartbeat every fifteen seconds.
SILENCE = aiohttp.ClientTimeout(total=None, sock_read=40)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """An event of the feed; ``sequence`` is its position in the stream of all events."""

    sequence: int
    id: str
    type: str
    label: str
    correlation: str
    causation: str


@asynccontextmanager
async def listening(
    session: aiohttp.ClientSession, url: str, hear: Callable[[FeedEvent], None]
) -> AsyncIterator[None]:
    """Receive every event while the block runs; ``aiohttp.ClientError`` if the first connection fails."""
    feed = _Feed(session, url, hear)
    task = asyncio.create_task(feed.follow(await feed.open()))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class _Feed:
    def __init__(self, session: aiohttp.ClientSession, url: str, hear: Callable[[FeedEvent], None]) -> None:
        self.session = session
        self.url = url
        self.hear = hear
        self.last = 0

    async def open(self) -> aiohttp.ClientResponse:
        """Connect, and resume after the last event received."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(self.last)}
        return await self.session.get(self.url, headers=headers, timeout=SILENCE, raise_for_status=True)

    async def follow(self, answer: aiohttp.ClientResponse) -> None:
        """Receive events until cancelled."""
        while True:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with answer:
                    await self._read(answer)
            with suppress(aiohttp.ClientError, TimeoutError):
                answer = await self.open()
                continue
            await asyncio.sleep(AGAIN_AFTER)

    async def _read(self, answer: aiohttp.ClientResponse) -> None:
        async for line in answer.content:
            name, _, value = line.rstrip(b"\n").partition(b": ")
            if name == b"id":
                self.last = int(value)
            elif name == b"data":
                told = orjson.loads(value)
                self.hear(
                    FeedEvent(
                        sequence=self.last,
                        id=told["id"],
                        type=told["type"],
                        label=told["label"],
                        correlation=told["correlation"],
                        causation=told["causation"],
                    )
                )
