"""Projections: local copies of other services' data, in order and exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
import structlog
from nats.aio.msg import Msg

from shared.contracts.envelope import Envelope, subject_filter
from shared.contracts.event import Event
from shared.database.database import Database
from shared.database.transaction import Context, Transaction
from shared.events import cursor, inbox, spans
from shared.events.broker import EVENTS, Bus
from shared.events.puller import Puller, PullerLost, place_of
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.worker import Worker

log = structlog.get_logger(__name__)
E = TypeVar("E", bound=Event)
Apply = Callable[[Transaction, Any], None]
LOOK_SECONDS = 5.0
LARGEST_LAG = 1000


class CursorMoved(RuntimeError):
    """Another instance has moved the cursor."""


class Projection:
    """The events of a projection and their handlers; a rebuild empties ``tables``."""

    def __init__(self, name: str, *, tables: Sequence[sa.Table]) -> None:
        self.name = name
        self.tables = tuple(tables)
        self.handlers: dict[str, Apply] = {}
        self.events: list[type[Event]] = []

    def on(
        self, event: type[E]
    ) -> Callable[[Callable[[Transaction, E], None]], Callable[[Transaction, E], None]]:
        """Register the handler of ``event``, which updates the rows."""

        def register(function: Callable[[Transaction, E], None]) -> Callable[[Transaction, E], None]:
            self.handlers[event.type()] = function
            self.events.append(event)
            return function

        return register

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        """Apply one event to the rows; they belong to the event's agency."""
        tx.agency = envelope.agency
        self.handlers[envelope.event_type](tx, envelope.event())

    def durable(self, service: str) -> str:
        """The name of the durable consumer."""
        return f"{service}-{self.name}"

    @property
    def filter_subjects(self) -> list[str]:
        """The subjects that this projection follows."""
        return [subject_filter(event) for event in self.events]


