"""Every answer of every route tells browsers to run nothing, to guess nothing and to be framed nowhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from starlette.routing import Mount, Route

from services.portal.api import pages
from services.registry import NAMES, service
from shared.host.app import describe
from shared.http.headers import ALWAYS, SecurityHeadersMiddleware
from tests.support.system import System, system

pytestmark = pytest.mark.asyncio(loop_scope="module")
SOMETHING = "0199c0de-0000-7000-8000-000000000001"
ROOT = ("/healthz", "/readyz", "/metrics", "/.well-known/jwks.json", "/nowhere", "/api/nobody/v1/x", "/api/")


def operations() -> Iterator[tuple[str, str]]:
    """Every method and path that an OpenAPI description names."""
    for name in NAMES:
        for path, methods in describe(service(name)).openapi().get("paths", {}).items():
            for method in methods:
                yield method.upper(), f"/api/{name}{re.sub('{[^}]*}', SOMETHING, path)}"


OPERATIONS = list(operations())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Every service, known to people by https."""
    folder = tmp_path_factory.mktemp("headers")
    given: dict[str, Any] = {
        f"{name}_url": "http://127.0.0.1:1" for name in ("partners", "programs", "products")
    }
    async with system(
        folder, [service(name) for name in NAMES], public_url="https://kemitraan.example", **given
    ) as running:
        yield running


def require(answer: aiohttp.ClientResponse, *, known: bool = False) -> None:
    """What every answer must say."""
    where, headers = f"{answer.method} {answer.url} {answer.status}", answer.headers
    for name in ALWAYS:
        assert len(headers.getall(name, [])) == 1, (where, name)
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["X-Frame-Options"] == "DENY", where
    assert headers["Strict-Transport-Security"].startswith("max-age="), where
    assert "Server" not in headers, where
    if known:
        assert re.search("no-store|private", headers["Cache-Control"]), where


async def test_every_operation_answers_with_them_to_anybody(here: System) -> None:
    assert len(OPERATIONS) > 150
    everyone = here.token("coordinator", "auditor")
    for token in (None, "wrong", everyone):
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        for method, path in OPERATIONS:
            async with here.session.request(method, here.url + path, headers=sent) as answer:
                assert answer.status < 500, (method, path)
                require(answer, known=token is not None)


async def test_every_page_and_everything_beside_answers_with_them(here: System) -> None:
    runtime = next(runtime for runtime in here.runtimes if runtime.service.name == "portal")
    made = pages(runtime)
    routes = made.app.routes  # type: ignore[attr-defined]
    paths = [re.sub("{number[^}]*}", "1", route.path) for route in routes if isinstance(route, Route)]
    mounts = [route.path for route in routes if isinstance(route, Mount)]
    assert "/static" in mounts
    static = ["/static/portal.css", "/static/feed.js", "/static/icon.svg", "/static/../x", "/static/%2e%2e/x"]
    for path in [*(re.sub("{[^}]*}", SOMETHING, path) for path in paths), *static, *ROOT]:
        async with here.session.get(here.url + path) as answer:
            require(answer)
        async with here.session.post(here.url + path) as answer:
            require(answer)
        async with here.session.get(here.url + path, headers={"Cookie": "session=x"}) as answer:
            # What is the same for everybody may be kept, whoever asks.
            require(answer, known=not answer.headers.get("Cache-Control", "").startswith("public"))
            assert path in static or "public" not in answer.headers["Cache-Control"], path


async def test_refusals_of_the_framework_answer_with_them_too(here: System) -> None:
    url = f"{here.url}/api/notifications/v1/subscriptions"
    async with here.session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status in (400, 422)
        require(answer)
    async with here.session.put(url) as answer:
        assert answer.status == 405
        require(answer)
    async with here.session.get(f"{here.url}/{'x' * 9000}") as answer:
        assert answer.status == 414
        require(answer)


async def test_without_https_nobody_is_told_to_insist_on_it() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        """Nothing."""

    names = [name for name, _ in SecurityHeadersMiddleware(app, "http://127.0.0.1:8000")._always]
    assert b"strict-transport-security" not in names
