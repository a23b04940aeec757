"""Print data of a text: blocks for the Typst template, with unsupported characters replaced."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from services.products.render.markdown import Node, read, said
from shared.press.glyphs import shown


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
