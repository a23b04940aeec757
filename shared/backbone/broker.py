"""The connection to NATS, and the few JetStream calls that the backbone makes itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from nats.aio.client import Client
from nats.errors import NoRespondersError

EVENTS = "EVENTS"
TIMEOUT = 5.0


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

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.client = Client()
        self.reconnects = 0
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
        await self.client.connect(**connection_options(self.url, self.name), reconnected_cb=self._reconnected)

    async def stop(self) -> None:
        """Close; what was published and not yet sent is flushed by the caller's own acknowledgements."""
        await self.client.close()

    async def _reconnected(self) -> None:
        self.reconnects += 1
        for listener in self._listeners:
            listener()

    async def api(self, subject: str, body: Any = None, *, timeout: float = TIMEOUT) -> dict[str, Any]:
        """One JetStream API request; raises :class:`JetStreamError` or :class:`JetStreamUnavailable`."""
        return await self.request(
            f"$JS.API.{subject}", b"" if body is None else orjson.dumps(body), timeout=timeout
        )

    async def request(
        self, subject: str, payload: bytes, *, headers: dict[str, str] | None = None, timeout: float = TIMEOUT
    ) -> dict[str, Any]:
        """Publish and wait for JetStream's answer."""
        try:
            reply = await self.client.request(subject, payload, timeout=timeout, headers=headers)
        except NoRespondersError as error:
            raise JetStreamUnavailable(f"nobody answers on {subject}") from error
        answer: dict[str, Any] = orjson.loads(reply.data)
        if refused := answer.get("error"):
            raise JetStreamError(
                refused.get("code", 0), refused.get("err_code", 0), refused.get("description", "")
            )
        return answer


def connection_options(url: str, name: str) -> dict[str, Any]:
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
    }


__all__ = ["EVENTS", "TIMEOUT", "Bus", "JetStreamError", "JetStreamUnavailable", "connection_options"]
