"""The front of a process: ``/api/<service>/…`` goes to that service, everything else to the rest."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.problems import problem
from shared.i18n import N_, negotiate, translator


def front(apis: Mapping[str, ASGIApp], rest: ASGIApp) -> ASGIApp:
    """One look-up instead of a list of mounts, each with its own wrapping, on every request."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith("/api/"):
            await rest(scope, receive, send)
            return
        name = path.split("/", 3)[2]
        scope["root_path"] = f"{scope.get('root_path', '')}/api/{name}"
        await apis.get(name, _nobody)(scope, receive, send)

    return route


async def _nobody(scope: Scope, receive: Receive, send: Send) -> None:
    """No service of that name is here."""
    language = Request(scope).headers.get("accept-language")
    say = translator(negotiate(language))
    answer = problem(
        language,
        HTTPStatus.NOT_FOUND,
        "unknown-service",
        detail=say(N_("No service of that name answers here.")),
        remedy=say(N_("The address of a service is /api/<service>/v1/….")),
        instance=scope["path"],
    )
    await answer(scope, receive, send)
