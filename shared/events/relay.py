"""Outbox relay: publishes events from the outbox to NATS, in order, at least once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from nats.errors import Error as NatsError

from shared.clock import new_id
from shared.contracts.envelope import CONTENT_TYPE
from shared.database import outbox
from shared.database.database import Database
from shared.database.outbox import OutboxRow
from shared.database.transaction import Context, Transaction
from shared.events import cursor, spans
from shared.events.broker import EVENTS, BrokerAway, Bus, JetStreamError, JetStreamUnavailable
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.worker import Worker

log = structlog.get_logger(__name__)
BATCH = 256
LOOKS = (0.0, 0.2, 1.0)


class StreamAhead(RuntimeError):
    """The stream has an event of ours that the outbox lacks: an older database was restored."""

    def __init__(self, service: str, event_id: UUID, sequence: int) -> None:
        super().__init__(
            f"the stream holds events of {service} that its database does not know (the newest: {event_id}, "
            f"number {sequence}): the database is older than the stream. Restore the newest database; "
            "docs/traps.md says what to do where it is lost"
        )


class Relay(Worker):
    """Publishes one service's outbox; of several instances one works and the others stand by."""

    poll = 1.0
    own_poll = 15.0
    """The same if nobody else writes to the database, whose commits wake it."""
    retry = (0.1, 0.5, 1.0, 2.0)
    tolerates = 1

    def __init__(self, service: str, database: Database, bus: Bus) -> None:
        super().__init__(service, "relay", lock=(database, f"{service}/relay"), wake=database.on_commit())
        self.database = database
        self.bus = bus
        self.paused = False
        self.silent_since: float | None = None  # by the loop's clock: since when the broker accepts nothing
        self._check_stream = True
        self._read_at = -1
        self._context = Context(actor=SYSTEM, correlation_id="relay", causation_id="relay")
        self.after_publish: Callable[[], None] = lambda: None
        bus.on_reconnect(self._reconnected)

    def _reconnected(self) -> None:
        self._check_stream = True
        self.end_pause()
        self.wake.set()

    def is_idle(self) -> bool:
        return self.database.is_as_at(self._read_at) and not self.paused

    async def until_next(self) -> float:
        return self.poll if self.database.is_shared or self.paused else self.own_poll

    async def step(self) -> None:
        """Publish all waiting events."""
        self._read_at = self.database.commits
        if self._check_stream:
            await self._refill_if_lost()
            self._check_stream = False
        rows = await self._waiting()
        while rows and not self.paused:
            rows = await self._carry(rows)
        self.silent_since = None

    def failed(self, error: BaseException) -> None:
        if isinstance(error, (NatsError, JetStreamError, JetStreamUnavailable)):
            self.silent_since = self.silent_since or asyncio.get_running_loop().time()
        else:
            self.silent_since = None
        self._check_stream = True
        super().failed(error)

    def log_reason(self, error: BaseException, reason: str) -> None:
        # The broker's absence is logged once for all, by its connections.
        if not isinstance(error, BrokerAway):
            log.warning(
                "relay cannot publish; events wait in the outbox", service=self.service, reason=reason
            )

    async def publish_once(self) -> int:
        """Publish the oldest waiting events; returns how many."""
        rows = await self._waiting()
        if rows:
            await self._carry(rows)
        return len(rows)

    async def _waiting(self) -> list[OutboxRow]:
        return await self.database.read(lambda session: outbox.unpublished(session, BATCH))

    async def _carry(self, rows: Sequence[OutboxRow]) -> list[OutboxRow]:
        """Publish and mark; returns the events waiting by then, read in the same transaction."""
        headers = [_headers(row) for row in rows]
        with spans.publishing((row.envelope for row in rows), headers):
            stored = await self._publish(rows, headers)
        self.after_publish()
        now = self.database.clock.now()
        pairs = [(row.sequence, sequence) for row, sequence in zip(rows, stored, strict=True)]

        def mark(tx: Transaction) -> list[OutboxRow]:
            outbox.mark(tx.session, pairs, now)
            return outbox.unpublished(tx.session, BATCH)

        following = await self.database.write(self._context, mark)
        metrics.EVENTS_PUBLISHED.labels(self.service).inc(len(rows))
        return following

    async def _publish(self, rows: Sequence[OutboxRow], headers: Sequence[dict[str, str]]) -> list[int]:
        if len(rows) > 1:
            try:
                return await self._publish_batch(rows, headers)
            except JetStreamError as error:
                # A batch with an event that is already stored is refused as a whole (10201).
                log.info("batch refused, publishing one by one", service=self.service, reason=str(error))
        return [await self._publish_one(row, own) for row, own in zip(rows, headers, strict=True)]

    async def _publish_one(self, row: OutboxRow, headers: dict[str, str]) -> int:
        answer = await self.bus.request(row.subject, row.envelope, headers=headers)
        return int(answer["seq"])

    async def _publish_batch(self, rows: Sequence[OutboxRow], headers: Sequence[dict[str, str]]) -> list[int]:
        """All or nothing: an atomic batch (``Nats-Batch-*``, NATS server ≥ 2.12)."""
        batch = str(new_id())
        for position, (row, own) in enumerate(zip(rows[:-1], headers[:-1], strict=True), 1):
            place = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(position)}
            await self.bus.client.publish(row.subject, row.envelope, headers=own | place)
        place = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(rows)), "Nats-Batch-Commit": "1"}
        answer = await self.bus.request(rows[-1].subject, rows[-1].envelope, headers=headers[-1] | place)
        last = int(answer["seq"])
        return list(range(last - len(rows) + 1, last + 1))

    async def _refill_if_lost(self) -> None:
        """Queue the history again if the stream is another one, or lacks our last event."""
        info = await self.bus.api(f"STREAM.INFO.{EVENTS}")
        created: str = info["created"]
        known = await self.database.read(lambda session: cursor.load(session, "relay"))
        last = await self.database.read(outbox.last_published)
        lost = known is not None and known.stream_created != created
        if not lost and last is not None:
            lost = not await self._stream_holds(*last)
        if not lost:
            await self._require_known()

        def note(tx: Transaction) -> int:
            cursor.save(tx.session, "relay", created, 0, tx.now)
            return outbox.unpublish_all(tx.session) if lost else 0

        if lost or known is None:
            queued = await self.database.write(self._context, note)
            if lost:
                log.warning(
                    "the broker lost events: refilling from the outbox", service=self.service, events=queued
                )

    async def _require_known(self) -> None:
        """Raise :class:`StreamAhead` if the newest event of ours in the stream is unknown here."""
        newest = await self.bus.last(f"evt.*.{self.service}.>")
        headers = (newest.headers or {}) if newest else {}
        try:
            event_id = UUID(headers["Nats-Msg-Id"])
        except (LookupError, ValueError):
            return  # it does not exist, or somebody else created it
        if not await self.database.read(lambda session: outbox.knows(session, event_id)):
            raise StreamAhead(self.service, event_id, int(headers.get("Nats-Sequence", 0)))

    async def _stream_holds(self, event_id: UUID, sequence: int, subject: str) -> bool:
        """Whether the last event is in the stream; asked by subject, as a service may read only its own."""
        for pause in LOOKS:  # an outdated replica may have answered
            await asyncio.sleep(pause)
            last_message = await self.bus.last(subject)
            stored = (last_message.headers or {}) if last_message else {}
            at = int(stored.get("Nats-Sequence", 0))
            if at > sequence or (at == sequence and stored.get("Nats-Msg-Id") == str(event_id)):
                return True
        return False


def _headers(row: OutboxRow) -> dict[str, str]:
    return {"Nats-Msg-Id": str(row.event_id), "content-type": CONTENT_TYPE}
