"""Stream reader: ordered pull consumer with gap detection and at most one batch of credit."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from typing import Any, Self

import orjson
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from shared.events.broker import EVENTS, Bus

SECOND = 1_000_000_000
BATCH = 256
SHORT = 9
"""The number of tokens in a reply subject without a domain (ADR-15 of NATS)."""
EXPIRES = 30.0
HEARTBEAT = 5.0


def place_of(message: Msg) -> tuple[int, int, int]:
    """Its number in the stream, its number of deliveries, and how many messages come after it.

    Parsing all metadata, which is read from the same reply subject, would cost half as much as applying it.
    """
    tokens = message.reply.split(".")
    stream, delivered, _, pending = tokens[5:9] if len(tokens) == SHORT else tokens[7:11]
    return int(stream), int(delivered), int(pending)


class PullerLost(RuntimeError):
    """Messages may be missing (reconnect, gap, silence): open a new puller from the cursor."""


class Puller:
    """Reads ``EVENTS`` from ``start`` on through a durable consumer without acknowledgements.

    The consumer's filter is provisioned; this only sets its position. Only one reader at a time: opening it
    takes it from the previous reader, which notices by a gap or by silence.
    """

    def __init__(self, bus: Bus, consumer: str, start: int, batch: int = BATCH) -> None:
        self._bus = bus
        self._name = consumer
        self._start = start
        self._batch = batch
        self._ready: deque[Msg] = deque()
        self._arrived = asyncio.Event()
        self._credit = 0
        self._delivered = 0
        self._heard = 0.0  # when anything last arrived, by the loop's clock
        self._lost: str | None = None
        self._reconnects = bus.reconnects
        self._subscription: Subscription | None = None
        self._inbox = ""
        self.pending = 0

    async def __aenter__(self) -> Self:
        self._inbox = self._bus.client.new_inbox()
        self._subscription = await self._bus.client.subscribe(self._inbox, cb=self._receive)
        try:
            answer = await self._open()
        except BaseException:
            await self._subscription.unsubscribe()
            raise
        self.pending = answer.get("num_pending", 0)
        return self

    async def _open(self) -> dict[str, Any]:
        return await self._bus.api(f"CONSUMER.RESET.{EVENTS}.{self._name}", {"seq": self._start})

    async def __aexit__(self, *_: object) -> None:
        if self._subscription is not None and self._bus.is_connected:
            with contextlib.suppress(NatsError):  # it may belong to a closed connection
                await self._subscription.unsubscribe()

    @property
    def behind(self) -> int:
        """How many messages are still pending, here or at the broker."""
        return self.pending + len(self._ready)

    async def next(self) -> list[Msg]:
        """Wait for at least one message and return all that have arrived; raises :class:`PullerLost`."""
        while True:
            if self._lost or self._reconnects != self._bus.reconnects:
                raise PullerLost(self._lost or "reconnected")
            if self._ready:
                return await self._taken()
            if self._credit <= 0:
                await self._ask()
            self._arrived.clear()
            try:
                async with asyncio.timeout_at(self._heard + HEARTBEAT * 2.5):
                    await self._arrived.wait()
            except TimeoutError:
                self._lost = "no message and no heartbeat"

    async def _taken(self) -> list[Msg]:
        """All that have arrived; the next are requested, and arrive while these are applied."""
        messages = list(self._ready)
        self._ready.clear()
        try:
            if self._credit <= 0:
                await self._ask()
        except BaseException:
            self._ready.extendleft(reversed(messages))
            raise
        return messages

    async def _ask(self) -> None:
        self._credit, self._heard = self._batch, asyncio.get_running_loop().time()
        request = {
            "batch": self._batch,
            "expires": int(EXPIRES * SECOND),
            "idle_heartbeat": int(HEARTBEAT * SECOND),
        }
        await self._bus.ask(f"CONSUMER.MSG.NEXT.{EVENTS}.{self._name}", orjson.dumps(request), self._inbox)

    async def _receive(self, message: Msg) -> None:
        self._heard = asyncio.get_running_loop().time()
        status = (message.headers or {}).get("Status") if not message.reply else None
        if status is None:
            self._credit -= 1
            _, delivered, self.pending = place_of(message)
            if delivered != self._delivered + 1:
                self._lost = f"gap: message {delivered} after {self._delivered}"
            self._delivered = delivered
            self._ready.append(message)
        elif status in ("404", "408"):
            self._credit = 0
        elif status != "100":
            self._lost = f"status {status}: {(message.headers or {}).get('Description', '')}"
        self._arrived.set()

    def wake(self) -> None:
        """Make a waiting :meth:`next` check again (after a reconnect)."""
        self._arrived.set()

    def lose(self, reason: str) -> None:
        """Give up this position: the next call of :meth:`next` raises :class:`PullerLost`."""
        self._lost = reason
        self._arrived.set()


class PassingPuller(Puller):
    """Reads every event through an ephemeral consumer."""

    def __init__(self, bus: Bus, service: str, start: int, batch: int = BATCH) -> None:
        super().__init__(bus, f"{service}-{secrets.token_hex(8)}", start, batch)

    async def _open(self) -> dict[str, Any]:
        config = {
            "name": self._name,
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self._start,
            "ack_policy": "none",
            "filter_subject": "evt.>",
            "mem_storage": True,
            "num_replicas": 1,
            "inactive_threshold": 60 * SECOND,
        }
        # The filter is part of the subject, so that the broker's permissions apply to it.
        return await self._bus.api(
            f"CONSUMER.CREATE.{EVENTS}.{self._name}.evt.>", {"stream_name": EVENTS, "config": config}
        )
