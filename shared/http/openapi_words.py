"""OpenAPI descriptions of headers, parameters and enumerations."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

Json = dict[str, Any]


def _header(description: str, **schema: Any) -> Json:
    return {"description": description, "schema": {"type": "string"} | schema}


def _request(name: str, description: str, **schema: Any) -> Json:
    return {"name": name, "in": "header", "required": False} | _header(description, **schema)


REQUEST_HEADERS: Json = {
    name: _request(name, description, **schema)
    for name, description, schema in (
        ("Accept-Language", "Languages of the reader, such as id or en.", {}),
        ("X-Correlation-ID", "An id of this request chosen by the caller, for logs and events.", {}),
        (
            "Idempotency-Key",
            "Makes it safe to repeat the request: the same key and body get the same response, once done.",
            {"minLength": 1, "maxLength": 255},
        ),
        ("If-Match", "The ETag of the version that was read: 412 if it has been changed since.", {}),
        ("If-None-Match", "The ETag of the stored copy: 304 if it is still current.", {}),
        ("Dry-Run", "true: everything is checked, and nothing is changed.", {"enum": ["true", "false"]}),
    )
}
ANSWER_HEADERS: Json = {
    "ETag": _header("The version of the resource."),
    "Last-Modified": _header("When it was last changed."),
    "Link": _header("The next page (RFC 8288)."),
    "Location": _header("The address of the new resource, if it has one.", format="uri-reference"),
    "Idempotency-Replayed": _header("true: this was done before; the response is repeated."),
    "X-Correlation-ID": _header("The id of the request in logs and events."),
    "Retry-After": _header("The number of seconds to wait before trying again.", type="integer"),
    "RateLimit": _header("The remaining requests, and the seconds until the limit is full again."),
    "RateLimit-Policy": _header("The limit: requests per number of seconds."),
}
PARAMETERS = {
    "about": "The id of its subject.",
    "actor": "The opaque id of the person who acted.",
    "area": "An administrative code such as 35.15, including the areas in it.",
    "back_to": "The path of the page to return to.",
    "code": "The code, as written or printed.",
    "correlation_id": "The correlation id of the original request.",
    "cursor": "`next` of the previous page.",
    "dry_run": "Only report what would happen.",
    "error": "The error of the provider if signing in failed.",
    "form": "The format of the export.",
    "iss": "The issuer identifier of the provider.",
    "language": "The language of the text.",
    "letter_id": "The id of the dead letter.",
    "limit": "The maximum number of items.",
    "name": "The name, as in the list.",
    "number": "The number of the version, from 1.",
    "q": "Words to search for.",
    "responsible": "The id of the responsible organisation.",
    "sha256": "The SHA-256 of the file, in hexadecimal digits.",
    "since": "From this moment or day on.",
    "start": "The first day.",
    "token": "The token of a link.",  # nosec B105  # a description
    "until": "Until this moment or day.",
    "version": "The number of the version.",
}


def meaning(parameter: str) -> str:
    """The meaning of a parameter; well-known ones are in :data:`PARAMETERS`."""
    if parameter in PARAMETERS:
        return PARAMETERS[parameter]
    thing, is_id, _ = parameter.partition("_id")
    words = thing.replace("_", " ")
    return f"The id of the {words}." if is_id else f"Only with this {words}."


def name_choices(document: Json, service: str) -> None:
    """Give each named set of choices one schema with its name.

    Inline choices would become a separate type at each place in a generated client.
    """
    schemas = document["components"]["schemas"]
    names = {tuple(schema["enum"]): name for name, schema in schemas.items() if "enum" in schema}
    for name, values in _aliases(service):
        if name not in schemas and values not in names:
            names[values] = name
    used: set[tuple[str, ...]] = set()
    for holder, key in list(_inline(document)):
        values = tuple(holder[key]["enum"])
        if values in names:
            rest = {word: holder[key][word] for word in ("default", "description") if word in holder[key]}
            holder[key] = {"$ref": f"#/components/schemas/{names[values]}"} | rest
            used.add(values)
    for values in sorted(used):
        schemas.setdefault(names[values], {"type": "string", "enum": list(values)})


def _aliases(service: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The named choices of the contracts and of the service, by name."""
    ours = [f"shared.contracts.{service}", f"services.{service}.", "shared.contracts."]
    for prefix in [*ours, "shared.http.", "shared.host.operations"]:
        for module in sorted(name for name in sys.modules if f"{name}.".startswith(prefix.rstrip(".") + ".")):
            for name, value in sorted(vars(sys.modules[module]).items()):
                if get_origin(value) is Literal and name[0].isupper() and len(get_args(value)) > 1:
                    yield name, get_args(value)


def _inline(value: Any, *, top: bool = True) -> Iterator[tuple[Any, Any]]:
    """Inline choices: the object or list that holds them, and their key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        if top and key == "components":
            for schema in part["schemas"].values():
                yield from _inline(schema, top=False)
        elif isinstance(part, dict) and "enum" in part:
            yield value, key
        else:
            yield from _inline(part, top=top and isinstance(part, dict) and key == "components")
