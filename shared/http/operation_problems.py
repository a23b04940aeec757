"""The problems that an operation can answer, as they follow from what it calls and from who may do it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from fastapi.dependencies.models import Dependant

from shared.http.declared_problems import without_names
from shared.http.door import Door, admit
from shared.http.problems import MEDIA_TYPE, STATUS, TITLES, FrameworkProblem
from shared.http.rate_limits import RateLimitMiddleware
from shared.http.reached_refusals import Refusals, reached_from
from shared.http.routes import CommandRoute, OperationRoute
from shared.identity.actor import SignInFirst
from shared.identity.permissions import OnlyReads
from shared.refusal import Refusal

Json = dict[str, Any]
NO_OPERATION = (404, 405)
"""Including the problems of the framework itself."""


def refusals_of(route: OperationRoute) -> Refusals:
    """The refusals of an operation that are not common to all."""
    reached = reached_from(*_functions(route)) | route.operation.permission.refusals
    if route.methods <= {"GET", "HEAD"}:
        return reached - of_everything() - {OnlyReads}
    return (reached | of_every_write()) - of_everything()


def of_every_write() -> Refusals:
    """The refusals that hooks of the database raise, as :class:`Refusal` says."""
    return frozenset(kind for kind in Refusal.__subclasses__() if kind.of_writes)


@cache
def of_everything() -> Refusals:
    """The refusals of every operation: of invalid tokens, and of rate limits."""
    return reached_from(admit, RateLimitMiddleware.__call__) - {OnlyReads}


def codes_of(route: OperationRoute) -> frozenset[str]:
    """Each problem of an operation, by its code, including those of the framework."""
    kinds = refusals_of(route) | of_everything()
    return frozenset(kind.code for kind in kinds) | FrameworkProblem.declared.keys()


def responses_of(route: OperationRoute) -> Json:
    """The problem responses of an operation, by status; each lists all problems of its status."""
    own, every = _by_status(refusals_of(route)), _by_status(of_everything())
    return {str(status): _response(status, {*codes, *every.get(status, ())}) for status, codes in own.items()}


def sign_in() -> Json:
    """The response to a missing or invalid token."""
    status = STATUS[SignInFirst.kind]
    return _response(status, {SignInFirst.code, *_by_status(of_everything())[status]})


def examples(refusals: Refusals) -> Json:
    """An example of each problem, in English, with … for placeholders."""
    shown = {
        kind.code: _example(STATUS[kind.kind], kind.code, kind.message, kind.remedy) for kind in refusals
    }
    shown |= {
        answer.code: _example(answer.status, answer.code, answer.detail, answer.remedy)
        for answer in FrameworkProblem.declared.values()
    }
    return dict(sorted(shown.items()))


def refused_by_any() -> Json:
    """The problems of every operation, for statuses that an operation does not list."""
    codes = {kind.code for kind in of_everything()} | FrameworkProblem.declared.keys()
    return {code: {"$ref": f"#/components/examples/{code}"} for code in sorted(codes)}


def _functions(route: OperationRoute) -> Iterator[Callable[..., Any]]:
    """The functions that serve a request."""
    yield admit
    if isinstance(route, CommandRoute):
        yield route.use_case
        yield Door.create if route.operation.creates else Door.do
        yield from route.limits
        if route.first is not None:
            yield route.first
        yield route.shows.of
    else:
        yield route.endpoint
        yield from _needed(route.dependant)


def _needed(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for part in dependant.dependencies:
        if isinstance(part.call, type):
            yield inspect.getattr_static(part.call, "__init__")
        elif part.call is not None:
            yield part.call
        yield from _needed(part)


def _by_status(refusals: Refusals) -> dict[int, list[str]]:
    codes: dict[int, list[str]] = {}
    for kind in sorted(refusals, key=lambda kind: (STATUS[kind.kind], kind.code)):
        codes.setdefault(STATUS[kind.kind], []).append(kind.code)
    for answer in FrameworkProblem.declared.values():
        if answer.status in codes and answer.status not in NO_OPERATION:
            codes[answer.status].append(answer.code)
    return codes


def _response(status: int, codes: set[str]) -> Json:
    shown = {code: {"$ref": f"#/components/examples/{code}"} for code in sorted(codes)}
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": shown}}
    return {"description": TITLES[status], "content": content}


def _example(status: int, code: str, detail: str, remedy: str) -> Json:
    problem: Json = {"type": f"/problems/{code}", "title": TITLES[status], "status": int(status)}
    problem["detail"] = without_names(detail)
    if remedy:
        problem["remedy"] = without_names(remedy)
    return {"summary": problem["detail"], "value": problem}
