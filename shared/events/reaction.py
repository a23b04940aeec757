"""Reactions: side effects of an event, done once, retried with back-off, then parked as dead letters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from faststream.nats import NatsMessage

from shared.contracts.envelope import Envelope, MalformedEnvelope, subject_filter
from shared.contracts.event import Event
from shared.database.database import Database
from shared.database.transaction import Context, Transaction
from shared.events import dead_letters, inbox, retries, spans
from shared.events.retries import SCHEDULE, FailedEvent, Waiting
from shared.identity.actor import SYSTEM
from shared.observability import metrics

log = structlog.get_logger(__name__)
AWAY_SECONDS = 5.0
KEEPS_FAILING = 3
"""The number of consecutive failures from which probes report a reaction."""
FORGOTTEN_SECONDS = 60.0
"""How long after its next try a row counts as taken by another instance, or as done."""
_CONTEXT = Context(actor=SYSTEM, correlation_id="reactions", causation_id="reactions")


@dataclass(frozen=True, slots=True)
class Reaction:
    """Which events trigger which work. ``handle`` runs in one transaction together with the inbox row."""

    name: str
    events: tuple[type[Event], ...]
    handle: Callable[[Transaction, Envelope, Any], None]
    retries: tuple[float, ...] = SCHEDULE
    ack_wait: float = 30.0
    in_flight: int = 64

    def durable(self, service: str) -> str:
        """The name of the durable consumer."""
        return f"{service}-{self.name}"

    @property
    def filter_subjects(self) -> list[str]:
        """The subjects that this reaction consumes."""
        return [subject_filter(event) for event in self.events]


class ReactionRunner:
    """Runs one reaction's work and decides the fate of each message."""

    def __init__(self, service: str, reaction: Reaction, database: Database) -> None:
        self.service = service
        self.reaction = reaction
        self.database = database
        self.postponed = asyncio.Event()
        self.name = f"reaction {reaction.name}"
        self._labels = (service, reaction.name)
        self._failures = 0
        self._failing, self._failed_at = "", 0.0

    def state(self) -> tuple[bool, str]:
        """Whether its work succeeds; parked events are not retried, and reported elsewhere."""
        longest = max(self.reaction.retries, default=0.0) + FORGOTTEN_SECONDS
        fails = self._failures >= KEEPS_FAILING and time.monotonic() - self._failed_at < longest
        return (False, self._failing) if fails else (True, "")

    async def work(
        self,
        envelope: Envelope,
        *,
        headers: Mapping[str, str] | None = None,
        also: Callable[[Transaction], None] | None = None,
    ) -> bool:
        """Do the work for one event unless it was done before; returns whether it was done now."""
        with spans.reacting(self.reaction.durable(self.service), envelope, headers):
            context = Context(actor=SYSTEM, correlation_id="", causation_id="").caused_by(envelope)
            event = envelope.event()

            def once(tx: Transaction) -> bool:
                if also is not None:
                    also(tx)
                if not inbox.claim(tx.session, f"reaction/{self.reaction.name}", envelope.id):
                    return False
                self.reaction.handle(tx, envelope, event)
                return True

            return await self.database.write(context, once)

    async def settle(self, message: NatsMessage) -> None:
        """Handle one delivery: acknowledge it once it is done, or stored for retry."""
        raw = message.raw_message
        try:
            envelope = Envelope.decode(raw.data)
        except MalformedEnvelope as error:
            await self._kept(message, FailedEvent(raw.subject, raw.data, _said(error), hopeless=True))
            return
        with structlog.contextvars.bound_contextvars(
            service=self.service,
            correlation_id=envelope.correlation_id,
            causation_id=str(envelope.id),
        ):
            await self._settle(message, envelope)

    async def _settle(self, message: NatsMessage, envelope: Envelope) -> None:
        raw = message.raw_message
        try:
            async with _held(message, self.reaction.ack_wait):
                if (raw.metadata.num_delivered or 1) > 1 and await self._waits(envelope):
                    done = False  # its row was written, but the acknowledgement did not arrive
                else:
                    done = await self.work(envelope, headers=raw.headers)
        except asyncio.CancelledError:
            # On shutdown, hand the message back at once instead of waiting for ack_wait.
            await asyncio.shield(message.nack())
            raise
        except Exception as error:
            await self._kept(message, FailedEvent.of(raw.subject, raw.data, envelope, error))
        else:
            await message.ack()
            self._done(envelope, done)

    async def again(self, waiting: Waiting) -> None:
        """Retry the work of a row; the row is deleted with the work, postponed, or parked."""
        envelope = Envelope.decode(waiting.envelope)
        with structlog.contextvars.bound_contextvars(
            service=self.service,
            correlation_id=envelope.correlation_id,
            causation_id=str(envelope.id),
        ):
            try:
                done = await self.work(envelope, also=lambda tx: retries.drop(tx.session, waiting.sequence))
            except Exception as error:
                failed = FailedEvent.of(waiting.subject, waiting.envelope, envelope, error)
                await self._keep(failed, waiting.attempts + 1)
            else:
                self._done(envelope, done)

    async def _waits(self, envelope: Envelope) -> bool:
        name = self.reaction.name
        return await self.database.read(lambda session: retries.waits(session, name, envelope.id))

    def _done(self, envelope: Envelope, done: bool) -> None:
        self._failures = 0
        outcome = "done" if done else "duplicate"
        log.debug("reaction", reaction=self.reaction.name, event_type=envelope.event_type, outcome=outcome)
        metrics.REACTIONS.labels(*self._labels, outcome).inc()

    async def _kept(self, message: NatsMessage, failed: FailedEvent) -> None:
        """Store a failure, and let the broker go on: a waiting event blocks no others."""
        try:
            await self._keep(failed, 1)
        except Exception as error:
            # The database is unavailable: nothing can be written, so the message must be redelivered.
            log.warning("cannot keep what failed", reaction=self.reaction.name, reason=_said(error))
            await message.nack(delay=AWAY_SECONDS)
        else:
            await message.ack()

    async def _keep(self, failed: FailedEvent, attempts: int) -> None:
        """In one transaction: a waiting row, or a dead letter instead."""
        name, delays = self.reaction.name, self.reaction.retries
        parked = failed.hopeless or attempts > len(delays)

        def keep(tx: Transaction) -> None:
            if parked:
                retries.forget(tx.session, name, failed.event_id)
                dead_letters.park(tx, name, failed.subject, failed.body, failed.reason, attempts)
            else:
                due = tx.now + timedelta(seconds=delays[attempts - 1])
                retries.postpone(tx.session, name, failed, attempts, due)

        await self.database.write(_CONTEXT, keep)
        if parked:
            self._failures = 0
            log.error("reaction gave up; parked as a dead letter", reaction=name, reason=failed.reason)
        else:
            again_in = delays[attempts - 1]
            log.warning(
                "reaction failed", reaction=name, attempt=attempts, again_in=again_in, reason=failed.reason
            )
            self._failures += 1
            self._failing, self._failed_at = failed.reason, time.monotonic()
            self.postponed.set()
        metrics.REACTIONS.labels(*self._labels, "parked" if parked else "retry").inc()


@asynccontextmanager
async def _held(message: NatsMessage, ack_wait: float) -> AsyncIterator[None]:
    """Tell the broker that the work is in progress, so that slow work is not redelivered."""

    async def hold() -> None:
        while True:
            await asyncio.sleep(ack_wait / 3)
            await message.in_progress()

    holding = asyncio.create_task(hold())
    try:
        yield
    finally:
        holding.cancel()


def runners(service: str, reactions: Sequence[Reaction], database: Database) -> list[ReactionRunner]:
    """One runner per reaction."""
    return [ReactionRunner(service, reaction, database) for reaction in reactions]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
