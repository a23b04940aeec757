"""Request headers as a mapping, built once per request."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Scope

_KEY = "kemitraan.headers"


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers of a request by lower-case name; of repeated ones the first."""
    headers: Mapping[bytes, bytes] | None = scope.get(_KEY)
    if headers is None:
        headers = scope[_KEY] = dict(reversed(scope["headers"]))
    return headers


def header(scope: Scope, name: bytes) -> str | None:
    """One header as text, None if it was not sent."""
    value = headers_of(scope).get(name)
    return None if value is None else value.decode("latin-1")


def is_personal(scope: Scope) -> bool:
    """Whether a request identifies its caller, by a token or a cookie."""
    headers = headers_of(scope)
    return b"authorization" in headers or b"cookie" in headers
