"""Security headers: content security policy, nosniff, frame denial, HSTS."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.request_headers import is_personal

POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of responses that are no pages; a page has its own."""
HSTS = "max-age=63072000"
"""Two years; not for subdomains, which may belong to others."""
_UNUSED = ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
ALWAYS: dict[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Adds security headers that a response does not set itself; HSTS if people connect by https.

    A response to a request with a token or a cookie is not cached, unless it says that only its reader may.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        always = ALWAYS | ({"strict-transport-security": HSTS} if public_url.startswith("https://") else {})
        self._always = [(name.encode(), value.encode()) for name, value in always.items()]
        self._names = {name for name, _ in self._always}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = is_personal(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._completed(message["headers"], known=known)
            await send(message)

        await self.app(scope, receive, sending)

    def _completed(self, given: list[tuple[bytes, bytes]], *, known: bool) -> list[tuple[bytes, bytes]]:
        said = {name for name, _ in given}
        if self._names.isdisjoint(said):
            headers = [*given, *self._always]
        else:
            headers = [*given, *(pair for pair in self._always if pair[0] not in said)]
        return _unkept(headers) if known else headers


def _unkept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    for name, value in headers:
        if name == b"cache-control" and any(word in value for word in (b"private", b"no-store", b"public")):
            return headers
    return [*(pair for pair in headers if pair[0] != b"cache-control"), (b"cache-control", b"no-store")]
