"""ASGI application of a service: request guard, operation look-up, error responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.route_table import RouteTable
from shared.http.routes import CommandRoute, operations_of

Guard = Callable[[ASGIApp], ASGIApp]
Answering = Callable[[Request, Exception], Awaitable[Response]]


class Application(FastAPI):
    """FastAPI with a routing table that serves operations directly.

    FastAPI describes all operations and resolves the dependencies of handlers. Its list of routes and its
    middleware are used only for addresses that the table does not know: for the problems 404 and 405, and
    for routes that are no operations. ``guard`` is before both.
    """

    guard: Guard | None = None

    def build_middleware_stack(self) -> ASGIApp:
        """The guard, the table, and behind it FastAPI's own stack."""
        app: ASGIApp = _Dispatch(self, super().build_middleware_stack())
        if self.guard is not None:
            app = self.guard(app)
        return ServerErrorMiddleware(app, handler=self.exception_handlers.get(Exception))


class _Dispatch:
    """Serves the operation found in the table, or passes the request on to ``rest``."""

    def __init__(self, app: FastAPI, rest: ASGIApp) -> None:
        self.rest = rest
        self.table = RouteTable(operations_of(app.routes))
        handlers: Mapping[Any, Any] = app.exception_handlers
        self.handlers: Mapping[type, Answering] = {
            kind: handler for kind, handler in handlers.items() if kind not in (500, Exception)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        path: str = scope["path"][len(scope["root_path"]) :]
        known = self.table.find(scope["method"], path)
        if known is None:
            await self.rest(scope, receive, send)
            return
        scope["route"], scope["path_params"] = known
        route = known[0]
        if isinstance(route, CommandRoute):
            await self._answer(route, scope, receive, send)
        else:
            await self._handle(route.app, scope, receive, send)

    async def _answer(self, route: CommandRoute, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a use case: its response is complete before any of it is sent."""
        request = Request(scope, receive)
        try:
            response = await route.respond(request)
        except Exception as error:  # noqa: BLE001 - what has no answer is raised again
            response = await self._handler(error)(request, error)
        await response(scope, receive, send)

    async def _handle(self, handler: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a FastAPI handler; once its response has begun, nothing can replace it."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            async with AsyncExitStack() as files:
                scope["fastapi_middleware_astack"] = files
                await handler(scope, receive, sending)
        except Exception as error:
            if begun:
                raise
            request = Request(scope, receive)
            answer = await self._handler(error)(request, error)
            await answer(scope, receive, send)

    def _handler(self, error: Exception) -> Answering:
        """The handler of an exception; unexpected ones propagate to the outermost application."""
        for kind in type(error).__mro__:
            if kind in self.handlers:
                return self.handlers[kind]
        raise error
