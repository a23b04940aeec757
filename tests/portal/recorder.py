"""What the portal asks of its services, told by one server that stands for all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from services.registry import service
from shared.service_names import WITH_DATA
from tests.support.system import System, system


@dataclass
class Recorder:
    """Stands for every service, and tells what it was asked; it answers as tests want.

    ``answers`` are status and JSON by a part of the path; all else gets ``status``, ``headers``, ``body``.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request, whatever it asks for."""
        self.asked.append((request.raw_path, dict(request.headers)))
        for part, (status, found) in self.answers.items():
            if part in request.raw_path:
                return web.json_response(found, status=status)
        return web.Response(status=self.status, headers=self.headers, body=self.body)


@asynccontextmanager
async def recorded(folder: Path) -> AsyncIterator[tuple[System, Recorder]]:
    """A portal whose services are all the recorder."""
    recorder = Recorder()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", recorder.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    read: dict[str, Any] = {f"{name}_url": url for name in WITH_DATA}
    try:
        async with system(folder, [service("portal")], **read) as here:
            yield here, recorder
    finally:
        await runner.cleanup()


def somebody(person: str) -> dict[str, tuple[int, Any]]:
    """The answers of identity to a portal in which somebody is signed in."""
    access = {
        "access_token": "head.e30.signature",
        "expires_at": "2999-01-01T00:00:00+00:00",
        "person": person,
        "roles": [],
    }
    me: dict[str, Any] = {
        "display_name": "Ani",
        "user_name": "ani",
        "email": None,
        "agency": "polresta-contoh",
        "organisation_id": None,
        "roles": [],
        "needs_code": False,
    }
    return {
        "/v1/me/sessions": (200, {"items": [], "next": None}),
        "/v1/access": (200, access),
        "/v1/me": (200, me),
    }