class ProjectionRunner(Worker):
    """Follows the stream for one projection: rows and cursor move in the same transaction."""

    poll = 0.0
    retry = (0.2, 1.0, 5.0, 15.0)
    tolerates = 0

    def __init__(self, service: str, projection: Projection, database: Database, bus: Bus) -> None:
        name = f"projection {projection.name}"
        super().__init__(service, name, lock=(database, f"{service}/projection/{projection.name}"))
        self.projection = projection
        self.database = database
        self.bus = bus
        self.failing = "not started"
        self.took_over = False
        self.lag = 0
        self.after_apply: Callable[[], None] = lambda: None
        self._consumer = projection.durable(service)
        self._context = Context(actor=SYSTEM, correlation_id="projection", causation_id="projection")
        self._puller: Puller | None = None
        bus.on_reconnect(self._reconnected)

    def _reconnected(self) -> None:
        if self._puller is not None:
            self._puller.wake()

    async def step(self) -> None:
        """Follow until the position is lost, or moved by another instance."""
        if self.took_over:
            self.took_over, self.failing = False, "taking over"
        try:
            await self._follow()
        except (PullerLost, CursorMoved) as error:
            log.debug("projection starts again", projection=self.projection.name, reason=str(error))

    def state(self) -> tuple[bool, str]:
        works, said = super().state()
        if works and self.lag > LARGEST_LAG:
            return False, f"{self.lag} events behind"
        return works, said

    def stand_by(self) -> None:
        super().stand_by()
        self.took_over, self.lag = True, 0

    def log_reason(self, error: BaseException, reason: str) -> None:
        if self.bus.is_connected:  # the broker's absence is logged once for all
            log.error(
                "projection stands still",
                service=self.service,
                projection=self.projection.name,
                reason=reason,
            )

    async def _follow(self) -> None:
        created, sequence = await self._position()
        async with Puller(self.bus, self._consumer, sequence + 1) as puller:
            self._puller = puller
            self._note_lag(puller)
            if not puller.pending:
                self.beat()
            while True:
                messages = await self._next(puller, created, sequence)
                try:
                    sequence = await self._apply(messages, created, sequence)
                except (CursorMoved, PullerLost):
                    raise
                except Exception:
                    # One event cannot be applied: apply all before it, then stop at it, visibly.
                    for message in messages:
                        sequence = await self._apply([message], created, sequence)
                self._note_lag(puller)
                self.beat()

    async def _next(self, puller: Puller, created: str, sequence: int) -> list[Msg]:
        """The next messages; also checks whether another instance moved the cursor (as a rebuild does)."""
        name, read_at = self.projection.name, -1
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    return await puller.next()
            except TimeoutError:
                if self.database.is_as_at(read_at):
                    continue
                read_at = self.database.commits
                known = await self.database.read(lambda session: cursor.load(session, name))
                if known != cursor.Cursor(created, sequence):
                    raise CursorMoved(f"{name} no longer stands at {sequence}") from None

    def _note_lag(self, puller: Puller) -> None:
        self.lag = puller.behind
        metrics.PROJECTION_LAG.labels(self.service, self.projection.name).set(self.lag)

    async def _position(self) -> tuple[str, int]:
        """The start position: the beginning if the stream has changed; the inbox skips known events."""
        info = await self.bus.api(f"STREAM.INFO.{EVENTS}")
        created: str = info["created"]
        name = self.projection.name
        known = await self.database.read(lambda session: cursor.load(session, name))
        lost = known is not None and (
            known.stream_created != created or known.stream_sequence > info["state"]["last_seq"]
        )
        if known is None or lost:
            await self.database.write(
                self._context, lambda tx: cursor.save(tx.session, name, created, 0, tx.now)
            )
            return created, 0
        return created, known.stream_sequence

    async def _apply(self, messages: Sequence[Msg], created: str, sequence: int) -> int:
        fresh = [message for message in messages if place_of(message)[0] > sequence]
        if not fresh:
            return sequence
        last, *_ = place_of(fresh[-1])
        envelopes = [Envelope.decode(message.data) for message in fresh]
        with spans.processing(self._consumer, envelopes, (message.headers for message in fresh)):
            await self.database.write(
                self._context,
                lambda tx: self._apply_in(tx, envelopes, created, sequence, last),
                long=len(envelopes) > 1,
            )
        self.after_apply()
        metrics.EVENTS_PROJECTED.labels(self.service, self.projection.name).inc(len(fresh))
        for envelope in envelopes[-1:]:
            age = (self.database.clock.now() - envelope.time).total_seconds()
            metrics.EVENT_AGE_WHEN_PROJECTED.labels(self.service).observe(max(0.0, age))
        return last

    def _apply_in(
        self, tx: Transaction, envelopes: Sequence[Envelope], created: str, expected: int, last: int
    ) -> None:
        name = self.projection.name
        if cursor.load(tx.session, name, lock=True) != cursor.Cursor(created, expected):
            raise CursorMoved(f"{name} no longer stands at {expected}")
        new = inbox.claim_all(tx.session, f"projection/{name}", [envelope.id for envelope in envelopes])
        for envelope in envelopes:
            if envelope.id in new:
                new.discard(envelope.id)
                self.projection.apply(tx, envelope)
        cursor.save(tx.session, name, created, last, tx.now)

    async def rebuild(self) -> None:
        """Empty the projection's tables and rebuild them from the beginning of the stream."""
        name = self.projection.name

        def empty(tx: Transaction) -> None:
            for table in reversed(self.projection.tables):
                tx.execute(sa.delete(table))
            inbox.forget(tx.session, f"projection/{name}")
            known = cursor.load(tx.session, name, lock=True)
            cursor.save(tx.session, name, known.stream_created if known else "", 0, tx.now)

        if not self.stands_by:
            self.failing = "rebuilding"
        await self.database.write(self._context, empty, long=True)
        if self._puller is not None:
            self._puller.lose("rebuild")
