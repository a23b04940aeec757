"""What is wrong with a request is said in the reader's language, whatever it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi._compat.v2 import get_flat_models_from_fields
from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from services.registry import NAMES, service
from shared.fields import RequestBody
from shared.host.app import describe
from shared.http.routes import operations_of
from shared.http.validation import WORDS, field_error
from shared.i18n import translator

ROOT = Path(__file__).parents[2]
INDONESIAN, ENGLISH = translator("id"), translator("en")
# What no JSON and no address can bring about: Python's own objects, calls and types.
NOT_FROM_OUTSIDE = {"bytes_type", "url_type"}
BOUNDS = {
    "min_length": {"str": "string_too_short", "list": "too_short", "tuple": "too_short", "dict": "too_short"},
    "max_length": {"str": "string_too_long", "list": "too_long", "tuple": "too_long", "dict": "too_long"},
    "pattern": {"str": "string_pattern_mismatch"},
    "ge": {"": "greater_than_equal"},
    "gt": {"": "greater_than"},
    "le": {"": "less_than_equal"},
    "lt": {"": "less_than"},
    "tz_constraint": {"": "timezone_aware"},
    "multiple_of": {"": "multiple_of"},
}
KINDS = {"str": "string", "literal": "literal_error", "enum": "enum", "model": "model"}


def core_types() -> Iterator[dict[str, Any]]:
    """Every node of what pydantic checks bodies with, of all services."""
    for name in NAMES:
        app = describe(service(name))
        bodies = [route.body_field for route in operations_of(app.routes) if route.body_field]
        for model in get_flat_models_from_fields(bodies, known_models=set()):
            if issubclass(model, BaseModel):
                yield from _nodes(model.__pydantic_core_schema__)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _nodes(part)


def test_every_error_that_a_body_can_have_has_words() -> None:
    known, possible = set(get_args(ErrorType)), {"missing", "extra_forbidden", "json_invalid"}
    for node in core_types():
        kind = node["type"]
        possible |= {
            error
            for error in known
            if error.startswith(f"{KINDS.get(kind, kind)}_")
            and error.endswith(("_type", "_parsing", "_size"))
        }
        for bound, errors in BOUNDS.items():
            if node.get(bound) is not None:
                possible |= {errors.get(kind) or errors.get("", "missing")}
    assert "string_too_short" in possible and "uuid_parsing" in possible
    assert sorted((possible & known) - WORDS.keys() - NOT_FROM_OUTSIDE) == []


@pytest.mark.parametrize("code", WORDS)
def test_the_words_are_in_both_languages(code: str) -> None:
    assert INDONESIAN(WORDS[code]) != WORDS[code]


def test_an_error_of_our_own_is_marked_for_translation() -> None:
    for file in (*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PydanticCustomError":
                code, said = node.args[0], node.args[1]
                assert isinstance(code, ast.Constant)
                assert code.value in WORDS or (
                    isinstance(said, ast.Call) and getattr(said.func, "id", "") == "N_"
                ), file


class Sample(RequestBody):
    """A body with several kinds of fields."""

    number: int
    name: str


def errors(body: Any) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(body)
    return [{**error, "loc": ("body", *error["loc"])} for error in caught.value.errors()]


def test_each_place_is_named_by_a_pointer() -> None:
    found = [field_error(error, ENGLISH) for error in errors({"number": "x", "a/b~": 1, "name": "y"})]
    assert [(item["pointer"], item["code"]) for item in found] == [
        ("/number", "int_parsing"),
        ("/a~1b~0", "extra_forbidden"),
    ]
    assert field_error(errors(3)[0], ENGLISH)["pointer"] == ""
    broken = {"type": "json_invalid", "loc": ("body", 17), "msg": "JSON decode error", "ctx": {"error": "x"}}
    assert field_error(broken, ENGLISH)["pointer"] == ""


def test_what_has_no_words_does_not_leave_in_english() -> None:
    unknown = {
        "type": "value_error",
        "loc": ("body", "x"),
        "msg": "Value error, never heard of it",
        "ctx": {},
    }
    assert "heard" not in field_error(unknown, INDONESIAN)["detail"]
    assert field_error(unknown, ENGLISH)["detail"] == "never heard of it"
