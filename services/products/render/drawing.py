"""Print data of a text: blocks for the Typst template, with unsupported characters replaced."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from services.products.render.markdown import Node, read, said

MISSING = "□"

# The characters of Typst's own fonts (measured with typst 0.15), of the scripts and signs used here. PDF/UA
# forbids characters without a glyph, so others are replaced and the reader is informed.
_SHOWN = (
    "\u0020-\u007e\u00a0-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482"
    "\u048a-\u04ff\u1e00-\u1f15\u2010-\u2027\u2030-\u2040\u2070\u2071\u2074-\u208e\u2090-\u209c\u20a0-\u20c0"
    "\u2100-\u211e\u2122\u2126-\u2151\u2153-\u2184\u2190-\u21ff\u2200-\u22ff\u2500-\u25ff\u2600-\u262f"
    "\u2713-\u2718\u2776-\u277f"
)
_NOT_SHOWN = re.compile(f"[^{_SHOWN}]")
_MARKS = re.compile(r"[\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_SPACES = re.compile(r"[\s\u00a0]+")
_LONG = re.compile(r"\S{32}(?=\S{8})")


def drawn(body: str) -> list[dict[str, Any]]:
    """The blocks of a body, as JSON data."""
    return [_drawn(block) for block in read(body)]


def _drawn(node: Node) -> dict[str, Any]:
    drawn: dict[str, Any] = {"kind": node.kind, "children": [_drawn(child) for child in _joined(node)]}
    if node.kind == "text":
        drawn["text"] = shown(node.text)
    elif node.kind in ("heading", "numbers"):
        drawn |= {"level": node.level, "place": node.target}
    elif node.kind == "link":
        drawn |= {"target": node.target, "in_text": node.target.startswith("#")}
        drawn["spelled"] = shown(node.target) if _must_be_spelled(node) else ""
    elif node.kind == "cell":
        drawn["align"] = node.align or "left"
    elif node.kind == "table":
        drawn["widths"] = _widths(node)
    return drawn


def _joined(node: Node) -> Iterable[Node]:
    """Its children without paragraphs that would be empty in print."""
    return (child for child in node.children if child.kind != "text" or child.text)


def _must_be_spelled(node: Node) -> bool:
    """Whether the address of a link must be printed, because its text does not show it."""
    address = node.target.removeprefix("mailto:")
    return not node.target.startswith("#") and said(node).strip().rstrip("/") != address.rstrip("/")


def _widths(table: Node) -> list[float]:
    """The relative widths of the columns: by the root of their longest text, at most four to one."""
    columns = zip(*(row.children for row in table.children), strict=False)
    longest = [max(len(said(cell)) for cell in column) for column in columns]
    return [round(math.sqrt(min(max(length, 5), 80)), 2) for length in longest]


def shown(text: str) -> str:
    """The text without characters that the fonts lack, and with break opportunities in very long words."""
    text = _MARKS.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    text = _NOT_SHOWN.sub(MISSING, text)
    return _LONG.sub(lambda hit: f"{hit[0]}\u200b", text)
