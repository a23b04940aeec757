"""Whether an operation's OpenAPI tells of a problem that it answered."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import Match

from shared.host.app import describe
from shared.host.service import Service
from shared.http.operation_problems import codes_of
from shared.http.routes import OperationRoute, operations_of

_KNOWN: dict[int, tuple[Service, list[OperationRoute]]] = {}
"""By the identity of a service, which is kept, as it cannot be hashed."""


def _routes(service: Service) -> list[OperationRoute]:
    if id(service) not in _KNOWN:
        _KNOWN[id(service)] = service, list(operations_of(describe(service).routes))
    return _KNOWN[id(service)][1]


def require_documented(services: Iterable[Service], method: str, path: str, problem: str) -> None:
    """Fail where an operation answered a problem that is not documented for it."""
    code = problem.removeprefix("/problems/")
    for service in services:
        at = f"/api/{service.name}"
        scope = {"type": "http", "method": method, "path": path.partition("?")[0].removeprefix(at)}
        if path.startswith(f"{at}/"):
            for route in _routes(service):
                if route.matches(scope)[0] is Match.FULL:
                    name = route.operation.name
                    assert code in codes_of(route), f"{name} answered {code}, of which OpenAPI does not tell"
                    return
