"""Reading for a page with its visitor's rights."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.portal.queries.reader import AccessEnded, NotThere, Reader
from services.portal.rendering import Renderer
from services.portal.sessions import Visit
from shared.api_client import ApiClient
from shared.http.language import locale_of

Query = Callable[[Reader], Awaitable[dict[str, Any]]]


async def read_page(renderer: Renderer, request: Request, query: Query) -> tuple[Reader, dict[str, Any]]:
    """What a query finds for the visitor, with its reader; a 404 if it is not there for them.

    A token that was revoked while the session goes on is renewed; after a second refusal, the page is read
    as the public.
    """
    visit = await renderer.visitors.visit(request)
    async with ApiClient.connected(renderer.settings.service_url, locale_of(request)) as client:
        while True:
            reader = Reader(client, visit.token, visit.roles)
            try:
                return reader, await query(reader)
            except NotThere:
                raise HTTPException(HTTPStatus.NOT_FOUND) from None
            except AccessEnded:
                renewed = await renderer.visitors.renew(request)
                visit = renewed if renewed.token != visit.token else Visit()
