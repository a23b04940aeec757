"""HTML of a version's text; runs in a worker process."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from services.products.render.markdown import Node, clean, read


def article(body: str) -> bytes:
    """The body as the content of an ``<article>``."""
    return blocks(read(body)).encode("utf-8", "replace")


def blocks(nodes: Iterable[Node]) -> str:
    """Blocks as HTML."""
    return "".join(map(_block, nodes))


def _block(node: Node) -> str:
    match node.kind:
        case "heading":
            level = min(node.level + 1, 6)
            return f'<h{level} id="{safe(node.target)}">{_inline(node.children)}</h{level}>'
        case "paragraph":
            return f"<p>{_inline(node.children)}</p>"
        case "bullets":
            return f"<ul>{blocks(node.children)}</ul>"
        case "numbers":
            start = f' start="{node.level}"' if node.level != 1 else ""
            return f"<ol{start}>{blocks(node.children)}</ol>"
        case "item":
            return f"<li>{blocks(node.children)}</li>"
        case _:
            return _table(node)


def _table(node: Node) -> str:
    head, *rows = node.children
    heads = "".join(f'<th scope="col"{_side(cell)}>{_inline(cell.children)}</th>' for cell in head.children)
    body = "".join(
        "<tr>" + "".join(f"<td{_side(cell)}>{_inline(cell.children)}</td>" for cell in row.children) + "</tr>"
        for row in rows
    )
    # Wide tables scroll sideways, also by the keyboard.
    return (
        f'<div class="wide" tabindex="0" role="group"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _side(cell: Node) -> str:
    return f' class="{cell.align}"' if cell.align else ""


def _inline(nodes: Iterable[Node]) -> str:
    return "".join(map(_piece, nodes))


def _piece(node: Node) -> str:
    match node.kind:
        case "text":
            return safe(node.text)
        case "break":
            return "<br>"
        case "strong":
            return f"<strong>{_inline(node.children)}</strong>"
        case "emphasis":
            return f"<em>{_inline(node.children)}</em>"
        case "link" if node.target.startswith("#"):
            return f'<a href="{safe(node.target)}">{_inline(node.children)}</a>'
        case "link":
            return link(node.target, _inline(node.children))
        case _:
            return _inline(node.children)


def link(address: str, inside: str) -> str:
    """A link that sends no referrer; ``inside`` is HTML."""
    return f'<a href="{safe(address)}" rel="nofollow noopener noreferrer">{inside}</a>'


def safe(text: str) -> str:
    """Text as HTML."""
    return escape(clean(text))
