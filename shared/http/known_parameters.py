"""Unknown parameters: query parameters and form fields that an operation does not declare are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from fastapi import Request, params
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

TAKES_MORE: dict[str, Any] = {"x-more-parameters": "ignored"}
"""``openapi_extra`` of an address in mails, feeds and messages, or whose form others define.

Services that pass a link on append parameters of their own (``utm_source``, ``fbclid``); it has to work
as before. OAuth 2.0 requires it of its endpoints (RFC 6749, 3.1 and 3.2).
"""


@dataclass(frozen=True, slots=True)
class KnownParameters:
    """The parameters of an operation; None if it accepts any, or no form at all."""

    query: frozenset[str] | None
    form: frozenset[str] | None

    @classmethod
    def of(cls, route: APIRoute) -> Self:
        """The declared parameters of a route's handler and its dependencies."""
        if route.openapi_extra == TAKES_MORE:
            return cls(None, None)
        fields = list(_fields(route.dependant))
        query = frozenset(name for kind, name in fields if kind is params.Query)
        form = frozenset(name for kind, name in fields if kind is params.Form)
        return cls(query, form or None)

    def require(self, request: Request) -> None:
        """Refuse unknown parameters, with ``RequestValidationError``."""
        if self.query is not None and request.scope["query_string"]:
            _refuse("query", (name for name in request.query_params if name not in self.query))

    async def require_form(self, request: Request) -> None:
        """Refuse unknown form fields, with ``RequestValidationError``."""
        if self.form is not None:
            _refuse("body", (name for name in await request.form() if name not in self.form))


def _refuse(part: str, names: Iterable[str]) -> None:
    if unknown := list(dict.fromkeys(names)):
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": (part, name), "msg": "", "input": None} for name in unknown]
        )


def _fields(dependant: Dependant) -> Iterator[tuple[type, str]]:
    """The parameters of a handler and its dependencies, each with its kind."""
    for field in (*dependant.query_params, *dependant.body_params):
        kind = params.Form if isinstance(field.field_info, params.Form) else type(field.field_info)
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from ((kind, info.alias or name) for name, info in model.model_fields.items())
        else:
            yield kind, field.alias
    for dependency in dependant.dependencies:
        yield from _fields(dependency)
