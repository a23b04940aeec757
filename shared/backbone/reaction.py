"""Reactions: work that an event causes, done once, retried with growing delays, parked at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from faststream import AckPolicy, BaseMiddleware
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, NatsMessage, NatsRouter, PullSub
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig, DeliverPolicy
from pydantic import ValidationError

from shared.backbone import dead_letters, inbox, spans
from shared.backbone.broker import EVENTS
from shared.backbone.credentials import NOBODY
from shared.backbone.database import Database
from shared.backbone.envelope import Envelope, MalformedEnvelope, subject_filter
from shared.backbone.tasks import end
from shared.backbone.transaction import Context, Transaction
from shared.contracts.event import Event, UnknownEvent
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.refusal import Refusal

log = structlog.get_logger(__name__)
HOPELESS = (UnknownEvent, ValidationError)


@dataclass(frozen=True, slots=True)
class Reaction:
    """Which events cause which work. ``handle`` runs in one transaction together with the inbox row."""

    name: str
    events: tuple[type[Event], ...]
    handle: Callable[[Transaction, Envelope, Any], None]
    retries: tuple[float, ...] = (0.5, 2.0, 10.0, 60.0, 300.0)
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
    """Runs one reaction's work and decides what becomes of each message."""

    def __init__(self, service: str, reaction: Reaction, database: Database) -> None:
        self.service = service
        self.reaction = reaction
        self.database = database
        self._labels = (service, reaction.name)

    async def work(
        self,
        envelope: Envelope,
        *,
        headers: Mapping[str, str] | None = None,
        also: Callable[[Transaction], None] | None = None,
    ) -> bool:
        """Do the work for one event unless it was done; returns whether it was done now."""
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
        """Handle one delivery: acknowledge, ask for it again later, or park it."""
        raw = message.raw_message
        attempt = raw.metadata.num_delivered or 1
        try:
            envelope = Envelope.decode(raw.data)
        except MalformedEnvelope as error:
            await self._park(message, f"{type(error).__name__}: {error}", attempt)
            return
        with structlog.contextvars.bound_contextvars(
            service=self.service,
            correlation_id=envelope.correlation_id,
            causation_id=str(envelope.id),
        ):
            await self._settle(message, envelope, attempt)

    async def _settle(self, message: NatsMessage, envelope: Envelope, attempt: int) -> None:
        try:
            async with _held(message, self.reaction.ack_wait):
                done = await self.work(envelope, headers=message.raw_message.headers)
        except asyncio.CancelledError:
            # Stopping: hand the message back at once instead of leaving it to ack_wait.
            await asyncio.shield(message.nack())
            raise
        except Refusal as refusal:
            await self._park(message, f"refused: {refusal}", attempt)
        except HOPELESS as error:
            await self._park(message, f"{type(error).__name__}: {error}", attempt)
        except Exception as error:
            await self._again_or_park(message, error, attempt)
        else:
            await message.ack()
            outcome = "done" if done else "duplicate"
            log.debug(
                "reaction", reaction=self.reaction.name, event_type=envelope.event_type, outcome=outcome
            )
            metrics.REACTIONS.labels(*self._labels, outcome).inc()

    async def _again_or_park(self, message: NatsMessage, error: Exception, attempt: int) -> None:
        reason = f"{type(error).__name__}: {error}"
        if attempt > len(self.reaction.retries):
            await self._park(message, reason, attempt)
            return
        delay = self.reaction.retries[attempt - 1]
        log.warning(
            "reaction failed", reaction=self.reaction.name, attempt=attempt, again_in=delay, reason=reason
        )
        await message.nack(delay=delay)
        metrics.REACTIONS.labels(*self._labels, "retry").inc()

    async def _park(self, message: NatsMessage, reason: str, attempt: int) -> None:
        raw = message.raw_message
        context = Context(actor=SYSTEM, correlation_id="park", causation_id="park")
        consumer = self.reaction.name
        try:
            await self.database.write(
                context, lambda tx: dead_letters.park(tx, consumer, raw.subject, raw.data, reason, attempt)
            )
        except Exception as error:
            # The database is away: the letter cannot be parked, so it must come again.
            log.warning("cannot park", reaction=consumer, reason=f"{type(error).__name__}: {error}")
            await message.nack(delay=self.reaction.retries[-1] if self.reaction.retries else 5.0)
            return
        log.error("reaction gave up; parked as a dead letter", reaction=consumer, reason=reason)
        await message.ack()
        metrics.REACTIONS.labels(*self._labels, "parked").inc()


@asynccontextmanager
async def _held(message: NatsMessage, ack_wait: float) -> AsyncIterator[None]:
    """Tell the broker that the work goes on, so that slow work is not delivered a second time."""

    async def hold() -> None:
        while True:
            await asyncio.sleep(ack_wait / 3)
            await message.in_progress()

    holding = asyncio.create_task(hold())
    try:
        yield
    finally:
        holding.cancel()


def attach(broker: NatsBroker, runner: ReactionRunner, inbox: str = NOBODY.inbox) -> None:
    """Subscribe a reaction on its durable consumer: the one place that decides how FastStream consumes.

    Messages come to a subject below ``inbox``.
    """
    reaction = runner.reaction
    config = ConsumerConfig(
        durable_name=reaction.durable(runner.service),
        filter_subjects=reaction.filter_subjects,
        ack_policy=ConsumerAckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        ack_wait=reaction.ack_wait,
        max_deliver=-1,
        max_ack_pending=reaction.in_flight,
    )

    class Settle(BaseMiddleware):
        """Settles before any parsing of ours could fail, so that no message is left hanging."""

        async def consume_scope(self, call_next: Any, msg: StreamMessage[Any]) -> Any:
            await runner.settle(msg)  # type: ignore[arg-type]

    router = NatsRouter(middlewares=(Settle,))
    subscriber = router.subscriber(
        stream=JStream(EVENTS, declare=False),
        durable=reaction.durable(runner.service),
        config=config,
        pull_sub=PullSub(batch_size=min(16, reaction.in_flight), timeout=1.0),
        ack_policy=AckPolicy.MANUAL,
        inbox_prefix=f"{inbox}.".encode(),
    )

    async def handle() -> None:
        """Never reached: the middleware does the work."""

    subscriber(handle)
    broker.include_router(router)


async def hand_back(broker: NatsBroker) -> int:
    """Stop consuming and give back what is not done; call it before the broker is stopped.

    FastStream's own stop cancels its tasks without waiting for them and closes the connection under
    their negative acknowledgements. Returns how many messages were fetched and not yet begun.
    """
    returned = 0
    for subscriber in broker.subscribers:
        await end(getattr(subscriber, "tasks", ()))
        subscription = getattr(subscriber, "subscription", None)
        queue = getattr(getattr(subscription, "_sub", None), "_pending_queue", None)
        if queue is None:
            continue
        # A round trip: what the broker sent before it is in the queue after it.
        await subscriber.connection.flush()  # type: ignore[attr-defined]
        while not queue.empty():
            message = queue.get_nowait()
            if message.reply and message.reply.startswith("$JS.ACK"):
                await message.nak()
                returned += 1
        await subscriber.connection.flush()  # type: ignore[attr-defined]
    return returned


def runners(service: str, reactions: Sequence[Reaction], database: Database) -> list[ReactionRunner]:
    """One runner per reaction."""
    return [ReactionRunner(service, reaction, database) for reaction in reactions]
