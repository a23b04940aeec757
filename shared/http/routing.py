"""Request routing of a process: ``/api/<service>/…`` to that service, everything else to the portal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.problems import FrameworkProblem
from shared.i18n import N_

_SERVICE = re.compile(r"/api/([^/]+)/")


def route_by_service(apis: Mapping[str, ASGIApp], rest: ASGIApp) -> ASGIApp:
    """Route by service name, in one look-up instead of a list of mounts on every request."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        # /api and /api/<service> themselves are pages for people.
        match = _SERVICE.match(scope["path"])
        if match is None:
            await rest(scope, receive, send)
            return
        name = match[1]
        scope["root_path"] = f"{scope.get('root_path', '')}/api/{name}"
        await apis.get(name, unknown_service)(scope, receive, send)

    return route


UNKNOWN_SERVICE = FrameworkProblem(
    HTTPStatus.NOT_FOUND,
    "unknown-service",
    N_("There is no service of that name here."),
    N_("The address of a service is /api/<service>/v1/…."),
)


async def unknown_service(scope: Scope, receive: Receive, send: Send) -> None:
    """The response if there is no service with that name."""
    language = Request(scope).headers.get("accept-language")
    await UNKNOWN_SERVICE.to(language, scope["path"])(scope, receive, send)
