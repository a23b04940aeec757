"""Response compression (gzip), except for responses of a single reader."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipResponder, IdentityResponder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.request_headers import header, headers_of

SMALLEST = 1024
LEVEL = 6
_TEXTS = ("application/json", "application/xml", "application/javascript", "image/svg+xml")


class CompressionMiddleware:
    """Compresses text from :data:`SMALLEST` bytes on, except for the live feed and uncacheable responses.

    An uncacheable response may contain a secret next to words of another user, and its compressed length
    would reveal it (BREACH). A compressed response is equal in meaning, not in bytes: its entity tag
    becomes weak.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, compressed if it is worthwhile."""
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        if scope["method"] != "GET" and b"authorization" in headers_of(scope):
            await self.app(scope, receive, send)  # for one reader only
            return
        wanted = header(scope, b"accept-encoding") or ""
        responder = _Gzip(self.app, SMALLEST, LEVEL) if _takes_gzip(wanted) else _Plain(self.app, SMALLEST)
        await responder(scope, receive, send)


class _CompressionResponder(IdentityResponder):
    async def send_with_compression(self, message: Message) -> None:
        """Leave a response uncompressed if it is not text, or is for one reader only."""
        if message["type"] == "http.response.start" and not _may(Headers(raw=message["headers"])):
            self.content_encoding_set = self.started = True
            await self.send(message)
        elif self.started and self.content_encoding_set and not self.initial_message:
            await self.send(message)
        else:
            await super().send_with_compression(message)


class _Plain(_CompressionResponder):
    pass


class _Gzip(_CompressionResponder, GZipResponder):
    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        """Compress, and make the entity tag weak."""
        headers = MutableHeaders(raw=self.initial_message["headers"])
        tag = headers.get("etag", "")
        if tag.startswith('"'):
            headers["etag"] = f"W/{tag}"
        return await super().apply_compression(body, more_body=more_body)


def _takes_gzip(wanted: str) -> bool:
    for part in wanted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _may(headers: Headers) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    text = media_type.startswith("text/") or media_type in _TEXTS or media_type.endswith(("+json", "+xml"))
    kept = "no-store" not in headers.get("cache-control", "")
    return text and kept and media_type != "text/event-stream" and "content-encoding" not in headers
