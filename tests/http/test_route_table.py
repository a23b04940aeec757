"""The table of routes finds what the list of routes finds."""

from __future__ import annotations

import pytest
from starlette.routing import Match, Route

from services.registry import NAMES, service
from shared.host.app import describe
from shared.http.route_table import RouteTable
from shared.http.routes import OperationRoute, operations_of

ROUTES = {name: list(operations_of(describe(service(name)).routes)) for name in NAMES}


def first_of(routes: list[OperationRoute], method: str, path: str) -> Route | None:
    """The route that a search through the list ends at."""
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    return next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_at_its_address(name: str) -> None:
    table = RouteTable(ROUTES[name])
    for route in ROUTES[name]:
        given = {part: f"value-{part}" for part in route.param_convertors}
        path = route.path_format.format_map(given)
        for method in route.methods or ():
            assert table.find(method, path) == (route, given), f"{method} {path}"
            assert first_of(ROUTES[name], method, path) is route, f"{method} {path} is behind another"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nothing", "/v1/programs/", "/v1/programs/1/", "//v1/programs", "/v1/{}"]
)
def test_what_is_nowhere_is_left_to_the_list(path: str) -> None:
    assert RouteTable(ROUTES["programs"]).find("GET", path) is None
    assert RouteTable(ROUTES["programs"]).find("TRACE", path) is None


def test_parameter_is_never_empty() -> None:
    table = RouteTable(ROUTES["programs"])
    assert (table.find("GET", "/v1/programs/{}") or ())[1:] == ({"program_id": "{}"},)
    assert table.find("GET", "/v1/programs//timeline") is None
