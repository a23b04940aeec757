"""The connection to NATS, and the few JetStream calls that the backbone makes itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NoRespondersError

from shared.backbone.credentials import NOBODY, Credentials
from shared.backbone.tasks import end

EVENTS = "EVENTS"
TIMEOUT = 5.0
AGAIN = 1.0
log = structlog.get_logger(__name__)


class JetStreamError(RuntimeError):
    """The broker refused a JetStream request; carries its ``code`` and ``err_code``."""

    def __init__(self, code: int, err_code: int, description: str) -> None:
        super().__init__(f"JetStream refused: {description} (code {code}, err_code {err_code})")
        self.code = code
        self.err_code = err_code


class JetStreamUnavailable(RuntimeError):
    """Nobody answers JetStream requests (no stream, no leader, or JetStream is off)."""


class Bus:
    """A NATS connection that reconnects for ever, and tells its listeners when it did."""

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

    @property
    def is_connected(self) -> bool:
        """Whether the broker can be reached now."""
        return self.client.is_connected

    def on_reconnect(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` each time the connection came back."""
        self._listeners.append(listener)

    async def start(self) -> None:
        """Connect; raises ``nats.errors.NoServersError`` when no server answers."""
        options = connection_options(self.url, self.name, self.credentials)
        self._started = True
        await self.client.connect(
            **options,
            **self.credentials.options(options["servers"]),
            reconnected_cb=self._reconnected,
            closed_cb=self._closed,
        )

    async def stop(self) -> None:
        """Close; what was published and not yet sent is flushed by the caller's own acknowledgements."""
        self._stopping = True
        if self._returning is not None:
            await end([self._returning])
        if self._started:  # one that was never connected cannot be closed
            await self.client.close()

    async def _reconnected(self) -> None:
        self.reconnects += 1
        for listener in self._listeners:
            listener()

    async def _closed(self) -> None:
        if not self._stopping:
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        """Connect anew: nats-py gives up for good where credentials ended or were revoked."""
        while True:
            self.client = Client()
            try:
                await self.start()
            except Exception as error:
                log.warning("cannot connect to the broker", user=self.name, reason=str(error))
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
        """A JetStream API request whose answers, of which there may be many, come to ``reply``."""
        await self.client.publish(f"{self.credentials.prefix}.{subject}", payload, reply=reply)

    async def last(self, subject: str) -> Msg | None:
        """The last message that the stream holds of a subject; one replica answers for all."""
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
        try:
            return await self.client.request(subject, payload, timeout=timeout, headers=headers)
        except NoRespondersError as error:
            raise JetStreamUnavailable(f"nobody answers on {subject}") from error


def connection_options(url: str, name: str, credentials: Credentials = NOBODY) -> dict[str, Any]:
    """How every client of the system connects: for ever, quickly, without waiting at the start."""
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


__all__ = ["EVENTS", "TIMEOUT", "Bus", "JetStreamError", "JetStreamUnavailable", "connection_options"]
