"""The APIs of the installation, read from what each service says of itself, in the shape of a page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.api_client import ApiClient, NotAnswered, Problem
from shared.http.declared_problems import problems
from shared.service_names import WITH_DATA
from shared.settings import Settings

Json = dict[str, Any]
SECONDS = 20.0
"""Longer than for a page: a service makes its document when it is asked for the first time."""
KEPT_SECONDS = 60.0
METHODS = ("get", "head", "post", "put", "patch", "delete")
READS = ("get", "head")
HEADERS = "#/components/parameters/"
SHAPES = "#/components/schemas/"


@dataclass(frozen=True)
class Words:
    """What operations are called (“sign a charter”), by name, and why somebody is refused, by code."""

    operations: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Apis:
    """The OpenAPI documents of the services, each kept for a minute."""

    settings: Settings
    kept: dict[str, tuple[float, Json]] = field(default_factory=dict)

    async def document(self, service: str) -> Json | None:
        """How a service describes itself, None while it does not answer."""
        read_at, document = self.kept.get(service, (float("-inf"), {}))
        if time.monotonic() - read_at < KEPT_SECONDS:
            return document
        try:
            async with ApiClient.connected(self.settings.service_url) as client:
                document = dict(await client.ask(service, "openapi.json", seconds=SECONDS))
        except (NotAnswered, Problem, TypeError, ValueError):
            return None
        self.kept[service] = (time.monotonic(), document)
        return document

    async def problems(self) -> tuple[dict[str, Json], set[str]]:
        """Every problem that is declared anywhere, by code, and which services did not tell theirs."""
        documents = await asyncio.gather(*map(self.document, WITH_DATA))
        found: dict[str, Json] = {}
        silent = {name for name, document in zip(WITH_DATA, documents, strict=True) if not document}
        for told in (problems("portal"), *((document or {}).get("x-problems", []) for document in documents)):
            found |= {item["code"]: item for item in told}
        return dict(sorted(found.items())), silent

    async def words(self) -> Words:
        """What operations are called, and why somebody is refused, by names and codes: as message ids."""
        documents = await asyncio.gather(*map(self.document, WITH_DATA))
        known, _ = await self.problems()
        return Words(
            operations={
                operation["operationId"]: operation["x-label"]
                for document in documents
                for methods in (document or {"paths": {}})["paths"].values()
                for operation in methods.values()
                if "x-label" in operation
            },
            reasons={code: problem["reason"] for code, problem in known.items() if "reason" in problem},
        )


def shown(service: str, document: Json) -> Json:
    """A document as its page shows it: operations by tag, and the shapes that they speak of."""
    groups: dict[str, list[Json]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                one = _operation(service, document, path, method, methods[method])
                groups.setdefault(one["tag"], []).append(one)
    shapes = {name: _shape(schema) for name, schema in document["components"]["schemas"].items()}
    return {
        "service": service,
        "version": document["info"]["version"],
        "about": document["info"].get("description", ""),
        "groups": dict(sorted(groups.items())),
        "shapes": dict(sorted(shapes.items())),
    }


def _operation(service: str, document: Json, path: str, method: str, operation: Json) -> Json:
    said = str(operation.get("description", operation["summary"]))
    summary, _, more = said.partition("\n\n")
    parameters = [_resolved(document, parameter) for parameter in operation.get("parameters", ())]
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "method": method.upper(),
        "reads": method in READS,
        "path": f"/api/{service}{path}",
        "summary": summary.replace("``", ""),
        "more": more.replace("``", ""),
        "who": operation.get("x-who-may", []),
        "through_no_token": operation.get("x-through-no-api-token", False),
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "said": parameter.get("description", ""),
                "kind": list(_kinds(parameter["schema"])),
            }
            for parameter in parameters
        ],
        "sends": list(_bodies(operation.get("requestBody", {}))),
        "answers": [
            {"status": status, "bodies": list(_bodies(answer))}
            for status, answer in operation["responses"].items()
            if status[0] in "23"
        ],
    }


def _resolved(document: Json, parameter: Json) -> Json:
    named: str = parameter.get("$ref", "")
    found: Json = document["components"]["parameters"][named.removeprefix(HEADERS)] if named else parameter
    return found


def _bodies(holder: Json) -> Iterator[Json]:
    for media_type, content in holder.get("content", {}).items():
        yield {"type": media_type, "kind": list(_kinds(content.get("schema", {})))}


def _shape(schema: Json) -> Json:
    needed = schema.get("required", ())
    fields = [
        {
            "name": name,
            "in": "",
            "required": name in needed,
            "said": field.get("description", "").replace("``", ""),
            "kind": list(_kinds(field)),
        }
        for name, field in schema.get("properties", {}).items()
    ]
    said = schema.get("description", "").replace("``", "")
    return {"said": said, "fields": fields, "kind": [] if fields else list(_kinds(schema))}


def _kinds(schema: Mapping[str, Any]) -> Iterator[Json]:
    """What a value is, as words; ``shape`` where a word is the name of one."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(SHAPES)
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
