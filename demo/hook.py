"""The endpoint of an agency's own system, that takes webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def hook(taken: list[dict[str, str]], host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Listen on ``host`` at the URL that is given, and keep the id and type of each notice in ``taken``."""

    async def receive(request: web.Request) -> web.Response:
        body = await request.json()
        taken.append({"id": request.headers["webhook-id"], "type": body["type"]})
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    try:
        yield f"http://{host}:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()
