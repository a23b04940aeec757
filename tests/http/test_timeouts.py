"""A request that trickles, swells or takes for ever is ended; what has begun to be answered may go on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.notifications.service import service as notifications
from services.partners.service import service as partners
from shared.host.listener import listening
from shared.http.timeouts import TimeoutMiddleware
from shared.settings import load_settings
from tests.support.ports import free_port
from tests.support.system import System, system
from tests.support.wait import eventually

Write = Callable[[bytes], None]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[System]:
    """A system that waits a second for what is to arrive."""
    async with system(tmp_path, [partners, notifications], arrival_seconds=1) as running:
        yield running


async def said(port: int, sent: bytes, *more: bytes, seconds: float = 40) -> bytes:
    """What is answered until the connection ends, to one piece and then to others, ten a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)

    async def trickle() -> None:
        for piece in more:
            await asyncio.sleep(0.1)  # this is what is tested: somebody who is slow
            writer.write(piece)

    trickling = asyncio.create_task(trickle())
    try:
        async with asyncio.timeout(seconds):
            return await reader.read()
    except ConnectionResetError:
        return b""
    finally:
        trickling.cancel()
        writer.close()


def port_of(here: System) -> int:
    """Where the system listens."""
    return int(here.url.rpartition(":")[2])


async def test_a_connection_that_says_nothing_is_ended(here: System) -> None:
    assert (await said(port_of(here), b"")).startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_stops_or_trickles_is_ended(here: System) -> None:
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
    assert (await said(port_of(here), head)).startswith(b"HTTP/1.1 408 ")
    drops = [b"X-%d: y\r\n" % number for number in range(100)]
    assert (await said(port_of(here), head, *drops)).startswith(b"HTTP/1.1 408 ")


async def test_a_second_request_on_a_connection_is_held_to_the_same(here: System) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = await said(port_of(here), whole, b"GET /healthz HTTP/1.1\r\nHo")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


@pytest.mark.parametrize("more", [1, 200])
async def test_a_body_that_stops_or_trickles_is_refused(here: System, more: int) -> None:
    head = (
        b"POST /api/notifications/v1/subscriptions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    )
    head += b"Content-Length: 1000\r\n\r\n{"
    answer = await said(port_of(here), head, *[b" "] * more)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


async def test_chunks_that_never_end_are_refused(here: System) -> None:
    head = (
        b"POST /api/notifications/v1/subscriptions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    )
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    answer = await said(port_of(here), head, *[b"1\r\n \r\n"] * 200)
    assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 40_000,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + b"X-Many: y\r\n" * 4_000,
        b"GET /" + b"y" * 40_000,
    ],
    ids=["one header", "many headers", "address"],
)
async def test_a_head_without_end_is_cut_off(here: System, head: bytes) -> None:
    assert (await said(port_of(here), head)).startswith(b"HTTP/1.1 431 ")


async def test_a_long_address_is_refused_as_a_problem(here: System) -> None:
    answer = await here.call("GET", f"/api/partners/v1/partnerships?cursor={'x' * 9000}")
    assert (answer.status, answer.body["type"]) == (414, "/problems/address-too-long")


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
async def test_json_in_many_levels_is_refused_and_breaks_nothing(here: System, opening: bytes) -> None:
    url = f"{here.url}/api/notifications/v1/subscriptions"
    for levels in (1_000, 100_000, 1_000_000):
        headers = {"Content-Type": "application/json"}
        async with here.session.post(url, data=io.BytesIO(opening * levels), headers=headers) as answer:
            assert answer.status in (400, 422), levels
            assert answer.content_type == "application/problem+json"
    assert (await here.call("GET", "/healthz")).status == 200


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """An application behind the listener of the host."""
    port = free_port()
    server = uvicorn.Server(listening(app, load_settings(port=port)))
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


async def test_work_that_takes_too_long_is_given_up() -> None:
    ended = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with serving(TimeoutMiddleware(app, arrival=5, answer=0.2)) as port:
        answer = await said(port, GET)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"/problems/took-too-long" in answer
        assert b"retry-after: 30" in answer.lower()
        await asyncio.wait_for(ended.wait(), 5)


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.6)  # longer than an answer may take to begin
        await send({"type": "http.response.body", "body": b"done"})

    async with serving(TimeoutMiddleware(app, arrival=5, answer=0.2)) as port:
        assert (await said(port, GET)).endswith(b"done\r\n0\r\n\r\n")


async def test_what_a_slow_sender_takes_is_not_the_works_time() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
    async with serving(TimeoutMiddleware(app, arrival=5, answer=0.5)) as port:
        assert (await said(port, head, *[b"x"] * 10)).startswith(b"HTTP/1.1 204 ")


async def test_a_timeout_of_the_work_itself_is_no_answer_of_ours() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await TimeoutMiddleware(app, arrival=5, answer=5)(
            {"type": "http", "path": "/", "query_string": b"", "headers": []}, _receive, _send
        )


async def _receive() -> Message:
    return {"type": "http.disconnect"}


async def _send(message: Message) -> None:
    """Nobody listens."""
