"""Where what was made can be read: the address of each creation's outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import FastAPI

from shared.http.operation import Operation
from shared.http.routes import OperationRoute, operations_of


def locations(app: FastAPI) -> Mapping[Operation, str]:
    """By creating operation: the path at which the same view is read, its id as ``{id}``.

    An outcome that has no address of its own, such as a row that is listed only, is not here.
    """
    routes = list(operations_of(app.routes))
    shown = [route for route in routes if "GET" in (route.methods or ()) and route.path_format.endswith("}")]
    addresses = {route.operation: _where(route, shown) for route in routes if route.creates}
    return {operation: address for operation, address in addresses.items() if address is not None}


def _where(made: OperationRoute, shown: Sequence[OperationRoute]) -> str | None:
    """Where the same view is read, else what it is of, or one of what stands at the address."""
    if "id" not in getattr(made.response_model, "model_fields", ()):
        return None
    same = [one.path_format for one in shown if one.response_model is made.response_model]
    one_of_it = [one.path_format for one in shown if one.path_format.rpartition("/")[0] == made.path_format]
    around = [one.path_format for one in shown if made.path_format.startswith(f"{one.path_format}/")]
    for path in (*same, *around, *one_of_it):
        head, _, last = path.rpartition("/")
        return path if last in made.path_format else f"{head}/{{id}}"
    return None
