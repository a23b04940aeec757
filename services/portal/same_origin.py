"""Cross-site request forgery protection: fetch metadata and Origin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from yarl import URL

SAFE = ("GET", "HEAD", "OPTIONS")
OURS = ("same-origin", "none")
"""``none``: caused by the user without any page, such as by reloading."""
Refuse = Callable[[Request], Awaitable[Response]]


class SameOriginMiddleware:
    """Refuses unsafe requests unless a page of the portal sent them.

    Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, section "Fetch Metadata headers":
    ``Sec-Fetch-Site`` decides, which no page can set; for browsers without it, ``Origin`` has to be that of
    the public URL. Requests with neither are refused. The cookie is also SameSite=Lax.
    """

    def __init__(self, app: ASGIApp, public_url: str, refuse: Refuse) -> None:
        self.app = app
        self.origin = str(URL(public_url).origin())
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or answer 403."""
        if scope["type"] == "http" and scope["method"] not in SAFE:
            request = Request(scope, receive)
            if not self.is_ours(request):
                await (await self.refuse(request))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def is_ours(self, request: Request) -> bool:
        """Whether a page of the portal, or no page at all, sent it."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in OURS
        return request.headers.get("origin") == self.origin
