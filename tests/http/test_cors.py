"""HEAD, OPTIONS, other sites and compression, as a running application answers."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.http import problems
from shared.http.compression import CompressionMiddleware
from shared.http.cors import CorsMiddleware
from shared.http.routes import Operations
from shared.identity.permissions import PUBLIC, Role, may

LONG = "kemitraan " * 500


def _app() -> FastAPI:
    things = Operations("things", prefix="")

    @things.get("/things", may=PUBLIC)
    async def list_things() -> Response:
        return PlainTextResponse(LONG, headers={"ETag": '"7"'})

    @things.post("/things", may=may(Role.ANYBODY), label="add a thing")
    async def add_thing() -> str:
        return "added"

    @things.get("/own", may=may(Role.ANYBODY))
    async def show_own() -> str:
        return "mine"

    app = FastAPI(routes=[*things.routes])
    problems.install(app)
    app.add_middleware(CorsMiddleware)
    return app


class Answer:
    """What an application sent."""

    def __init__(self) -> None:
        self.status, self.headers, self.content = 0, Headers(), b""


async def ask(app: Any, method: str, path: str, **headers: str) -> Answer:
    answer = Answer()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], Headers(raw=message["headers"])
        else:
            answer.content += message.get("body", b"")

    await app(scope, receive, send)
    return answer


async def test_head_is_get_without_its_body() -> None:
    whole, head = await ask(_app(), "GET", "/things"), await ask(_app(), "HEAD", "/things")
    assert (head.status, head.content) == (200, b"")
    assert head.headers == whole.headers


async def test_every_method_of_an_address_is_named() -> None:
    refused = await ask(_app(), "PUT", "/things")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    asked = await ask(_app(), "OPTIONS", "/things", origin="https://data.example")
    assert (asked.status, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD"
    assert (await ask(_app(), "OPTIONS", "/nothing")).status == 404


async def test_other_sites_read_what_is_public_and_nothing_else() -> None:
    opened = await ask(_app(), "GET", "/things", origin="https://data.example")
    assert opened.headers["access-control-allow-origin"] == "*"
    assert opened.headers["cross-origin-resource-policy"] == "cross-origin"
    for closed in (
        await ask(_app(), "GET", "/own"),
        await ask(_app(), "GET", "/things", authorization="Bearer x"),
        await ask(_app(), "GET", "/things", cookie="a=b"),
        await ask(_app(), "POST", "/things"),
        await ask(_app(), "OPTIONS", "/own"),
    ):
        assert "access-control-allow-origin" not in closed.headers


async def _stream(request: object) -> Response:
    async def events() -> Any:
        yield b"data: 1\n\n" * 1000

    return StreamingResponse(events(), media_type="text/event-stream")


@pytest.mark.parametrize(
    ("path", "accepted", "compressed"),
    [
        ("/text", "gzip, br", True),
        ("/text", "gzip;q=0", False),
        ("/text", "br", False),
        ("/short", "gzip", False),
        ("/own", "gzip", False),
        ("/pdf", "gzip", False),
        ("/feed", "gzip", False),
    ],
)
async def test_texts_go_compressed(path: str, accepted: str, compressed: bool) -> None:
    def answer(body: str, kind: str = "text/plain", **headers: str) -> Any:
        async def serve(_request: object) -> Response:
            return Response(body, media_type=kind, headers={"ETag": '"7"'} | headers)

        return serve

    routes = [
        Route("/text", answer(LONG)),
        Route("/short", answer("short")),
        Route("/own", answer(LONG, **{"Cache-Control": "no-store, private"})),
        Route("/pdf", answer(LONG, "application/pdf")),
        Route("/feed", _stream),
    ]
    got = await ask(CompressionMiddleware(Starlette(routes=routes)), "GET", path, accept_encoding=accepted)
    assert (got.headers.get("content-encoding") == "gzip") is compressed
    if compressed:
        assert gzip.decompress(got.content).decode() == LONG
        assert (got.headers["vary"], got.headers["etag"]) == ("Accept-Encoding", 'W/"7"')
        assert int(got.headers["content-length"]) == len(got.content) < len(LONG)
