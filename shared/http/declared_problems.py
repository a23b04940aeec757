"""Declared problems: the refusals of each service, for OpenAPI and the page of refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import shared
from shared.http.problems import STATUS, FrameworkProblem
from shared.refusal import Refusal

_PLACE = re.compile(r"%\(\w+\)[sd]")


def problems(service: str) -> list[dict[str, Any]]:
    """Each problem of the service, by code: status, meaning, remedy and reason, in English.

    They are message ids of the catalogue, with ``%(name)s`` placeholders.
    """
    import_shared()
    by_code = {problem.code: problem for problem in _below(Refusal) if _is_of(problem, service)}
    told = {
        code: (STATUS[problem.kind], problem.message, problem.remedy, problem.reason)
        for code, problem in by_code.items()
    }
    told |= {
        problem.code: (problem.status, problem.detail, problem.remedy, "")
        for problem in FrameworkProblem.declared.values()
    }
    return [
        {"code": code, "status": int(status), "detail": detail, "remedy": remedy}
        | ({"reason": reason} if reason else {})
        for code, (status, detail, remedy, reason) in sorted(told.items())
    ]


def without_names(text: str) -> str:
    """A message with … for each placeholder."""
    return _PLACE.sub("…", text).replace("%%", "%")


def import_shared() -> None:
    """Import every shared module: refusals are declared in many of them."""
    for module in walk_packages(shared.__path__, "shared."):
        if ".migrations" not in module.name:
            import_module(module.name)


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for subclass in kind.__subclasses__():
        if "message" in vars(subclass):
            yield subclass
        yield from _below(subclass)


def _is_of(refusal: type[Refusal], service: str) -> bool:
    return f"{refusal.__module__}.".startswith(("shared.", f"services.{service}."))
