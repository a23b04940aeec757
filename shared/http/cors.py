"""CORS, HEAD and OPTIONS for public resources."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import offered
from shared.http.request_headers import is_personal
from shared.http.routes import OperationRoute

READABLE = "ETag, Link, Last-Modified, Content-Language, Content-Range, Retry-After, X-Correlation-ID"
SENDABLE = "Accept, Accept-Language, If-None-Match, If-Modified-Since, X-Correlation-ID"
A_DAY = "86400"
OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", READABLE.encode()),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
"""The headers that let pages of other sites read a response (Fetch); without a reader's cookies."""


class CorsMiddleware:
    """HEAD wherever GET is, OPTIONS everywhere, and CORS for public reading by any site.

    A response to an identified caller (with a token or a cookie) is never opened to other sites.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        method = scope["method"] if scope["type"] == "http" else ""
        if method == "OPTIONS":
            await self._options(scope)(scope, receive, send)
        elif method == "HEAD" and not self._has_head(scope):
            await self._head(scope, receive, send)
        elif method in ("GET", "HEAD"):
            await self.app(scope, receive, self._opening(scope, send))
        else:
            await self.app(scope, receive, send)

    def _opening(self, scope: Scope, send: Send) -> Send:
        known = is_personal(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not known and _is_public(scope.get("route")):
                message["headers"] = [*message["headers"], *OPEN]
            await send(message)

        return sending

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond as to GET, without the body; for access counts it is HEAD again by then."""
        scope["method"] = "GET"
        opening = self._opening(scope, send)

        async def sending(message: Message) -> None:
            scope["method"] = "HEAD"
            if message["type"] == "http.response.body":
                message["body"] = b""
            await opening(message)

        await self.app(scope, receive, sending)

    def _has_head(self, scope: Scope) -> bool:
        return any(
            route.matches(scope)[0] is Match.FULL
            for route in scope["app"].routes
            if isinstance(route, Route) and "HEAD" in (route.methods or ())
        )

    def _options(self, scope: Scope) -> Response:
        """The allowed methods; other sites may read public data, and send nothing."""
        request = Request(scope)
        methods = offered(request)
        headers = {"Allow": ", ".join(methods)}
        if self._readable(request):
            headers |= {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET, HEAD",
                "Access-Control-Allow-Headers": SENDABLE,
                "Access-Control-Max-Age": A_DAY,
            }
        return Response(status_code=204 if methods else 404, headers=headers if methods else {})

    def _readable(self, request: Request) -> bool:
        reading = {**request.scope, "method": "GET"}
        return any(
            _is_public(route)
            for route in request.app.routes
            if isinstance(route, Route) and route.matches(reading)[0] is Match.FULL
        )


def _is_public(route: object) -> bool:
    return isinstance(route, OperationRoute) and route.operation.permission.is_public
