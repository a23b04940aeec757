"""Operation list (GET /v1/operations): labels, permissions and fields of a service's operations."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from shared.command import help_of, label_of
from shared.http.door import DoorDep
from shared.http.operation import Operation
from shared.http.routes import OperationRoute, Operations, operations_of
from shared.i18n import Locale, negotiate, translator
from shared.identity.permissions import PUBLIC, Relation, Role, roles_of

operations = Operations("operations")


class GrantOut(BaseModel):
    """A role that may do it, if the relation holds."""

    role: Role
    relation: Relation


class OperationOut(BaseModel):
    """An operation.

    ``label`` follows “wanted to” (“sign a charter”), null if everybody may read; ``help`` is shown above
    the fields of a form. ``body`` is the JSON Schema of the request, its titles in the reader's language;
    null without a body, or for a file or a form. ``role_suffices`` tells whether the reader has a role for
    it; whether the relation holds depends on the subject.
    """

    name: str
    label: str | None
    help: str
    method: str
    path: str
    tag: str
    who_may: list[GrantOut]
    through_no_api_token: bool
    role_suffices: bool
    creates: bool
    body: dict[str, Any] | None

    @classmethod
    def of(cls, route: OperationRoute, roles: frozenset[str], locale: Locale) -> OperationOut:
        """The view of a route's operation for a reader with these roles."""
        operation, say = route.operation, translator(locale)
        permission = operation.permission
        return cls(
            name=operation.name,
            label=say(operation.label) if operation.label else None,
            help=say(help_of(route.description)),
            method=min(route.methods or {"GET"}),
            path=route.path,
            tag=str(route.tags[0]) if route.tags else "",
            who_may=[GrantOut(role=grant.role, relation=grant.relation) for grant in permission.grants],
            through_no_api_token=permission.by_people_alone,
            role_suffices=any(grant.role in roles for grant in permission.grants),
            creates=route.creates,
            body=_known_body(route, locale),
        )


_BODIES: dict[tuple[Operation, Locale], dict[str, Any] | None] = {}


def _known_body(route: OperationRoute, locale: Locale) -> dict[str, Any] | None:
    """The JSON Schema of a body, computed once for each language: it is the same for every reader."""
    key = route.operation, locale
    if key not in _BODIES:
        _BODIES[key] = _body(route, locale)
    return _BODIES[key]


def _body(route: OperationRoute, locale: Locale) -> dict[str, Any] | None:
    """The JSON Schema of a body without path parameters, its titles translated; None for a form."""
    model, named = route.reads, set(route.param_convertors)
    if model is None:
        return None
    say = translator(locale)
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part.get("properties", {}).items():
            field["title"] = say(label_of(name))
    schema["properties"] = {
        name: field for name, field in schema.get("properties", {}).items() if name not in named
    }
    schema["required"] = [name for name in schema.get("required", []) if name not in named]
    schema.pop("description", None)
    return schema if schema["properties"] else None


@operations.get("/operations", may=PUBLIC)
async def list_operations(door: DoorDep) -> list[OperationOut]:
    """List the operations: each with its label, its fields and who may do it."""
    locale = negotiate(door.request.headers.get("accept-language"))
    roles = roles_of(door.actor)
    return [OperationOut.of(route, roles, locale) for route in operations_of(door.request.app.routes)]
