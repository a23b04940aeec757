"""Signatures of active content: text patterns that programs execute, in any file type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.content.refusals import FileActive

PIECE = 256 * 1024
_RUNS = re.compile(rb"<\?php|<\?=|<script|<%@|<!entity", re.IGNORECASE)
_SHOWS = re.compile(rb"<!doctype|<html|<svg|<head|<body|<iframe|<object|<embed|<xsl", re.IGNORECASE)
_LONGEST = 16


def pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces that overlap by the length of a mark, so that a search yields to other threads."""
    for start in range(0, len(data), PIECE):
        yield data[start : start + PIECE + _LONGEST]


def refuse_marks(data: bytes, *, pages: bool = True) -> None:
    """Refuse program text, and with ``pages`` also markup that a browser would render."""
    for piece in pieces(data):
        match = _RUNS.search(piece) or (pages and _SHOWS.search(piece))
        if match:
            raise FileActive(what=match[0].decode("ascii", "replace"))
