"""Dispatcher: sends due deliveries and records their results."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from services.notifications import queries
from services.notifications.adapters.mail import Email
from services.notifications.adapters.message import Message, Rejected
from services.notifications.adapters.webhook import WebhookChannel
from services.notifications.commands import deliveries
from services.notifications.commands.deliveries import Begun, Outcome
from services.notifications.model import NO_MAIL_SERVER
from shared.database.database import LockLost
from shared.database.transaction import Context
from shared.host.service import Running
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.tasks import cancel_all
from shared.worker import Worker

log = structlog.get_logger(__name__)
LANES = {"email": 20, "webhook": 20, "inbox": 20}
"""How many deliveries of each channel run at once: channels and deliveries do not wait for one another."""
POLL = 1.0
GRACE = 15.0
"""Seconds; longer than any delivery takes."""


class Dispatcher(Worker):
    """Sends due deliveries; of several instances of the service one works and the others stand by."""

    poll = 0.0
    settles = 10.0
    """Its lanes continue while one delivery fails repeatedly."""

    def __init__(self, runtime: Running) -> None:
        super().__init__(runtime.service.name, "dispatcher")
        self.runtime = runtime
        self.database = runtime.database
        settings = runtime.settings
        self.email = Email(settings.smtp_url, settings.mail_from, settings.public_url, settings.time_zone)
        self.after_send: Callable[[Message], None] | None = None
        self._in_the_air: set[asyncio.Task[None]] = set()
        open_ = [channel for channel in LANES if channel != "email" or settings.smtp_url]
        self._wakes = {channel: self.database.on_commit() for channel in open_}
        self._context = Context(actor=SYSTEM, correlation_id="dispatch", causation_id="dispatch")

    async def step(self) -> None:
        """Send until a failure that affects more than one message.

        It takes its lock itself: deliveries under way outlast it.
        """
        guard = self.runtime.outgoing
        async with guard.session() as session:
            hooks = WebhookChannel(session, guard, self.runtime.settings.public_url)
            try:
                await self._run_alone(hooks)
            except LockLost:
                # Another instance may hold it by now; it leaves deliveries under way to us for a while.
                if self._in_the_air:
                    await asyncio.wait(self._in_the_air, timeout=GRACE)
                raise
            finally:
                await cancel_all(self._in_the_air)

    async def _run_alone(self, hooks: WebhookChannel) -> None:
        alone = self.database.exclusive("notifications/dispatch", self.stand_by)
        async with alone, asyncio.TaskGroup() as lanes:
            self.stands_by = False
            if self.database.is_shared:
                # The previous holder of the lock may be alive, and about to settle its deliveries.
                lanes.create_task(self._forget(GRACE), name="deliveries of the previous lock holder")
            else:
                await self._forget()
            if not self.runtime.settings.smtp_url:
                lanes.create_task(self._hold("email", NO_MAIL_SERVER), name="mail that waits")
            for channel in self._wakes:
                lanes.create_task(self._lane(channel, hooks, lanes), name=f"deliveries by {channel}")

    async def _forget(self, grace: float = 0.0) -> None:
        """Reset deliveries that a crash interrupted, which may be sent twice: operators see them."""
        under_way = await self.database.read(deliveries.under_way)
        await asyncio.sleep(grace)
        left_over = under_way - {UUID(task.get_name()) for task in self._in_the_air}
        left = await self.database.write(self._context, lambda tx: deliveries.forget_sending(tx, left_over))
        for delivery in left:
            metrics.DELIVERIES_UNCERTAIN.labels(delivery.channel).inc()
        if left:
            log.warning("deliveries with an unknown outcome are tried again", deliveries=len(left))

    async def _hold(self, channel: str, reason: str) -> None:
        """Hold the deliveries of a channel that is not configured; each records why it waits."""
        log.warning("mail waits", reason=reason)
        read_at = -1
        while True:
            if not self.database.is_as_at(read_at):
                read_at = self.database.commits
                number = await self.database.read(lambda session: queries.waiting(session, channel))
                metrics.DELIVERIES_WAITING.labels(channel).set(number)
                if number:
                    await self.database.write(self._context, lambda tx: deliveries.hold(tx, channel, reason))
            await asyncio.sleep(POLL)

    async def _lane(self, channel: str, hooks: WebhookChannel, lanes: asyncio.TaskGroup) -> None:
        """Keep as many deliveries of one channel under way as it allows."""
        wake, under_way = self._wakes[channel], dict[asyncio.Task[None], str]()

        def over(task: asyncio.Task[None]) -> None:
            del under_way[task]
            wake.set()

        read_at, next_at = -1, None
        while True:
            wake.clear()
            room, busy = LANES[channel] - len(under_way), set(under_way.values())
            if not self.database.is_as_at(read_at):
                read_at = self.database.commits
                next_at = await self.database.read(lambda session: queries.next_due(session, channel))
            is_due = next_at is not None and next_at <= self.runtime.clock.now()
            for message in await self._begin(channel, room, busy) if room and is_due else ():
                task = lanes.create_task(self._let_arrive(message, hooks))
                under_way[task] = message.address
                task.add_done_callback(over)
            self.beat()
            try:
                async with asyncio.timeout(POLL):
                    await wake.wait()
            except TimeoutError:
                pass

    async def _begin(self, channel: str, room: int, busy: set[str]) -> list[Message]:
        now = self.runtime.clock.now()
        return await self.database.write(
            self._context,
            lambda tx: [
                message_of(delivery, now) for delivery in deliveries.begin_due(tx, channel, room, busy)
            ],
        )

    async def _let_arrive(self, message: Message, hooks: WebhookChannel) -> None:
        """Deliver; losing the lock meanwhile does not stop deliveries under way."""
        task = asyncio.create_task(self._deliver(message, hooks), name=message.delivery_id)
        self._in_the_air.add(task)
        task.add_done_callback(self._in_the_air.discard)
        await asyncio.shield(task)

    async def _deliver(self, message: Message, hooks: WebhookChannel) -> None:
        context = Context(
            actor=SYSTEM,
            correlation_id=message.correlation_id,
            causation_id=message.event_id,
            traceparent=message.traceparent,
        )
        with structlog.contextvars.bound_contextvars(
            service=self.runtime.service.name,
            correlation_id=context.correlation_id,
            causation_id=context.causation_id,
        ):
            outcome = await self._outcome(message, hooks)
            delivery = await self.database.write(context, lambda tx: deliveries.settle(tx, outcome))
            metrics.DELIVERIES.labels(message.channel, delivery.state.value).inc()
            log.debug(
                "delivery",
                channel=message.channel,
                state=delivery.state.value,
                delivery=message.delivery_id,
            )

    async def _outcome(self, message: Message, hooks: WebhookChannel) -> Outcome:
        delivery = UUID(message.delivery_id)
        if not message.wanted:
            reason = "the subscription has ended, or is suspended"
            return Outcome(delivery, reason, for_good=True, unsent=True)
        try:
            await self._send(message, hooks)
        except Rejected as error:
            return Outcome(
                delivery,
                str(error),
                for_good=error.for_good,
                gone=error.gone,
                no_mailbox=error.no_mailbox,
                wait=error.wait,
            )
        except Exception as error:  # noqa: BLE001  (one message must not stop the others)
            return Outcome(delivery, f"{type(error).__name__}: {error}")
        return Outcome(delivery)

    async def _send(self, message: Message, hooks: WebhookChannel) -> None:
        if message.channel == "inbox":
            return  # settling stores it
        if message.channel == "email":
            await self.email.send(message)
        else:
            await hooks.send(message, self.runtime.clock.now())
        if self.after_send is not None:
            self.after_send(message)


def message_of(begun: Begun, now: datetime) -> Message:
    """The data that a channel needs, independent of the transaction."""
    delivery, notice, subscription = begun.delivery, begun.notice, begun.subscription
    return Message(
        delivery_id=str(delivery.id),
        channel=delivery.channel,
        address=delivery.address or "",
        locale="en" if subscription.locale == "en" else "id",
        event_type=notice.event_type,
        facts=dict(notice.facts),
        agency=notice.agency,
        partnership_id=notice.partnership_id,
        partnership=begun.partnership,
        area=begun.area,
        scope=subscription.scope,
        value=subscription.value,
        correlation_id=delivery.correlation_id,
        traceparent=delivery.traceparent,
        token=subscription.token,
        confirmation=subscription.confirmation or subscription.token,
        secrets=tuple(subscription.secrets_at(now)),
        event_id=str(notice.event_id),
        issued_at=notice.issued_at,
        wanted=deliveries.wanted(notice, subscription),
    )
