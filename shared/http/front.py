"""The front of a process: ``/api/<service>/…`` goes to that service, everything else to the rest."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


def front(apis: Mapping[str, ASGIApp], rest: ASGIApp) -> ASGIApp:
    """One look-up instead of a list of mounts, each with its own wrapping, on every request."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        name = path.split("/", 3)[2] if path.startswith("/api/") else ""
        app = apis.get(name)
        if app is None:
            await rest(scope, receive, send)
        else:
            scope["root_path"] = f"{scope.get('root_path', '')}/api/{name}"
            await app(scope, receive, send)

    return route
