"""The dispatcher: takes due deliveries, sends them, and records what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
import structlog

from services.notifications import commands
from services.notifications.channels import Email, Message, Rejected, WebhookChannel
from services.notifications.model import Delivery, Notice, Subscription
from shared.backbone.transaction import Context
from shared.identity.actor import SYSTEM
from shared.observability import metrics

if TYPE_CHECKING:
    from shared.host.runtime import ServiceRuntime

log = structlog.get_logger(__name__)
BATCH = 20
POLL = 1.0


class Dispatcher:
    """Sends what is due; of several instances of the service one works and the others stand by."""

    def __init__(self, runtime: ServiceRuntime) -> None:
        self.runtime = runtime
        self.database = runtime.database
        settings = runtime.settings
        self.email = Email(settings.smtp_url, settings.mail_from, settings.public_url)
        self.after_send: Callable[[Message], None] | None = None
        self._wake = self.database.on_commit()
        self._context = Context(actor=SYSTEM, correlation_id="dispatch", causation_id="dispatch")

    async def run(self) -> None:
        """Work until cancelled."""
        guard = self.runtime.outgoing
        async with self.database.exclusive("notifications/dispatch"), guard.session() as session:
            left = await self.database.write(self._context, commands.forget_sending)
            if left:
                log.warning("deliveries with an unknown outcome are tried again", deliveries=left)
            while True:
                self._wake.clear()
                while await self.dispatch_once(session):
                    pass
                try:
                    async with asyncio.timeout(POLL):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def dispatch_once(self, session: aiohttp.ClientSession) -> int:
        """Send one batch of due deliveries; returns how many."""
        begun = await self.database.write(self._context, lambda tx: _messages(commands.begin_due(tx, BATCH)))
        hooks = WebhookChannel(session, self.runtime.outgoing)
        # Settled one by one: a crash leaves at most what was in the air with an unknown outcome.
        await asyncio.gather(*(self._deliver(message, hooks) for message in begun))
        return len(begun)

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
            delivery = await self.database.write(context, lambda tx: commands.settle(tx, outcome))
            metrics.DELIVERIES.labels(message.channel, delivery.state.value).inc()
            log.debug(
                "delivery",
                channel=message.channel,
                state=delivery.state.value,
                delivery=message.delivery_id,
            )

    async def _outcome(self, message: Message, hooks: WebhookChannel) -> commands.Outcome:
        delivery = UUID(message.delivery_id)
        try:
            await self._send(message, hooks)
        except Rejected as error:
            return commands.Outcome(delivery, str(error), error.for_good, error.gone)
        except Exception as error:  # noqa: BLE001  (one message must not stop the others)
            return commands.Outcome(delivery, f"{type(error).__name__}: {error}")
        return commands.Outcome(delivery)

    async def _send(self, message: Message, hooks: WebhookChannel) -> None:
        if not message.wanted:
            raise Rejected("the subscription has ended", for_good=True)
        if message.channel == "inbox":
            return  # settling puts it there
        if message.channel == "email":
            await self.email.send(message)
        else:
            await hooks.send(message, self.runtime.clock.now())
        if self.after_send is not None:
            self.after_send(message)


def _messages(begun: list[tuple[Delivery, Notice, Subscription]]) -> list[Message]:
    return [
        Message(
            delivery_id=str(delivery.id),
            channel=delivery.channel,
            address=delivery.address or "",
            locale="en" if subscription.locale == "en" else "id",
            event_type=notice.event_type,
            facts=dict(notice.facts),
            correlation_id=delivery.correlation_id,
            traceparent=delivery.traceparent,
            token=subscription.token,
            secret=subscription.secret,
            event_id=str(notice.event_id),
            issued_at=notice.issued_at,
            wanted=commands.wanted(notice, subscription),
        )
        for delivery, notice, subscription in begun
    ]
