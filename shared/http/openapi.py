"""OpenAPI document of a service, extending what FastAPI generates."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from pydantic.warnings import UnsupportedFieldAttributeWarning

from shared.http import declared_problems, openapi_words, operation_problems
from shared.http.problems import MEDIA_TYPE, SHAPE
from shared.http.routes import OperationRoute, operations_of

Json = dict[str, Any]
BEARER = "bearer"
SCHEMES = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token that identity gives for a session or an API token.",
    }
}
SIGN_IN = {"$ref": "#/components/responses/SignIn"}
"""The response wherever a token is needed."""
SHAPES = {"application/pdf": {"type": "string", "format": "binary"}}
_FRAMEWORK_OWN = ("HTTPValidationError", "ValidationError")


def declare(app: FastAPI, name: str) -> None:
    """Complete the OpenAPI of ``app``, once, when it is first asked for."""
    described = app.openapi

    def openapi() -> Json:
        if app.openapi_schema is None:
            with warnings.catch_warnings():  # as FastAPI does when it creates a model field at once
                warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
                _complete(described(), app, name)
        return described()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: Json, app: FastAPI, name: str) -> None:
    declared_problems.import_shared()
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for framework_own in _FRAMEWORK_OWN:
        schemas.pop(framework_own, None)
    schemas["Problem"] = SHAPE
    tags: dict[str, str] = {}
    refusals = set(operation_problems.of_everything())
    for route in operations_of(app.routes):
        refusals |= operation_problems.refusals_of(route)
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            _tell(operation, route, method)
            tags |= dict.fromkeys(operation.setdefault("tags", [name]), _first_line(route.endpoint))
            _rename_form(operation, schemas, route.operation.name)
    document["tags"] = [{"name": tag, "description": said} for tag, said in sorted(tags.items())]
    _rename_pages(document, schemas)
    components["securitySchemes"] = SCHEMES
    components["parameters"] = openapi_words.REQUEST_HEADERS
    components["headers"] = openapi_words.ANSWER_HEADERS
    components["responses"] = {
        "Problem": _problem(),
        "SignIn": operation_problems.sign_in() | {"headers": _problem_headers()},
    }
    components["examples"] = operation_problems.examples(frozenset(refusals))
    openapi_words.name_choices(document, name)
    for title, schema in schemas.items():
        schema["title"] = title
    document["x-problems"] = declared_problems.problems(name)
    for part in _parts(document):
        if part.get("contentMediaType") == "application/octet-stream":
            part["format"] = (
                "binary"  # what generators recognise a file by, besides JSON Schema's own keyword
            )


def _calls(route: OperationRoute, *names: str) -> bool:
    """Whether the handler calls one of these methods of its door."""
    return not set(names).isdisjoint(route.endpoint.__code__.co_names)


def _tell(operation: Json, route: OperationRoute, method: str) -> None:
    permission = route.operation.permission
    if route.operation.label:
        operation["x-label"] = route.operation.label
    # With a token more of the public data may be visible; operations run as the system ignore it.
    open_to_all: list[Json] = [] if _calls(route, "run_as_system") else [{}, {BEARER: []}]
    operation["security"] = open_to_all if permission.is_public else [{BEARER: []}]
    operation["x-who-may"] = [grant._asdict() for grant in permission.grants]
    if permission.by_people_alone:
        operation["x-through-no-api-token"] = True
    for parameter in operation.get("parameters", []):
        parameter.setdefault("description", openapi_words.meaning(parameter["name"]))
    for name in _sent(route, method):
        operation.setdefault("parameters", []).append({"$ref": f"#/components/parameters/{name}"})
    answers = operation["responses"]
    answers.pop("422", None)
    if _calls(route, "not_modified"):
        answers["304"] = {"description": "The copy of the reader is current"}
    for status, answer in answers.items():
        answer["headers"] = {
            shown: {"$ref": f"#/components/headers/{shown}"} for shown in _told(route, status)
        }
        for media_type, content in answer.get("content", {}).items():
            content.setdefault("schema", _shape(media_type))
    refused = {"$ref": "#/components/responses/Problem"}
    sign_in = operation_problems.sign_in()
    own = {
        status: SIGN_IN if answer == sign_in else answer | {"headers": _problem_headers()}
        for status, answer in operation_problems.responses_of(route).items()
    }
    operation["responses"] = own | answers | {"4XX": refused, "5XX": refused}


def _sent(route: OperationRoute, method: str) -> Iterator[str]:
    """The headers of a request, besides the token."""
    yield "Accept-Language"
    yield "X-Correlation-ID"
    if method in ("GET", "HEAD"):
        if _calls(route, "not_modified"):
            yield "If-None-Match"
        return
    yield "Dry-Run"
    if route.creates or route.changes:
        yield "If-Match"
    if route.creates:
        yield "Idempotency-Key"


def _told(route: OperationRoute, status: str) -> Iterator[str]:
    """The headers of a response."""
    yield "X-Correlation-ID"
    yield "RateLimit"
    yield "RateLimit-Policy"
    if route.creates or route.changes or _calls(route, "etag", "headers_of", "download_response"):
        yield "ETag"
    if _calls(route, "headers_of"):
        yield "Last-Modified"
    if status == "201" and route.creates:
        yield "Location"
        yield "Idempotency-Replayed"
    if route.operation.name == "show_catalogue":
        yield "Link"


def _shape(media_type: str) -> Json:
    if media_type in SHAPES:
        return SHAPES[media_type]
    return {"type": "object"} if media_type.endswith("json") else {"type": "string"}


def _problem() -> Json:
    return {
        "description": "What any operation can answer where it lists no problems of that status: refused, or "
        "not possible now; the body says why, and what can be done",
        "headers": _problem_headers(),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": operation_problems.refused_by_any(),
            }
        },
    }


def _problem_headers() -> Json:
    names = ("Retry-After", "X-Correlation-ID", "RateLimit", "RateLimit-Policy")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _rename_form(operation: Json, schemas: Json, name: str) -> None:
    """Name a form after its operation, not after its path."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        made = content["schema"].get("$ref", "").rpartition("/")[2]
        if made.startswith("Body_"):
            called = "".join(word.title() for word in name.split("_")) + "Form"
            schemas[called] = schemas.pop(made)
            content["schema"] = {"$ref": f"#/components/schemas/{called}"}


def _rename_pages(document: Json, schemas: Json) -> None:
    """Rename pages from pydantic's name (``Page_BoardOut_``) to that of the class (``BoardPage``)."""
    names = {name: schemas[name]["title"] for name in list(schemas) if name.startswith("Page_")}
    for made, called in names.items():
        schemas[called] = schemas.pop(made)
    for part in _parts(document):
        made = str(part.get("$ref", "")).rpartition("/")[2]
        if made in names:
            part["$ref"] = f"#/components/schemas/{names[made]}"


def _first_line(endpoint: Callable[..., Any]) -> str:
    module = inspect.getmodule(endpoint)
    return re.split(r"\n", (module.__doc__ if module else "") or "")[0]


def _parts(value: Any) -> Iterator[Json]:
    """Every object in a document, at any depth."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _parts(part)
