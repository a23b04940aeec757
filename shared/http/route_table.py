"""Route table: constant-time look-up of the operation at an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.http.routes import OperationRoute

_ANY = "{}"
"""The branch of a parameter; no segment can equal it, because braces are escaped."""
_END = "/"
"""The end of a path; no segment contains a slash."""


class RouteTable:
    """Routes by method and by the segments of their paths.

    It contains unambiguous routes only: a literal segment takes precedence over a parameter, without
    backtracking. Other paths are searched in the list of routes, as before.
    """

    def __init__(self, routes: Iterable[OperationRoute]) -> None:
        self._methods: dict[str, dict[str, Any]] = {}
        for route in routes:
            if all(kind.regex == "[^/]+" for kind in route.param_convertors.values()):
                self._add(route)

    def _add(self, route: OperationRoute) -> None:
        parts = route.path_format[1:].split("/")
        names = tuple(part[1:-1] for part in parts if part.startswith("{"))
        for method in route.methods or ():
            branch = self._methods.setdefault(method, {})
            for part in parts:
                branch = branch.setdefault(_ANY if part.startswith("{") else part, {})
            branch.setdefault(_END, (route, names))  # the first of two equal ones, as in the list

    def find(self, method: str, path: str) -> tuple[OperationRoute, dict[str, Any]] | None:
        """The route of a path that begins with a slash, and the values of its parameters."""
        branch = self._methods.get(method)
        values = []
        for part in path[1:].split("/"):
            if branch is None:
                return None
            following = branch.get(part)
            if following is None or part == _ANY:
                if not part:
                    return None
                following = branch.get(_ANY)
                values.append(part)
            branch = following
        if branch is None or (end := branch.get(_END)) is None:
            return None
        route, names = end
        return route, dict(zip(names, values, strict=True))
