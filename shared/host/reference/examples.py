"""A value that a JSON Schema allows, to be read as an example."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from shared.command import label_of

Json = Mapping[str, Any]

ID = "0198c0de-0000-7000-8000-000000000001"
_FORMATS = {
    "uuid": ID,
    "date": "2026-01-31",
    "date-time": "2026-01-31T09:00:00+07:00",
    "time": "09:00:00",
    "email": "name@example.org",
    "password": "four words of your own",  # an example  # nosec B105
    "uri": "https://example.org/",
    "uri-reference": "https://example.org/",
    "binary": "@FILE",
}
_FITTING = ("example", "IDR", "/example")
"""For texts with a pattern: the first alternative."""
_TOO_DEEP = 8


def example(schema: Json, shapes: Json, *, whole: bool, name: str = "", depth: int = 0) -> Any:
    """An example value for `schema`, whose references are names in `shapes`.

    Of an object the required fields, or with `whole` every field.
    """
    if "$ref" in schema:
        schema = shapes[schema["$ref"].rpartition("/")[2]]
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    if "const" in schema:
        return schema["const"]
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        several = [choice for choice in choices if choice.get("type") != "null"]
        return example(several[0], shapes, whole=whole, name=name, depth=depth)
    make = _MADE.get(schema.get("type", ""))
    return make(schema, shapes, whole, name, depth) if make else None


def _object(schema: Json, shapes: Json, whole: bool, _name: str, depth: int) -> dict[str, Any]:
    needed = schema.get("required", ())
    return {
        name: example(field, shapes, whole=whole, name=name, depth=depth + 1)
        for name, field in schema.get("properties", {}).items()
        if name in needed or (whole and depth < _TOO_DEEP)
    }


def _array(schema: Json, shapes: Json, whole: bool, name: str, depth: int) -> list[Any]:
    if depth >= _TOO_DEEP or "items" not in schema:
        return []
    each = example(schema["items"], shapes, whole=whole, name=name, depth=depth + 1)
    return [each] * max(1, schema.get("minItems", 0))


def _string(schema: Json, _shapes: Json, _whole: bool, name: str, _depth: int) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if pattern := schema.get("pattern"):
        return next((text for text in _FITTING if re.search(pattern, text)), "")
    text = label_of(name) if name else "Text"
    return text.ljust(schema.get("minLength", 0), ".")[: schema.get("maxLength")]


def _number(schema: Json, _shapes: Json, _whole: bool, _name: str, _depth: int) -> int | float:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return min(max(lowest, 1), schema.get("maximum", lowest + 1))  # type: ignore[no-any-return]


_MADE: dict[str, Callable[[Json, Json, bool, str, int], Any]] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": lambda *given: int(_number(*given)),
    "number": _number,
    "boolean": lambda *_: True,
}
