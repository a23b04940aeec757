"""Restricted Markdown parser, producing the tree that all renderers use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:  # imported before the first text is parsed
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

LONGEST_ADDRESS = 2000
"""The maximum length of an address; a longer link is shown as text."""
DEEPEST = 20
"""The maximum nesting: ten lists."""

_WEB = re.compile(r"(?:https?://[^\s]|mailto:[^\s]|#).*", re.IGNORECASE | re.DOTALL)
_SPACE = re.compile(r"\s+")
_NOT_IN_PLACE = re.compile(r"[^\w\s-]")
# Characters that a file, page or printer cannot show: control characters except for line break and tab.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a text.

    ``kind`` is heading, paragraph, bullets, numbers, item, table, row or cell, and inside these text,
    break, strong, emphasis or link. ``level`` is a heading's (1 and below, none skipped) or the first
    number of a list; ``target`` is a link's address or a heading's anchor; ``align`` is a cell's. The first
    row of a table is its header.
    """

    kind: str
    children: tuple[Node, ...] = ()
    text: str = ""
    level: int = 0
    target: str = ""
    align: str = ""


def read(body: str) -> tuple[Node, ...]:
    """The blocks of a body; unsupported markup stays text."""
    from markdown_it.tree import SyntaxTreeNode

    tree = SyntaxTreeNode(_reader().parse(clean(body)))
    return tuple(_placed(_blocks(tree.children)))


def plain(nodes: Iterable[Node]) -> str:
    """The plain text, one line for each block."""
    lines = []
    for node in nodes:
        if node.kind in ("heading", "paragraph", "cell"):
            lines.append(_SPACE.sub(" ", said(node)).strip())
        else:
            lines.append(plain(node.children))
    return "\n".join(line for line in lines if line)


def plain_text(body: str) -> bytes:
    """The plain text of a body; runs in a worker process."""
    return plain(read(body)).encode("utf-8", "replace")


def said(node: Node) -> str:
    """The plain text of a node."""
    if node.kind == "break":
        return " "
    return node.text or "".join(said(child) for child in node.children)


def clean(text: str) -> str:
    """The text without characters that cannot be shown."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _reader() -> MarkdownIt:
    # Created each time: it is no heavier than a short text, and threads need not share it.
    from markdown_it import MarkdownIt

    reader = MarkdownIt("zero", {"maxNesting": DEEPEST, "html": False})
    reader.enable(["heading", "lheading", "list", "table", "emphasis", "link", "newline", "escape", "entity"])
    reader.validateLink = _may_lead_to  # type: ignore[method-assign,assignment]
    return reader


def _may_lead_to(address: str) -> bool:
    return len(address) <= LONGEST_ADDRESS and _WEB.fullmatch(address) is not None


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Node]:
    for node in nodes:
        match node.type:
            case "heading":
                yield Node("heading", _inline(node), level=int(node.tag[1]))
            case "paragraph":
                yield Node("paragraph", _inline(node))
            case "bullet_list":
                yield Node("bullets", tuple(_blocks(node.children)))
            case "ordered_list":
                yield Node("numbers", tuple(_blocks(node.children)), level=int(node.attrs.get("start", 1)))
            case "list_item":
                yield Node("item", tuple(_blocks(node.children)))
            case "table":
                rows = (row for part in node.children for row in part.children)
                yield Node("table", tuple(Node("row", tuple(map(_cell, row.children))) for row in rows))


def _cell(node: SyntaxTreeNode) -> Node:
    align = str(node.attrs.get("style", "")).removeprefix("text-align:")
    return Node("cell", _inline(node), align=align if align in ("center", "right") else "")


def _inline(node: SyntaxTreeNode) -> tuple[Node, ...]:
    return tuple(piece for inline in node.children for piece in _pieces(inline.children))


def _pieces(nodes: Iterable[SyntaxTreeNode]) -> Iterator[Node]:
    for node in nodes:
        match node.type:
            case "softbreak":
                yield Node("text", text=" ")
            case "hardbreak":
                yield Node("break")
            case "strong":
                yield Node("strong", tuple(_pieces(node.children)))
            case "em":
                yield Node("emphasis", tuple(_pieces(node.children)))
            case "link":
                address = str(node.attrs.get("href", ""))
                inside = tuple(_pieces(node.children)) or (Node("text", text=address),)
                yield Node("link", inside, target=address)
            case _:
                if node.content:
                    yield Node("text", text=node.content)


def _placed(blocks: Iterable[Node]) -> Iterator[Node]:
    """Headings without skipped levels and with an anchor each; links to missing anchors lead nowhere."""
    headings, level, places, numbers = [], 0, set[str](), dict[str, int]()
    for block in blocks:
        if block.kind != "heading":
            headings.append(block)
        elif said(block).strip():
            level = min(block.level, level + 1)
            place = _free(place_of(said(block)), places, numbers)
            places.add(place)
            headings.append(replace(block, level=level, target=place))
    for block in headings:
        yield _resolved(block, places)


def _resolved(node: Node, places: set[str]) -> Node:
    children = tuple(_resolved(child, places) for child in node.children)
    if node.kind == "link" and node.target.startswith("#"):
        place = unquote(node.target[1:]).casefold()
        if place not in places:
            return Node("span", children)
        return replace(node, children=children, target=f"#{place}")
    return replace(node, children=children) if children else node


def place_of(heading: str) -> str:
    """The anchor of a heading: its words in lower case, joined by hyphens."""
    words = unicodedata.normalize("NFC", heading).casefold()
    return _SPACE.sub("-", _NOT_IN_PLACE.sub("", words).strip()) or "-"


def _free(place: str, taken: set[str], numbers: dict[str, int]) -> str:
    """The anchor, or the next numbered one; ``numbers`` remembers the last number of each anchor."""
    free, number = place, numbers.get(place, 1)
    while free in taken:
        free, number = f"{place}-{number}", number + 1
    numbers[place] = number
    return free
