"""What every request passes: its ids, its size limit, its measure."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import problem
from shared.i18n import N_, negotiate, translator
from shared.observability import metrics
from shared.observability.tracing import span

LARGEST_BODY = 11 * 1024 * 1024
_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class BodyTooLarge(Exception):
    """The request's body goes beyond the limit."""


class RequestScope:
    """Binds correlation and request ids, opens the span, counts and times the request."""

    def __init__(self, app: ASGIApp, service: str, new_id: Callable[[], UUID]) -> None:
        self.app = app
        self.service = service
        self.new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything else passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        given = headers.get(b"x-correlation-id", "")
        request_id = str(self.new_id())
        correlation_id = given if _ID.fullmatch(given) else request_id
        ids = {"correlation_id": correlation_id, "request_id": request_id, "service": self.service}
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-correlation-id", correlation_id.encode())]
            await send(message)

        begun = time.perf_counter()
        with (
            structlog.contextvars.bound_contextvars(**ids),
            span(f"{scope['method']} {self.service}", headers.get(b"traceparent"), kind=SpanKind.SERVER),
        ):
            try:
                await self._limited(scope, headers, receive, sending)
            finally:
                # The template, never the path: ids must not become label values.
                route = getattr(scope.get("route"), "path", "(none)")
                metrics.HTTP_REQUESTS.labels(self.service, scope["method"], route, str(status)).observe(
                    time.perf_counter() - begun
                )

    async def _limited(self, scope: Scope, headers: dict[bytes, str], receive: Receive, send: Send) -> None:
        length = headers.get(b"content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            await _too_large(scope, headers, receive, send)
            return
        seen = 0

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                raise BodyTooLarge
            return message

        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        except BodyTooLarge:
            if not started:
                await _too_large(scope, headers, receive, send)


async def _too_large(scope: Scope, headers: dict[bytes, str], receive: Receive, send: Send) -> None:
    language = headers.get(b"accept-language")
    translate = translator(negotiate(language))
    more: dict[str, Any] = {"limit": LARGEST_BODY}
    response = problem(
        language,
        413,
        "request-too-large",
        detail=translate(N_("The request is larger than 11 MiB.")),
        remedy=translate(N_("Send a smaller file.")),
        instance=scope["path"],
        **more,
    )
    await response(scope, receive, send)
