"""Streaming reverse proxy for downloads of signed-in users."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.portal.forms import FormError, identity_error
from services.portal.identity import IdentityRefused
from services.portal.rendering import PRIVATE, Renderer
from shared.api_client import ApiClient, NotAnswered, Problem
from shared.http.files import CHUNK, SANDBOX
from shared.http.language import locale_of
from shared.i18n import N_

IDLE_SECONDS = 60.0
TOLD = (
    *("Content-Type", "Content-Length", "Content-Disposition", "Content-Language", "Content-Range"),
    *("Accept-Ranges", "ETag", "Last-Modified"),
)
ASKED = ("If-None-Match", "If-Range", "Range")
PASSED = (
    *(HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED),
    *(HTTPStatus.GONE, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
)
SILENT = FormError(
    HTTPStatus.SERVICE_UNAVAILABLE,
    N_("This cannot be shown at the moment: the service behind it does not respond."),
    N_("Try again in a few minutes."),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A download: a path that the portal itself has composed, in one of the services.

    ``attached``: an uploaded file, or one to be saved; browsers do not display it inline.
    """

    service: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    attached: bool = True


class ProxiedResponse(StreamingResponse):
    """A response that is streamed through; its source is closed in any case."""

    def __init__(self, source: aiohttp.ClientResponse, opened: AsyncExitStack, **more: Any) -> None:
        super().__init__(_pieces(source), **more)
        self._source, self._opened = source, opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            if scope["method"] == "HEAD":
                await Response(status_code=self.status_code, headers=self._told())(scope, receive, send)
                return
            await super().__call__(scope, receive, send)
        finally:
            self._source.close()
            await self._opened.aclose()

    def _told(self) -> dict[str, str]:
        return dict(self.headers.items())


async def proxied(renderer: Renderer, request: Request, source: Source) -> Response:
    """Stream a download from a service with the reader's rights; or the page that says why not.

    A token that is no longer accepted is replaced; after the end of a session the public version is sent.
    """
    visit = await renderer.visitors.visit(request)
    for again in (True, False):
        try:
            return await _opened(renderer, request, source, visit.token)
        except IdentityRefused as refusal:
            if refusal.status == HTTPStatus.UNAUTHORIZED and visit.token and again:
                visit = await renderer.visitors.renew(request)
                continue
            if visit.silent:
                break  # files for signed-in readers only, whose identity is unknown now
            if refusal.status == HTTPStatus.FORBIDDEN:
                return await renderer.refused(request, identity_error(refusal))
            return await renderer.missing(request)
        except NotAnswered:
            break
    return await renderer.refused(request, SILENT)


async def _opened(renderer: Renderer, request: Request, source: Source, token: str) -> Response:
    """Open the response; raises :class:`IdentityRefused` or :class:`NotAnswered`."""
    # The portal compresses responses itself: compressed input would be compressed twice.
    sent: dict[str, str] = {"Accept-Encoding": "identity"}
    sent |= {name: request.headers[name] for name in ASKED if name in request.headers}
    path = f"{source.path}?{urlencode(source.query)}" if source.query else source.path
    urls = renderer.settings.service_url
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            ApiClient.connected(urls, locale_of(request), auto_decompress=False)
        )
        asked = client.open(
            source.service, path, token=token, headers=sent, seconds=None, idle=IDLE_SECONDS, accepted=PASSED
        )
        try:
            answer = await stack.enter_async_context(asked)
        except Problem as problem:
            if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise NotAnswered(source.service, client.url(source.service, path), str(problem)) from problem
            raise IdentityRefused(problem) from problem
        if answer.status not in PASSED:
            raise NotAnswered(source.service, str(answer.url), str(answer.status))
        headers = _headers(renderer, request, source, answer)
        return ProxiedResponse(answer, stack.pop_all(), status_code=answer.status, headers=headers)


def _headers(
    renderer: Renderer, request: Request, source: Source, answer: aiohttp.ClientResponse
) -> dict[str, str]:
    headers = {name: answer.headers[name] for name in TOLD if name in answer.headers}
    given = answer.headers.get("Content-Disposition", "")
    if source.attached and not given.startswith("attachment"):
        headers["Content-Disposition"] = "attachment"
    policy = SANDBOX if source.attached else answer.headers.get("Content-Security-Policy", SANDBOX)
    known = bool(renderer.visitors.secret_in(request))
    return headers | {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": PRIVATE if known else "no-cache",
    }


async def _pieces(source: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for piece in source.content.iter_chunked(CHUNK):
        yield piece
