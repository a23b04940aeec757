"""The gateway: which path leads where, whom it believes, what it holds back, what it passes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.support.gateway import UPSTREAMS, gateway
from tests.support.ports import free_port
from tests.support.wait import eventually


@dataclass
class Behind:
    """The gateway, and services behind it that answer with what they were asked."""

    url: str
    session: aiohttp.ClientSession
    ports: dict[str, int]
    https: str = ""

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        """The status, and what the service saw."""
        async with self.session.get(self.url + path, headers=headers, ssl=False) as answer:
            return answer.status, await answer.json() if answer.status == 200 else {}


@asynccontextmanager
async def upstream(name: str, port: int) -> AsyncIterator[None]:
    """A service that tells what it was asked; ``/feed`` says one thing and waits."""

    async def echo(request: web.Request) -> web.Response:
        await request.read()
        seen = {key: request.headers.get(key, "") for key in ("X-Forwarded-For", "X-Forwarded-Proto", "Host")}
        return web.json_response({"service": name, "path": request.path, **seen})

    async def feed(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b"data: now\n\n")
        await asyncio.sleep(60)
        return answer

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/feed", feed)
    app.router.add_route("*", "/{rest:.*}", echo)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def behind(folder: Path, *running: str, **settings: str) -> AsyncIterator[Behind]:
    """The gateway before some services."""
    ports, port = {name: free_port() for name in UPSTREAMS}, free_port()
    places = {name: f"127.0.0.1:{at}" for name, at in ports.items()}
    with gateway(folder, places, port, **settings) as health:
        async with aiohttp.ClientSession() as session:

            async def up() -> bool:
                try:
                    async with session.get(health) as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await eventually(up, 20, "the gateway runs")
            async with _all(running, ports):
                yield Behind(f"http://127.0.0.1:{port}", session, ports)


@asynccontextmanager
async def _all(names: tuple[str, ...], ports: dict[str, int]) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for name in names:
            await stack.enter_async_context(upstream(name, ports[name]))
        yield


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Behind]:
    """All of them."""
    async with behind(tmp_path, *UPSTREAMS) as running:
        yield running


async def test_each_path_leads_to_its_service_and_the_rest_to_the_portal(here: Behind) -> None:
    for service in UPSTREAMS[:-1]:
        assert (await here.get(f"/api/{service}/v1/things"))[1]["service"] == service
        assert (await here.get(f"/api/{service}/v1/things"))[1]["path"] == f"/api/{service}/v1/things"
    crawled = ("/robots.txt", "/sitemap.xml", "/sitemap-2.xml", "/.well-known/security.txt")
    for path in ("/", "/p/abc", "/api/nobody/v1/x", "/api/portal/v1/openapi.json", "/sign-in", *crawled):
        assert (await here.get(path))[1]["service"] == "portal"
    for path in ("/api", "/api/", "/api/partners", "/schemas", "/problems/x", "/.well-known/api-catalog"):
        assert (await here.get(path))[1]["service"] == "portal"


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz", "/METRICS", "/%6detrics", "/metrics/"])
async def test_what_only_those_who_run_the_system_need_is_not_there(here: Behind, path: str) -> None:
    assert (await here.get(path))[0] == 404


async def test_whom_a_visitor_claims_to_be_is_thrown_away(here: Behind) -> None:
    _, seen = await here.get("/", **{"X-Forwarded-For": "192.168.1.50", "X-Forwarded-Proto": "https"})
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == ("127.0.0.1", "http")


async def test_a_proxy_in_front_is_believed_once_it_is_named(tmp_path: Path) -> None:
    async with behind(tmp_path, "portal", KEMITRAAN_FRONT_PROXIES="127.0.0.0/8") as here:
        _, seen = await here.get("/", **{"X-Forwarded-For": "203.0.113.5", "X-Forwarded-Proto": "https"})
        assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == ("203.0.113.5, 127.0.0.1", "https")


async def test_the_live_feed_passes_at_once(here: Behind) -> None:
    async with here.session.get(f"{here.url}/feed") as answer:
        assert await asyncio.wait_for(answer.content.readline(), 10) == b"data: now\n"


async def test_a_service_that_comes_back_is_found(tmp_path: Path) -> None:
    async with behind(tmp_path, "portal") as here:
        asked = asyncio.create_task(here.get("/api/programs/v1/programs"))
        await asyncio.sleep(0)
        async with upstream("programs", here.ports["programs"]):
            assert (await asked)[1]["service"] == "programs", "it was waited for"
        async with upstream("programs", here.ports["programs"]):
            assert (await here.get("/api/programs/v1/programs"))[1]["service"] == "programs"


async def test_a_body_is_bounded_and_an_archive_is_not(here: Behind) -> None:
    body = b"x" * (13 * 1024 * 1024)
    async with here.session.post(f"{here.url}/api/programs/v1/evidence", data=body) as answer:
        assert answer.status in (413, 502), "cut off on the way"
    async with here.session.put(f"{here.url}/api/programs/v1/archive", data=body) as answer:
        assert answer.status == 200


async def test_one_setting_makes_it_https(tmp_path: Path) -> None:
    """A name of this machine gets a certificate of Caddy's own; others get a public one the same way."""
    secure = free_port()
    async with behind(
        tmp_path, "portal", KEMITRAAN_SITE="localhost", KEMITRAAN_GATEWAY_HTTPS=str(secure)
    ) as here:
        url = f"https://localhost:{secure}/"

        async def served() -> dict[str, str] | None:
            try:
                async with here.session.get(url, ssl=False) as answer:
                    seen: dict[str, str] = await answer.json()
                    return seen
            except aiohttp.ClientError:
                return None

        seen = await eventually(served, 20, "it speaks HTTPS")
        assert seen["X-Forwarded-Proto"] == "https"
