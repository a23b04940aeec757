"""Conditional requests (RFC 9110, section 13): ETag and If-None-Match."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import Response

_TAG = re.compile(r'(?:W/)?"([^"]*)"')


def tag_of(*parts: object) -> str:
    """The entity tag of everything that a response depends on."""
    return f'"{hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def headers_of(tag: str, modified: datetime | None = None) -> dict[str, str]:
    """The headers for conditional requests; a stored copy is validated before each use."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(
            modified.astimezone(UTC).replace(microsecond=0), usegmt=True
        )
    return headers


def not_modified(request: Request, headers: dict[str, str]) -> Response | None:
    """The response 304 if the reader's copy is current; If-None-Match precedes If-Modified-Since."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        known = wanted.strip() == "*" or headers["ETag"].strip('"') in _TAG.findall(wanted)
    else:
        known = _since(request.headers.get("if-modified-since"), headers.get("Last-Modified"))
    return Response(status_code=304, headers=headers) if known else None


def _since(asked: str | None, modified: str | None) -> bool:
    if asked is None or modified is None:
        return False
    try:
        since = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return False  # an invalid date is ignored
    return since.tzinfo is not None and parsedate_to_datetime(modified) <= since
