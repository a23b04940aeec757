"""Request timeouts: for receiving the body, and for handling until the response begins."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import FrameworkProblem
from shared.http.request_headers import headers_of
from shared.i18n import N_

SLOWEST = 4096
"""The average rate in bytes per second that a body needs, after the first ``arrival`` seconds."""
LONGEST_ADDRESS = 8192
# An archive is written, or imported, before its response begins.
_UNHURRIED = re.compile(r"/api/[a-z]+/v1/archive(?:/keys|/files/[^/]+)?")


class TimeoutMiddleware:
    """Ends requests that arrive too slowly with 408, and those that take too long with 503.

    A stream that has begun may go on: the live feed, a large file. One timer serves a request: it is first
    set for the next piece of the body, and then for the beginning of the response.
    """

    def __init__(self, app: ASGIApp, arrival: float, answer: float) -> None:
        self.app = app
        self.arrival = arrival
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve within the time limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif len(scope.get("raw_path", b"")) + len(scope["query_string"]) > LONGEST_ADDRESS:
            await _say(_TOO_LONG, scope, receive, send)
        else:
            await self._within(scope, receive, send)

    async def _within(self, scope: Scope, receive: Receive, send: Send) -> None:
        now = asyncio.get_running_loop().time
        answer = None if _UNHURRIED.fullmatch(scope["path"]) else self.answer
        begun = waiting = complete = False
        latest = now() + self.arrival
        try:
            async with asyncio.timeout(answer) as timer:

                async def receiving() -> Message:
                    nonlocal waiting, complete, latest
                    if complete:
                        return await receive()
                    waiting = True
                    timer.reschedule(min(latest, now() + self.arrival))
                    message = await receive()
                    waiting, complete = False, not message.get("more_body", False)
                    latest += len(message.get("body", b"")) / SLOWEST
                    timer.reschedule(None if begun or answer is None else now() + answer)
                    return message

                async def sending(message: Message) -> None:
                    nonlocal begun
                    if not begun:
                        begun = True
                        timer.reschedule(None)
                    await send(message)

                await self.app(scope, receiving if _has_body(scope) else receive, sending)
        except TimeoutError:
            if begun or not timer.expired():
                raise
            await _say(_TOO_SLOW if waiting else _UNFINISHED, scope, receive, send)


def _has_body(scope: Scope) -> bool:
    headers = headers_of(scope)
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"


_TOO_LONG = FrameworkProblem(
    HTTPStatus.REQUEST_URI_TOO_LONG,
    "address-too-long",
    N_("The address of the request is too long."),
    N_("Ask for less at a time, and send long texts in the body."),
)
_TOO_SLOW = FrameworkProblem(
    HTTPStatus.REQUEST_TIMEOUT,
    "request-too-slow",
    N_("The request did not arrive in time; nothing was done."),
    N_("Send it again, over a faster connection or in smaller parts."),
    headers={"Connection": "close"},
)
_UNFINISHED = FrameworkProblem(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "took-too-long",
    N_("The request took too long and was cancelled."),
    N_("Check whether it was done, then try again later; an Idempotency-Key makes that safe."),
    headers={"Retry-After": "30"},
)


async def _say(ended: FrameworkProblem, scope: Scope, receive: Receive, send: Send) -> None:
    language = Request(scope).headers.get("accept-language")
    await ended.to(language, scope["path"][:200])(scope, receive, send)
