"""What nobody reads is refused: parameters and form fields that an operation does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, params
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from shared.http.openapi import api_routes

TAKES_MORE: dict[str, Any] = {"x-more-parameters": "ignored"}
"""``openapi_extra`` of an address that stands in mails, feeds and messages, or whose form others decide.

Whoever passes a link on writes parameters of its own behind it (``utm_source``, ``fbclid``); it
has to lead where it led before. OAuth 2.0 wants it so of its endpoints (RFC 6749, 3.1 and 3.2).
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What an operation reads; None where it takes whatever comes, or no form at all."""

    query: frozenset[str] | None
    form: frozenset[str] | None


def known(app: FastAPI) -> Mapping[str, Known]:
    """What each operation reads, by its name."""
    found = {}
    for route in api_routes(app):
        fields = list(_fields(route.dependant))
        query = frozenset(name for kind, name in fields if kind is params.Query)
        form = frozenset(name for kind, name in fields if kind is params.Form)
        is_open = route.openapi_extra == TAKES_MORE
        found[route.endpoint.__name__] = Known(None, None) if is_open else Known(query, form or None)
    return found


async def refuse(request: Request) -> None:
    """Refuse what the operation does not know, each by its name: a misspelt one would do nothing."""
    knows: Known = request.app.state.known[request.scope["endpoint"].__name__]
    wrong: list[tuple[str, str]] = []
    if knows.query is not None and request.scope["query_string"]:
        wrong += [("query", name) for name in request.query_params if name not in knows.query]
    if knows.form is not None:
        wrong += [("body", name) for name in await request.form() if name not in knows.form]
    if wrong:
        raise RequestValidationError([_unknown(*one) for one in dict.fromkeys(wrong)])


def _unknown(part: str, name: str) -> dict[str, Any]:
    return {"type": "extra_forbidden", "loc": (part, name), "msg": "", "input": None}


def _fields(dependant: Dependant) -> Iterator[tuple[type, str]]:
    """What a handler and all that it depends on read, each with its kind."""
    for field in (*dependant.query_params, *dependant.body_params):
        kind = params.Form if isinstance(field.field_info, params.Form) else type(field.field_info)
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from ((kind, one.alias or name) for name, one in model.model_fields.items())
        else:
            yield kind, field.alias
    for one in dependant.dependencies:
        yield from _fields(one)
