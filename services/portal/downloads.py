"""Downloads for signed-in users: each address leads to one operation of one service."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.portal.proxy import Source, proxied
from services.portal.rendering import Renderer

LANGUAGE = re.compile(r"[a-z]{2,3}")
NUMBER = re.compile(r"[1-9][0-9]{0,4}")
ASKED = {"language": LANGUAGE, "version": NUMBER}
"""The query parameters of a document; others are not forwarded."""
SOURCES = {
    "/products/{id:uuid}/files/{file:uuid}": ("products", "products/{id}/files/{file}", True),
    "/products/{id:uuid}/print.pdf": ("products", "products/{id}/print.pdf", False),
    "/products/{id:uuid}/page.html": ("products", "products/{id}/page.html", False),
    "/agreements/{id:uuid}/file": ("partners", "agreements/{id}/file", True),
    "/evidence/{id:uuid}/file": ("programs", "evidence/{id}/file", True),
}
"""By address here: the service, the path of its operation, and whether it is an uploaded file."""


def _handing_out(
    renderer: Renderer, service: str, path: str, attached: bool
) -> Callable[[Request], Awaitable[Response]]:
    async def hand_out(request: Request) -> Response:
        # The ids were parsed as UUIDs, so they cannot change the address.
        there = path.format(**{name: str(value) for name, value in request.path_params.items()})
        query = [
            (name, value)
            for name, form in ASKED.items()
            if form.fullmatch(value := request.query_params.get(name, "")) and not attached
        ]
        return await proxied(renderer, request, Source(service, there, query, attached))

    return hand_out


def routes(renderer: Renderer) -> list[Route]:
    """The routes of downloads."""
    return [
        Route(address, _handing_out(renderer, *source), methods=["GET"])
        for address, source in SOURCES.items()
    ]
