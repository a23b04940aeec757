"""Search snippets with highlighted terms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from services.products.model.terms import Clause, Span, matching_words

SNIPPET = 240
"""The approximate length of a snippet, in characters."""
_AHEAD = 60
# Every character at which str.splitlines ends a line.
_LINE_ENDS = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


class Piece(NamedTuple):
    """A piece of a text; ``hit`` marks search words."""

    text: str
    hit: bool


def whole(text: str, language: str, clauses: Sequence[Clause]) -> list[Piece]:
    """The whole of a text."""
    return _pieces(text, matching_words(text, language, clauses), 0, len(text))


def snippet(texts: Sequence[str], language: str, clauses: Sequence[Clause]) -> list[Piece]:
    """The passage with the most hits in the first text that has any, else the beginning of the first."""
    for text in texts:
        hits = matching_words(text, language, clauses)
        if hits:
            return _cut(text, hits, max(0, _densest(hits) - _AHEAD))
    return _cut(next(filter(None, texts), ""), [], 0)


def _densest(hits: Sequence[Span]) -> int:
    """The first passage with the most hits."""
    most, start, last = 0, hits[0].start, 0
    for first, hit in enumerate(hits):
        while last < len(hits) and hits[last].end <= hit.start + SNIPPET - _AHEAD:
            last += 1
        if last - first > most:
            most, start = last - first, hit.start
    return start


def _cut(text: str, hits: Sequence[Span], start: int) -> list[Piece]:
    """A part of the text between two words, with an ellipsis where text was left out."""
    end = min(len(text), start + SNIPPET)
    if start > 0:
        start = text.find(" ", start - 1, start + _AHEAD) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", start + SNIPPET // 2, end), end - _AHEAD)
    pieces = _pieces(text, hits, start, end)
    before = [Piece("… ", False)] if start > 0 else []
    after = [Piece(" …", False)] if end < len(text) else []
    return before + pieces + after


def _pieces(text: str, hits: Sequence[Span], start: int, end: int) -> list[Piece]:
    pieces, at = [], start
    for hit in hits:
        if hit.start >= at and hit.end <= end:
            pieces += [Piece(text[at : hit.start], False), Piece(text[hit.start : hit.end], True)]
            at = hit.end
    pieces.append(Piece(text[at:end], False))
    return [Piece(_LINE_ENDS.sub(" ", text), hit) for text, hit in pieces if text]
