"""ASGI middleware: correlation ids, tracing span and metrics of every request."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from http import HTTPStatus
from uuid import UUID

import structlog
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.request_headers import headers_of
from shared.observability import metrics, tracing

LARGEST_BODY = 11 * 1024 * 1024
_off: AbstractContextManager[Span] = nullcontext(INVALID_SPAN)
_ARCHIVE = re.compile(r"(?:/api/[a-z]+)?/v1/archive(?:/files/[^/]+)?")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")


class RequestContextMiddleware:
    """Binds correlation and request ids, opens the span, counts and times the request.

    Only an administrator's archive may be larger than :data:`LARGEST_BODY`; it is spooled to disk.
    """

    def __init__(self, app: ASGIApp, service: str, new_id: Callable[[], UUID]) -> None:
        self.app = app
        self.service = service
        self.new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything else passes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)
        if _may_be_too_large(headers) and not _ARCHIVE.fullmatch(scope["path"]):
            receive = _bounded(receive)
        given = headers.get(b"x-correlation-id", b"").decode("latin-1")
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
        mounted_at, mount = scope.get("root_path", ""), scope.get("route")
        # Bound for the rest of this task, which serves only this request.
        structlog.contextvars.bind_contextvars(**ids)
        scope["ids"] = ids
        with _span(scope, headers) as current:
            try:
                await self.app(scope, receive, sending)
            finally:
                # The template, never the path: ids must not become label values.
                route = "" if scope.get("route") is mount else scope["route"].path
                seconds = time.perf_counter() - begun
                labels = (self.service, scope["method"], route or "(none)", str(status))
                for duration in metrics.of_request(*labels):
                    duration.observe(seconds)
                if current.is_recording():
                    _conclude(current, scope["method"], route and mounted_at + route, status)


def _may_be_too_large(headers: Mapping[bytes, bytes]) -> bool:
    """Whether the length is undeclared or beyond the limit; the server enforces a declared length."""
    length = headers.get(b"content-length", b"0")
    return b"transfer-encoding" in headers or not length.isdigit() or int(length) > LARGEST_BODY


def _bounded(receive: Receive) -> Receive:
    """Reads at most :data:`LARGEST_BODY`."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return bounded


def _span(scope: Scope, headers: Mapping[bytes, bytes]) -> AbstractContextManager[Span]:
    """The request's span, below the caller's; its name gets the route once that is known."""
    if not tracing.is_on():
        return _off
    attributes = {
        tracing.HTTP_METHOD: scope["method"],
        tracing.URL_SCHEME: scope["scheme"],
        tracing.URL_PATH: scope["path"],
    }
    traceparent = headers.get(b"traceparent", b"").decode("latin-1")
    return tracing.span(scope["method"], traceparent, SpanKind.SERVER, attributes)


def _conclude(current: Span, method: str, route: str, status: int) -> None:
    if route:
        current.update_name(f"{method} {route}")
        current.set_attribute(tracing.HTTP_ROUTE, route)
    tracing.answered(current, status, failed_from=500)
