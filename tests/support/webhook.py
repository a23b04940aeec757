"""A real HTTP server on loopback that receives webhooks."""

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from multidict import CIMultiDictProxy


@dataclass(frozen=True)
class Received:
    """One request as it came in: the body is raw, because signatures cover bytes."""

    method: str
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes
    answered: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class WebhookReceiver:
    """Records each request, then answers `statuses` in turn and `status` once those are used up.

    `delay` seconds pass before each answer; a 3xx answer points to `location`.
    """

    def __init__(self) -> None:
        self.status = 204
        self.statuses: list[int] = []
        self.delay = 0.0
        self.location = "/"
        self.retry_after = ""
        self.received: list[Received] = []
        self.port = 0
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhook"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, again on the same port after stop()."""
        # Who is kept waiting is not waited for at the end.
        self._runner = web.ServerRunner(web.Server(self._receive), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening, so that deliveries are refused."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        status = self.statuses.pop(0) if self.statuses else self.status
        self.received.append(Received(request.method, request.path_qs, request.headers, body, status))
        await asyncio.sleep(self.delay)
        headers = {"Location": self.location} if 300 <= status < 400 else {}
        if status in (429, 503) and self.retry_after:
            headers["Retry-After"] = self.retry_after
        return web.Response(status=status, headers=headers)
