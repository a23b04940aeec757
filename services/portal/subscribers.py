"""Event consumer of the live feed: the newest public events, in memory."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.envelope import Envelope, MalformedEnvelope
from shared.events.broker import EVENTS
from shared.events.puller import PassingPuller, PullerLost
from shared.host.service import Running
from shared.worker import Worker

KEPT = 50
WAITING = 200
LOOKED_BACK = 1000
"""How far back the feed starts looking: not all of the newest events are public."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An event of the feed, without its data except for the title."""

    sequence: int
    id: UUID
    event_type: str
    version: int
    subject: UUID
    agency: str
    dataschema: str
    time: datetime
    title: str
    correlation_id: str
    causation_id: str


class Feed(Worker):
    """Follows public events, keeping the newest fifty; slow readers are disconnected."""

    poll = 0.0
    retry = (1.0,)

    def __init__(self, runtime: Running) -> None:
        super().__init__(runtime.service.name, "feed")
        self.bus = runtime.bus
        self.recent: deque[FeedItem] = deque(maxlen=KEPT)
        self.watchers: set[asyncio.Queue[FeedItem | None]] = set()
        self._next = 0

    async def step(self) -> None:
        """Follow until the position in the stream is lost."""
        last = (await self.bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"]
        if not 0 < self._next <= last + 1:  # at first, or if the broker lost its store
            self._next = max(1, last - LOOKED_BACK + 1)
        with suppress(PullerLost):
            async with PassingPuller(self.bus, self.service, self._next) as puller:
                self.beat()
                while True:
                    for message in await puller.next():
                        self._arrived(message.metadata.sequence.stream, message.data)
                    self.beat()

    def _arrived(self, sequence: int, body: bytes) -> None:
        self._next = sequence + 1
        try:
            envelope = Envelope.decode(body)
        except MalformedEnvelope:
            return
        if not envelope.public:
            return
        happened = FeedItem(
            sequence=sequence,
            id=envelope.id,
            event_type=envelope.event_type,
            version=envelope.version,
            subject=envelope.aggregate_id,
            agency=envelope.agency,
            dataschema=envelope.dataschema,
            time=envelope.time,
            title=_title_of(envelope),
            correlation_id=envelope.correlation_id,
            causation_id=envelope.causation_id,
        )
        self.recent.append(happened)
        for watcher in list(self.watchers):
            if watcher.full():
                self.watchers.discard(watcher)
                watcher.get_nowait()
                watcher.put_nowait(None)
            else:
                watcher.put_nowait(happened)

    def watch(self) -> asyncio.Queue[FeedItem | None]:
        """A queue with the kept events and all later ones; ``None`` ends it."""
        queue: asyncio.Queue[FeedItem | None] = asyncio.Queue(WAITING)
        for happened in self.recent:
            queue.put_nowait(happened)
        self.watchers.add(queue)
        return queue


def _title_of(envelope: Envelope) -> str:
    """The title of its subject."""
    told = envelope.told
    return str(told.get("title") or told.get("name") or "")
