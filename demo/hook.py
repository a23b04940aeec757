"""Webhook receiver of the demonstration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def hook(taken: list[dict[str, str]], port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Listen at a URL; ``taken`` is called with the id and type (without version) of each notice."""

    async def receive(request: web.Request) -> web.Response:
        body = await request.json()
        taken.append({"id": request.headers["webhook-id"], "type": body["type"].rpartition(".v")[0]})
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    try:
        yield f"http://{host}:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()
