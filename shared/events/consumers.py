"""Message consumers of reactions: FastStream subscribers on provisioned durable consumers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from faststream import AckPolicy, BaseMiddleware
from faststream.message import StreamMessage
from faststream.nats import JStream, NatsBroker, NatsRouter, PullSub
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig, DeliverPolicy

from shared.events.broker import EVENTS, REACH, closed, connection_options
from shared.events.reaction import ReactionRunner
from shared.keys.broker_credentials import NOBODY, Credentials
from shared.tasks import cancel_all
from shared.worker import Worker

AGAIN_SECONDS = 0.2
BATCH = 16
ASKED_SECONDS = 10.0
"""How long a fetch waits for messages before it is repeated."""
GONE = {"Status": "503", "Description": "the connection ended"}


class ConsumerConnection(Worker):
    """The connection that delivers to one service's reactions; restarted when it is permanently closed."""

    poll = 0.0
    retry = (1.0,)

    def __init__(self, url: str, service: str, credentials: Credentials, runners: Sequence[ReactionRunner]):
        super().__init__(service, "reactions")
        self.runners = runners
        self._options = connection_options(url, f"{service} reactions", credentials)
        self._credentials = credentials
        self._broker: NatsBroker | None = None
        self._closed = asyncio.Event()

    @property
    def unfed(self) -> str:
        """Why nothing is delivered now, or nothing."""
        if self._broker is None:
            return "not started"
        client = getattr(self._broker, "_connection", None)
        return "" if client is not None and client.is_connected else "not connected"

    def state(self) -> tuple[bool, str]:
        works, said = super().state()
        return (works and not self.unfed, said or self.unfed)

    async def start(self) -> None:
        """Connect and start consuming."""
        self._closed.clear()
        name = self._options["name"]
        told = REACH.options(name) | {"closed_cb": self._note_closed, "reconnected_cb": self._ask_again}
        self._broker = NatsBroker(
            **self._options,
            **told,
            security=self._credentials.security(self._options["servers"]),
            js_options={"prefix": self._credentials.prefix},
            logger=None,
        )
        for runner in self.runners:
            attach(self._broker, runner, self._credentials.inbox)
        await begin(self._broker)
        REACH.came_back(name)

    async def step(self) -> None:
        """Restart if the connection was permanently closed (see ``Bus``)."""
        await self._closed.wait()
        if self._broker is not None:
            broker, self._broker = self._broker, None
            await closed(broker.stop())
        try:
            await self.start()
        except BaseException:
            self._closed.set()
            raise

    async def stop(self) -> None:
        """Stop consuming, and hand back fetched messages that were not begun."""
        if self._broker is not None:
            if not self.unfed:
                await closed(hand_back(self._broker))
            await closed(self._broker.stop())
        REACH.forget(self._options["name"])

    async def _ask_again(self) -> None:
        """Cancel fetches that were lost with the connection, so that they are requested again."""
        REACH.came_back(self._options["name"])
        for queue in _queues(self._broker) if self._broker is not None else ():
            if queue.empty():
                for _ in range(2):  # nats-py keeps waiting after the first of its second kind of request
                    queue.put_nowait(Msg(_client=None, headers=GONE))  # type: ignore[arg-type]

    async def _note_closed(self) -> None:
        self._closed.set()


async def begin(broker: NatsBroker) -> None:
    """Start a broker whose fetches on a closed connection wait a moment before they fail.

    Fetched messages are recorded, so that they can be handed back (see :class:`FetchedMessages`). FastStream
    retries at once without awaiting anything, which would block the event loop. The first fetch waits
    already: the connection may end while the other subscribers are being started.
    """
    await broker.connect()
    stream = broker.config.connection_state.stream
    subscribe = stream.pull_subscribe

    async def pull_subscribe(*args: Any, **kwargs: Any) -> Any:
        subscription = await subscribe(*args, **kwargs)
        subscription.fetch = _patient(subscription.fetch)
        inner = subscription._sub
        inner._pending_queue = FetchedMessages(inner._pending_queue.maxsize)
        return subscription

    stream.pull_subscribe = pull_subscribe
    await broker.start()


class FetchedMessages(asyncio.Queue[Any]):
    """The fetched messages of a reaction; it remembers the last ones.

    A cancelled fetch loses its messages, and a task that is cancelled before its first step never sees its
    message: both would be redelivered only after ack_wait.
    """

    def __init__(self, maxsize: int) -> None:
        super().__init__(maxsize)
        self.taken: deque[Any] = deque(maxlen=4 * BATCH)

    def _get(self) -> Any:
        message = super()._get()
        self.taken.append(message)
        return message


def _patient(fetch: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def fetch_or_wait(*args: Any, **kwargs: Any) -> Any:
        try:
            return await fetch(*args, **kwargs)
        except ConnectionClosedError:
            await asyncio.sleep(AGAIN_SECONDS)
            raise

    return fetch_or_wait


def attach(broker: NatsBroker, runner: ReactionRunner, inbox: str = NOBODY.inbox) -> None:
    """Subscribe a reaction on its durable consumer: FastStream's consuming is configured only here.

    Messages arrive at a subject below ``inbox``.
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
        """Settles messages before our own parsing could fail, so that none is left pending."""

        async def consume_scope(self, call_next: Any, msg: StreamMessage[Any]) -> Any:
            await runner.settle(msg)  # type: ignore[arg-type]

    router = NatsRouter(middlewares=(Settle,))
    subscriber = router.subscriber(
        stream=JStream(EVENTS, declare=False),
        durable=reaction.durable(runner.service),
        config=config,
        pull_sub=PullSub(batch_size=min(BATCH, reaction.in_flight), timeout=ASKED_SECONDS),
        ack_policy=AckPolicy.MANUAL,
        inbox_prefix=f"{inbox}.".encode(),
    )

    async def handle() -> None:
        """Never called: the middleware does the work."""

    subscriber(handle)
    broker.include_router(router)


def _queues(broker: NatsBroker) -> Iterator[asyncio.Queue[Any]]:
    """The fetched, pending messages of each reaction."""
    for subscriber in broker.subscribers:
        subscription = getattr(subscriber, "subscription", None)
        queue = getattr(getattr(subscription, "_sub", None), "_pending_queue", None)
        if queue is not None:
            yield queue


async def hand_back(broker: NatsBroker) -> int:
    """Stop consuming and hand back pending messages; call it before the broker is stopped.

    FastStream's own stop cancels its tasks without waiting for them and closes the connection before their
    negative acknowledgements are sent. Returns how many messages were fetched and not yet begun.
    """
    returned = 0
    for subscriber in broker.subscribers:
        await cancel_all(getattr(subscriber, "tasks", ()))
        subscription = getattr(subscriber, "subscription", None)
        queue = getattr(getattr(subscription, "_sub", None), "_pending_queue", None)
        if queue is None:
            continue
        # A round trip: everything that the broker sent before it is in the queue after it.
        await subscriber.connection.flush()  # type: ignore[attr-defined]
        messages = list(getattr(queue, "taken", ()))
        while not queue.empty():
            messages.append(queue.get_nowait())
        for message in messages:
            if message.reply and message.reply.startswith("$JS.ACK") and not message.is_acked:
                await message.nak()
                returned += 1
        await subscriber.connection.flush()  # type: ignore[attr-defined]
    return returned
