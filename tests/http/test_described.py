"""What the OpenAPI of a service tells of refusals and of files is what one gets."""

from __future__ import annotations

from typing import Any

import pytest

from services.cli.registry import NAMES, service
from shared.http.app import describe

DESCRIBED = {name: describe(service(name)).openapi() for name in NAMES if name != "portal"}


@pytest.mark.parametrize("name", DESCRIBED)
def test_every_operation_tells_that_refusals_are_problems(name: str) -> None:
    described = DESCRIBED[name]
    operations = [one for methods in described["paths"].values() for one in methods.values()]
    assert operations
    for operation in operations:
        assert operation["responses"]["4XX"] == {"$ref": "#/components/responses/Problem"}
        assert "422" not in operation["responses"]
    refused = described["components"]["responses"]["Problem"]["content"]
    assert list(refused) == ["application/problem+json"]
    assert described["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail"]
    assert not described["components"]["schemas"].keys() & {"HTTPValidationError", "ValidationError"}
    assert describe(service(name)).openapi() == described


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
