"""HTTP server (uvicorn) settings: trusted proxies, header limits, timeouts."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from shared.http.addresses import ForwardedMiddleware
from shared.networks import hosts_and_networks
from shared.settings import Settings

LONGEST_HEAD = 32 * 1024
"""The maximum size of the address and the headers of a request, together."""
_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class CannotListen(RuntimeError):
    """The address of the listener is invalid, or in use by another program."""


def listening(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """The configuration of a listener for ``app``."""
    arrival = settings.arrival_seconds

    class Protocol(_Guarded):
        head_seconds = arrival

    return uvicorn.Config(
        ForwardedMiddleware(app, hosts_and_networks(settings.trusted_proxies)[1]),
        host=settings.host,
        port=settings.port,
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=5,
        server_header=False,
        proxy_headers=False,  # our middleware keeps the connection's address
    )


class _Guarded(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits on the time and length of request heads, which it lacks."""

    head_seconds: float

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head: int | None = 0  # bytes of the head so far; None while none is expected
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            if self._timer is None:
                self._wait()
            self._head += len(data)
        super().data_received(data)
        if self._head is not None and self._head > LONGEST_HEAD:
            self._end(_LONG)

    def on_headers_complete(self) -> None:
        self._arrived()
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head = 0

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._end, _SLOW)

    def _arrived(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self, answer: bytes) -> None:
        self._arrived()
        busy: RequestResponseCycle | None = self.cycle  # of an earlier request on the connection
        if not self.transport.is_closing():
            if busy is None or busy.response_complete:
                self.transport.write(answer)
            self.transport.close()
