"""The API of a service as a page shows it, read from its OpenAPI document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from operator import itemgetter
from shlex import quote
from typing import Any

from shared.host.reference.examples import example
from shared.http.problems import TITLES

Json = dict[str, Any]
METHODS = ("get", "head", "post", "put", "patch", "delete")
_PARAMETERS = "#/components/parameters/"
_PLACE = re.compile(r"{(\w+)}")
_WRAPPED = re.compile(r"(?<!\n)\n(?!\n|[-*] )")
_FORM, _FILES = "application/x-www-form-urlencoded", "multipart/form-data"


def shown(service: str, document: Json, base: str) -> Json:
    """The template data of a document: operations by tag, their schemas, and problems.

    `base` is the public URL in examples.
    """
    groups: dict[str, list[Json]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                shown_operation = _operation(f"{base}/api/{service}", document, path, method, methods[method])
                groups.setdefault(shown_operation["tag"], []).append(shown_operation)
    shapes = {name: shape(schema) for name, schema in document["components"]["schemas"].items()}
    return {
        "service": service,
        "version": document["info"]["version"],
        "about": document["info"].get("description", ""),
        "groups": dict(sorted(groups.items())),
        "headers": [_parameter(header) for header in document["components"].get("parameters", {}).values()],
        "shapes": dict(sorted(shapes.items())),
        "problems": [
            problem | {"title": TITLES[problem["status"]]}
            for problem in sorted(document.get("x-problems", ()), key=itemgetter("status", "code"))
        ],
    }


def _operation(base: str, document: Json, path: str, method: str, operation: Json) -> Json:
    said = str(operation.get("description", operation["summary"]))
    summary, _, more = said.partition("\n\n")
    given = operation.get("parameters", ())
    parameters = [_resolved(document, parameter) for parameter in given]
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "method": method.upper(),
        "path": path,
        "summary": flowing(summary),
        "more": flowing(more),
        "who": operation.get("x-who-may", []),
        "through_no_token": operation.get("x-through-no-api-token", False),
        "parameters": [_parameter(parameter) for parameter in given if "$ref" not in parameter],
        "headers": [_resolved(document, parameter)["name"] for parameter in given if "$ref" in parameter],
        "sends": list(_bodies(operation.get("requestBody", {}))),
        "answers": [
            {"status": status, "bodies": list(_bodies(answer))}
            for status, answer in operation["responses"].items()
            if status[0] in "23"
        ],
        "curl": _curl(base + path, document, method, operation, parameters),
    }


def _curl(url: str, document: Json, method: str, operation: Json, parameters: list[Json]) -> str:
    """An operation as a curl command: with its required parameters, and ids as variables."""
    query = "&".join(
        f"{parameter['name']}={_sample(parameter['schema'], document, parameter['name'])}"
        for parameter in parameters
        if parameter["in"] == "query" and parameter.get("required")
    )
    address = _PLACE.sub(lambda place: f"${place[1].upper()}", url) + (f"?{query}" if query else "")
    asked = {"get": "curl", "head": "curl --head"}.get(method, f"curl -X {method.upper()}")
    lines = [f'{asked} "{address}"']
    if {} not in operation.get("security", [{}]):
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if any(parameter["name"] == "Idempotency-Key" for parameter in parameters):
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        sent = _sample(content.get("schema", {}), document)
        if media_type in {_FORM, _FILES}:
            flag = "-F" if media_type == _FILES else "--data-urlencode"
            lines += [f"{flag} {quote(f'{name}={_plain(value)}')}" for name, value in (sent or {}).items()]
        elif "json" in media_type:
            lines.append(f'-H "Content-Type: {media_type}"')
            lines.append(f"-d {quote(json.dumps(sent, indent=2, ensure_ascii=False))}")
        else:
            lines += [f'-H "Content-Type: {media_type}"', "--data-binary @FILE"]
        break  # one of several suffices
    return " \\\n  ".join(lines)


def _sample(schema: Json, document: Json, name: str = "") -> Any:
    return example(schema, document["components"]["schemas"], whole=False, name=name)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _parameter(parameter: Json) -> Json:
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "said": flowing(parameter.get("description", "")),
        "kind": list(_kinds(parameter["schema"])),
    }


def flowing(text: str) -> str:
    """A description with its lines joined, except for paragraphs and lists."""
    return _WRAPPED.sub(" ", text.replace("``", "`"))


def _resolved(document: Json, parameter: Json) -> Json:
    named: str = parameter.get("$ref", "")
    resolved: Json = (
        document["components"]["parameters"][named.removeprefix(_PARAMETERS)] if named else parameter
    )
    return resolved


def _bodies(holder: Json) -> Iterator[Json]:
    for media_type, content in holder.get("content", {}).items():
        yield {"type": media_type, "kind": list(_kinds(content.get("schema", {})))}


def shape(schema: Json) -> Json:
    """A schema for a page: its fields, or its type if it has none."""
    needed = schema.get("required", ())
    fields = [
        {
            "name": name,
            "in": "",
            "required": name in needed,
            "said": flowing(field.get("description", "")),
            "kind": list(_kinds(field)),
        }
        for name, field in schema.get("properties", {}).items()
    ]
    said = flowing(schema.get("description", ""))
    return {"said": said, "fields": fields, "kind": [] if fields else list(_kinds(schema))}


def _kinds(schema: Mapping[str, Any]) -> Iterator[Json]:
    """The types of a value, as words; ``shape`` if a word is the name of a schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield {"text": name, "shape": name}
    elif choices := schema.get("anyOf") or schema.get("oneOf"):
        for place, choice in enumerate(choices):
            if place:
                yield {"text": "or", "shape": ""}
            yield from _kinds(choice)
    elif schema.get("type") == "array":
        yield {"text": "list of", "shape": ""}
        yield from _kinds(schema.get("items", {}))
    else:
        yield {"text": _word(schema), "shape": ""}


def _word(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("const") or schema.get("type", "any"))
    form = schema.get("format", "")
    bounds = [
        f"{sign} {schema[name]}"
        for sign, name in (("≥", "minimum"), ("≤", "maximum"), ("from", "minLength"), ("to", "maxLength"))
        if name in schema
    ]
    return " ".join([f"{kind} ({form})" if form else kind, *bounds])
