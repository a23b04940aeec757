"""Self-description of a running service: OpenAPI and AsyncAPI documents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache, partial
from threading import Lock
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.host.asyncapi import asyncapi
from shared.host.service import Service
from shared.http.cors import OPEN

_MAKING = Lock()


def serve(app: FastAPI, service: Service) -> None:
    """Serve the documents, each generated once, on the first request, in a thread."""
    app.router.routes.append(route("/v1/openapi.json", lambda: orjson.dumps(app.openapi())))
    if service.metadata is not None:
        app.router.routes.append(route("/v1/asyncapi.json", lambda: asyncapi(service).encode()))


def route(path: str, made: Callable[[], bytes]) -> Route:
    """The route of a document, which is generated once."""
    return Route(path, _showing(made), include_in_schema=False)


def openapi(app: FastAPI) -> dict[str, Any]:
    """Generate the OpenAPI document of a service; call it in a thread."""
    with _MAKING:
        return app.openapi()


def _one_at_a_time(made: Callable[[], bytes]) -> bytes:
    """Serialise the generation of documents, which reads all loaded modules."""
    with _MAKING:
        return made()


def _showing(made: Callable[[], bytes]) -> Callable[[Request], Awaitable[Response]]:
    kept = cache(partial(_one_at_a_time, made))

    async def show(_request: Request) -> Response:
        body = await asyncio.to_thread(kept)
        answer = Response(body, media_type="application/json")
        answer.raw_headers.extend(OPEN)
        return answer

    return show
