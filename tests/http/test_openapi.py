"""What the OpenAPI of a service tells of refusals and of files is what one gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi._compat.v2 import get_flat_models_from_fields
from pydantic import BaseModel

from services.registry import NAMES, service
from shared.command import Part
from shared.fields import RequestBody
from shared.host.app import describe
from shared.http.locations import Locations
from tests.support.operations import permissions_of, routes_by_name

DESCRIBED = {name: describe(service(name)).openapi() for name in NAMES}


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_operation_tells_that_refusals_are_problems(name: str) -> None:
    described = DESCRIBED[name]
    operations = [method for methods in described["paths"].values() for method in methods.values()]
    assert operations
    for operation in operations:
        for refused in ("4XX", "5XX"):
            assert operation["responses"][refused] == {"$ref": "#/components/responses/Problem"}
    refused = described["components"]["responses"]["Problem"]["content"]
    assert list(refused) == ["application/problem+json"]
    assert described["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    assert not described["components"]["schemas"].keys() & {"HTTPValidationError", "ValidationError"}
    assert describe(service(name)).openapi() == described


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_problem_of_an_operation_is_shown_under_its_status(name: str) -> None:
    described, listed = DESCRIBED[name], 0
    examples = described["components"]["examples"]
    for operation in operations(name):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/problem+json", {})
            for code, shown in content.get("examples", {}).items():
                assert shown == {"$ref": f"#/components/examples/{code}"}
                assert str(examples[code]["value"]["status"]) == status
                listed += 1
    assert listed > len(operations(name)) or name == "portal"  # whose one operation reads a feed


def test_what_an_operation_refuses_is_what_it_calls() -> None:
    answers = DESCRIBED["partners"]["paths"]["/v1/partnerships/{partnership_id}/signatures"]["post"][
        "responses"
    ]
    told = {
        code
        for status, answer in answers.items()
        if status in ("403", "404", "409", "412")
        for code in answer["content"]["application/problem+json"]["examples"]
    }
    assert told == {
        "act-impossible",
        "changed-since-read",
        "charter-not-proposed",
        "charter-signed-already",
        "charter-unread",
        "left-the-organisation",
        "not-a-party",
        "observers-do-not-sign",
        "only-reads",
        "partnership-over",
        "person-erased",
        "role-missing",
        "signed-for-another-party",
        "unknown-aggregate",
    }


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("partners", "/v1/agreements/{agreement_id}/file", "*/*"),
        ("programs", "/v1/evidence/{evidence_id}/file", "*/*"),
        ("products", "/v1/products/{product_id}/file", "*/*"),
        ("products", "/v1/products/{product_id}/files/{file_id}", "*/*"),
        ("products", "/v1/archive/files/{sha256}", "*/*"),
        ("products", "/v1/archive", "application/jsonl"),
        ("products", "/v1/schemas/{name}", "application/schema+json"),
    ],
)
def test_what_is_no_json_is_not_called_so(name: str, path: str, kind: str) -> None:
    answer: dict[str, Any] = DESCRIBED[name]["paths"][path]["get"]["responses"]["200"]
    assert list(answer["content"]) == [kind]


def operations(name: str) -> list[dict[str, Any]]:
    return [method for methods in DESCRIBED[name]["paths"].values() for method in methods.values()]


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_operation_says_who_may(name: str) -> None:
    assert list(DESCRIBED[name]["components"]["securitySchemes"]) == ["bearer"]
    permissions = permissions_of(service(name))
    for operation in operations(name):
        needed: list[dict[str, list[str]]] = [{"bearer": []}]
        may = operation["security"]
        assert (may != needed) == permissions[operation["operationId"]].is_public
        assert may in (needed, [{}, *needed], [])


def test_signing_in_takes_no_token() -> None:
    assert DESCRIBED["identity"]["paths"]["/v1/sessions"]["post"]["security"] == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_names_are_clean_and_unique(name: str) -> None:
    schemas = DESCRIBED[name]["components"]["schemas"]
    assert [schema for schema in schemas if not schema.isalnum()] == []
    assert [one for one, schema in schemas.items() if schema["title"] != one] == []
    ids = [operation["operationId"] for operation in operations(name)]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(permissions_of(service(name)))


@pytest.mark.parametrize("name", DESCRIBED)
def test_everything_is_told_of(name: str) -> None:
    declared = {tag["name"]: tag["description"] for tag in DESCRIBED[name]["tags"]}
    assert all(declared.values())
    assert DESCRIBED[name]["info"].keys() >= {"contact", "license", "description"}
    for operation in operations(name):
        assert operation["tags"]
        assert set(operation["tags"]) <= declared.keys()
        for parameter in operation.get("parameters", []):
            assert "$ref" in parameter or parameter["description"]
        for answer in operation["responses"].values():
            assert all("schema" in content for content in answer.get("content", {}).values())
            assert "$ref" in answer or "X-Correlation-ID" in answer["headers"]


def test_headers_are_told_of_where_they_mean_something() -> None:
    paths = DESCRIBED["partners"]["paths"]
    made, changed, read = (
        paths["/v1/boards"]["post"],
        paths["/v1/boards/{board_id}/dissolve"]["post"],
        paths["/v1/boards/{board_id}"]["get"],
    )
    assert _sent(made) >= {"Idempotency-Key", "If-Match", "Accept-Language", "Dry-Run"}
    assert "Idempotency-Key" not in _sent(changed) | _sent(read)
    assert "If-Match" in _sent(changed)
    assert made["responses"]["201"]["headers"].keys() >= {"Location", "ETag", "Idempotency-Replayed"}
    assert "ETag" in read["responses"]["200"]["headers"]
    refused = DESCRIBED["partners"]["components"]["responses"]["Problem"]
    assert refused["headers"].keys() >= {"Retry-After", "RateLimit"}


def _sent(operation: dict[str, Any]) -> set[str]:
    return {
        parameter["$ref"].rpartition("/")[2]
        for parameter in operation.get("parameters", [])
        if "$ref" in parameter
    }


@pytest.mark.parametrize(
    ("name", "form"),
    [("partners", "AttachFileForm"), ("programs", "UploadEvidenceForm"), ("products", "AddFileForm")],
)
def test_an_upload_is_a_file_to_generators(name: str, form: str) -> None:
    file = DESCRIBED[name]["components"]["schemas"][form]["properties"]["file"]
    assert (file["type"], file["format"]) == ("string", "binary")


@pytest.mark.parametrize("name", DESCRIBED)
def test_choices_that_have_a_name_are_one_schema(name: str) -> None:
    schemas = DESCRIBED[name]["components"]["schemas"]
    named = {tuple(schema["enum"]) for schema in schemas.values() if "enum" in schema}
    assert [choice for choice in _choices(schemas.values(), top=True) if choice in named] == []


def _choices(values: Any, *, top: bool = False) -> Iterator[tuple[str, ...]]:
    for value in values:
        if isinstance(value, dict):
            if "enum" in value and not top:
                yield tuple(value["enum"])
            yield from _choices(value.values())
        elif isinstance(value, list):
            yield from _choices(value)


@pytest.mark.parametrize("name", DESCRIBED)
def test_no_body_takes_a_field_that_nobody_knows(name: str) -> None:
    bodies = [route.body_field for route in routes_by_name(service(name)).values() if route.body_field]
    models = [
        model
        for model in get_flat_models_from_fields(bodies, known_models=set())
        if issubclass(model, BaseModel) and not model.__name__.startswith("Body_")
    ]
    assert models or name == "portal"
    assert [model for model in models if not issubclass(model, RequestBody | Part)] == []


@pytest.mark.parametrize("name", DESCRIBED)
def test_no_answer_is_held_to_what_a_request_may_bring(name: str) -> None:
    answers = [
        route.response_field for route in routes_by_name(service(name)).values() if route.response_field
    ]
    models = get_flat_models_from_fields(answers, known_models=set())
    assert models or name == "portal"
    assert [model for model in models if issubclass(model, RequestBody | Part)] == []


def test_what_was_made_has_an_address() -> None:
    found = {
        name: {made.name: address for made, address in Locations(describe(service(name))).paths.items()}
        for name in DESCRIBED
    }
    assert found["partners"]["constitute_board"] == "/v1/boards/{id}"
    assert found["partners"]["elect_member"] == "/v1/boards/{board_id}"
    assert found["products"]["draft_product"] == "/v1/products/{id}"
    assert found["products"]["add_file"] == "/v1/products/{product_id}"
    assert found["products"]["record_use"] == "/v1/uses/{id}"
    assert "subscribe" not in found["notifications"]
