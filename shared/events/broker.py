"""NATS connection and JetStream calls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError

from shared.contracts.envelope import STREAM
from shared.keys.broker_credentials import NOBODY, Credentials
from shared.tasks import cancel_all

EVENTS = STREAM
TIMEOUT = 5.0
AGAIN = 1.0
log = structlog.get_logger(__name__)


class JetStreamError(RuntimeError):
    """The broker refused a JetStream request; has its ``code`` and ``err_code``."""

    def __init__(self, code: int, err_code: int, description: str) -> None:
        super().__init__(f"JetStream refused: {description} (code {code}, err_code {err_code})")
        self.code = code
        self.err_code = err_code


class JetStreamUnavailable(RuntimeError):
    """Nothing answers JetStream requests (no stream, no leader, or JetStream is off)."""


class BrokerAway(NatsError):
    """There is no connection to the broker now; waiting for an answer would be pointless."""


class ConnectionLog:
    """Tracks which connections have no broker; logs once when it is lost and once when it returns.

    nats-py would log each attempt of each connection with a traceback.
    """

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def options(self, name: str) -> dict[str, Any]:
        """The callbacks of a client; ``name`` is the connection's."""

        async def failed(error: Exception) -> None:
            log.debug("broker", connection=name, reason=f"{type(error).__name__}: {error}")

        async def lost() -> None:
            self.lost(name)

        async def came_back() -> None:
            self.came_back(name)

        return {"error_cb": failed, "disconnected_cb": lost, "reconnected_cb": came_back}

    def lost(self, name: str) -> None:
        """Record a lost connection."""
        if not self._lost:
            log.warning("the broker is away; what is recorded waits, and is published when it is back")
        self._lost.add(name)

    def came_back(self, name: str) -> None:
        """Record a restored connection."""
        if name in self._lost:
            self.forget(name)
            if not self._lost:
                log.info("the broker is back")

    def forget(self, name: str) -> None:
        """Forget a closed connection."""
        self._lost.discard(name)


REACH = ConnectionLog()


class Bus:
    """A NATS connection that reconnects for ever, and notifies listeners when it has."""

    def __init__(self, url: str, name: str, credentials: Credentials = NOBODY) -> None:
        self.url = url
        self.name = name
        self.credentials = credentials
        self.client = Client()
        self.reconnects = 0
        self._started = False
        self._stopping = False
        self._returning: asyncio.Task[None] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._open: set[asyncio.Timeout] = set()

    @property
    def is_connected(self) -> bool:
        """Whether the broker can be reached now."""
        return self.client.is_connected

    def on_reconnect(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after each reconnect."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Connect; raises ``nats.errors.NoServersError`` when no server answers."""
        options = connection_options(self.url, self.name, self.credentials)
        self._started = True
        told = REACH.options(self.name) | {
            "disconnected_cb": self._disconnected,
            "reconnected_cb": self._reconnected,
            "closed_cb": self._closed,
        }
        await self.client.connect(**options, **self.credentials.options(options["servers"]), **told)

    async def stop(self) -> None:
        """Close; callers wait for their own acknowledgements before."""
        self._stopping = True
        if self._returning is not None:
            await cancel_all([self._returning])
        if self._started:  # a connection that was never made cannot be closed
            await closed(self.client.close())
        REACH.forget(self.name)

    async def _disconnected(self) -> None:
        if not self._stopping:
            REACH.lost(self.name)
        now = asyncio.get_running_loop().time()
        for waiting in self._open:  # no answer can arrive any more
            if not waiting.expired():
                waiting.reschedule(now)

    async def _reconnected(self) -> None:
        REACH.came_back(self.name)
        self.reconnects += 1
        for listener in self._listeners:
            listener()

    async def _closed(self) -> None:
        if not self._stopping:
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Connect again: nats-py gives up permanently if credentials expired or were revoked."""
        said = ""
        while True:
            self.client = Client()
            try:
                await self.start()
            except Exception as error:
                if (reason := str(error)) != said:
                    log.warning("cannot connect to the broker", user=self.name, reason=reason)
                said = reason
                await asyncio.sleep(AGAIN)
            else:
                await self._reconnected()
                return

    async def api(self, subject: str, body: Any = None, *, timeout: float = TIMEOUT) -> dict[str, Any]:
        """One JetStream API request; raises :class:`JetStreamError` or :class:`JetStreamUnavailable`."""
        return await self.request(
            f"{self.credentials.prefix}.{subject}",
            b"" if body is None else orjson.dumps(body),
            timeout=timeout,
        )

    async def ask(self, subject: str, payload: bytes, reply: str) -> None:
        """A JetStream API request whose answers, perhaps many, arrive at ``reply``."""
        await self.client.publish(f"{self.credentials.prefix}.{subject}", payload, reply=reply)

    async def last(self, subject: str) -> Msg | None:
        """The last message of a subject in the stream, from any replica."""
        message = await self._request(f"{self.credentials.prefix}.DIRECT.GET.{EVENTS}.{subject}", b"")
        return None if (message.headers or {}).get("Status") else message

    async def request(
        self, subject: str, payload: bytes, *, headers: dict[str, str] | None = None, timeout: float = TIMEOUT
    ) -> dict[str, Any]:
        """Publish and wait for JetStream's answer."""
        reply = await self._request(subject, payload, headers=headers, timeout=timeout)
        answer: dict[str, Any] = orjson.loads(reply.data)
        if refused := answer.get("error"):
            raise JetStreamError(
                refused.get("code", 0), refused.get("err_code", 0), refused.get("description", "")
            )
        return answer

    async def _request(
        self, subject: str, payload: bytes, *, headers: dict[str, str] | None = None, timeout: float = TIMEOUT
    ) -> Msg:
        if not self.client.is_connected:
            raise BrokerAway("the broker is away")
        try:
            async with asyncio.timeout(None) as lost:
                self._open.add(lost)
                try:
                    return await self.client.request(subject, payload, timeout=timeout, headers=headers)
                finally:
                    self._open.discard(lost)
        except NoRespondersError as error:
            raise JetStreamUnavailable(f"nobody answers on {subject}") from error
        except TimeoutError as error:
            if isinstance(error, NatsError):
                raise
            raise BrokerAway("the connection to the broker was lost before it answered") from None


async def closed(closing: Awaitable[object]) -> None:
    """Wait for a connection to close, which never raises: a broken connection is as good as closed.

    Without a broker nats-py and FastStream raise errors of their transports and subscriptions.
    """
    try:
        await closing
    except Exception as error:
        log.debug("a connection was broken when it was closed", reason=f"{type(error).__name__}: {error}")


def connection_options(url: str, name: str, credentials: Credentials = NOBODY) -> dict[str, Any]:
    """The connection options of every client: for ever, quickly, without waiting at the start."""
    return {
        "servers": url.split(","),
        "name": name,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.2,
        "connect_timeout": 2,
        "ping_interval": 20,
        "max_outstanding_pings": 2,
        "allow_reconnect": True,
        "inbox_prefix": credentials.inbox,
    }


__all__ = [
    "EVENTS",
    "REACH",
    "TIMEOUT",
    "BrokerAway",
    "Bus",
    "JetStreamError",
    "JetStreamUnavailable",
    "closed",
    "connection_options",
]
