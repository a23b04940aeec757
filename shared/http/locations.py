"""Location header: the address of a created object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from fastapi import FastAPI

from shared.http.operation import Operation
from shared.http.routes import OperationRoute, operations_of


class Locations:
    """By creating operation: the path at which the created resource is read, its id as ``{id}``.

    A result without an address of its own, such as a row that is only listed, has none here.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, operation: Operation) -> str | None:
        """The address of an operation's result."""
        return self.paths.get(operation)

    @cached_property
    def paths(self) -> Mapping[Operation, str]:
        """All paths, computed on first use."""
        routes = list(operations_of(self._app.routes))
        shown = [route for route in routes if "GET" in route.methods and route.path_format.endswith("}")]
        addresses = {route.operation: _where(route, shown) for route in routes if route.creates}
        return {operation: address for operation, address in addresses.items() if address is not None}


def _where(made: OperationRoute, shown: Sequence[OperationRoute]) -> str | None:
    """The address with the same view, else that of its subject, or one of its items."""
    if "id" not in getattr(made.view, "model_fields", ()):
        return None
    same = [item.path_format for item in shown if item.view is made.view]
    one_of_it = [
        item.path_format for item in shown if item.path_format.rpartition("/")[0] == made.path_format
    ]
    around = [item.path_format for item in shown if made.path_format.startswith(f"{item.path_format}/")]
    for path in (*same, *around, *one_of_it):
        head, _, last = path.rpartition("/")
        return path if last in made.path_format else f"{head}/{{id}}"
    return None
