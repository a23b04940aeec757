"""Reads the JSON of a request as the fields of a command, and says where each error is."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import from_json

from shared.http.request_headers import header


def located_errors(error: ValidationError, named: set[str]) -> list[Any]:
    """Errors with the part of the request that each belongs to: the address, or the body.

    Pydantic also reports a tuple as empty if all its items are invalid; only the items' errors are kept.
    """
    errors = error.errors(include_url=False, include_input=False)
    within = {tuple(place["loc"][:length]) for place in errors for length in range(len(place["loc"]))}
    return [
        {**place, "loc": ("path" if place["loc"] and place["loc"][0] in named else "body", *place["loc"])}
        for place in errors
        if place["type"] != "too_short" or place["loc"] not in within
    ]


async def body_of(request: Request, *, needed: bool) -> dict[str, Any]:
    """The fields of a body; none if it is empty and may be."""
    raw = await request.body()
    if not raw:
        if needed:
            raise RequestValidationError([error_at("missing")])
        return {}
    if not _is_json(header(request.scope, b"content-type") or ""):
        raise RequestValidationError([error_at("model_attributes_type")])
    body = _parsed(raw)
    if body is None and not needed:
        return {}
    if not isinstance(body, dict):
        raise RequestValidationError([error_at("model_attributes_type")])
    return body


def _parsed(raw: bytes) -> Any:
    """The parsed body; ``RequestValidationError`` if it is not JSON.

    The fast parser rejects halves of surrogate pairs. Those are left to the fields to refuse, with their
    place.
    """
    try:
        return from_json(raw)
    except ValueError:
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise RequestValidationError([error_at("json_invalid", 0)]) from None


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def error_at(kind: str, *place: str | int) -> dict[str, Any]:
    """An error in pydantic's format at a place in the body."""
    return {"type": kind, "loc": ("body", *place), "msg": "", "input": None}
