"""The printed leaflet: an edition as the sheet of data that the template leaflet.typ draws."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.products.render import code
from services.products.render.edition import (
    BEWARE,
    DRAFT,
    Edition,
    Status,
    Translate,
    facts,
    kind_line,
    status,
    warnings,
)
from services.products.render.markdown import Node, clean, read, said
from shared.i18n import N_
from shared.i18n.formats import show_date

LONGEST_BODY = 120_000
"""Characters that are printed, some forty pages; a longer body is refused by the doors already."""
MISSING = "□"

# What Typst's own fonts can show (measured with typst 0.15), of the scripts and signs that texts here use.
# PDF/UA forbids signs without a picture, so that others are replaced and the reader is told.
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


def sheet(edition: Edition, translate: Translate, as_of: date) -> dict[str, Any]:
    """All that is printed of an edition, as data that JSON can hold; ``as_of`` is the day of its warnings."""
    blocks = read(edition.body[:LONGEST_BODY])
    standing = status(edition, translate)
    words = {
        "check": translate(N_("Is this still valid?")),
        "how": translate(N_("Scan the code, or open this address: it tells whether this is current.")),
        "page": translate(N_("Page %(page)s of %(pages)s")) % {"page": "§1", "pages": "§2"},
        "beware": translate(BEWARE),
        "missing": translate(N_("%(sign)s stands for a sign that cannot be printed here."))
        % {"sign": MISSING},
    }
    drawn = {
        "title": _line(edition.title) or "–",
        "summary": _line(edition.summary),
        "blocks": [_drawn(block) for block in blocks],
        "kind": _line(kind_line(edition, translate)),
        "partnership": _line(edition.partnership),
        "facts": [[_line(name), _line(value)] for name, value in facts(edition, translate)],
        "footer": _line(_footer(edition, translate)),
        "warnings": [_line(one) for one in warnings(edition, translate, as_of)],
        "status": None if standing.tone == "good" else _shown_status(standing, translate),
    }
    return {
        **drawn,
        "words": words,
        "language": edition.language,
        "region": "GB" if edition.language == "en" else "ID",
        "dated": [edition.dated.year, edition.dated.month, edition.dated.day],
        "timestamp": int(edition.dated.timestamp()),
        "keywords": [_line(kind_line(edition, translate)), edition.code],
        "address": edition.address,
        "code": edition.spoken_code,
        "qr": code.picture(edition.address),
        "qr_alt": translate(N_("QR code that leads to %(address)s")) % {"address": edition.address},
        "missing": MISSING in str(drawn) and MISSING not in edition.body,
    }


def _footer(edition: Edition, translate: Translate) -> str:
    """Version, day, validity and fingerprint in one line."""
    locale = edition.locale
    parts = [translate(N_("Version %(number)s")) % {"number": edition.number}]
    if edition.published_on:
        day = show_date(edition.published_on, locale)
        parts.append(translate(N_("published %(day)s")) % {"day": day})
    else:
        parts.append(translate(N_("not published")))
    if edition.valid_until:
        day = show_date(edition.valid_until, locale)
        parts.append(translate(N_("valid until %(day)s")) % {"day": day})
    parts.append(f"SHA-256 {edition.short_fingerprint}")
    return " · ".join(parts)


def _shown_status(standing: Status, translate: Translate) -> dict[str, str]:
    """What warns on every page: ``mark`` stands across it."""
    mark = translate(DRAFT) if standing.tone == "draft" else standing.word
    return {
        "word": _line(standing.word),
        "meaning": _line(standing.meaning),
        "mark": _line(mark),
        "tone": standing.tone,
    }


def _drawn(node: Node) -> dict[str, Any]:
    drawn: dict[str, Any] = {"kind": node.kind, "children": [_drawn(child) for child in _joined(node)]}
    if node.kind == "text":
        drawn["text"] = _shown(node.text)
    elif node.kind in ("heading", "numbers"):
        drawn |= {"level": node.level, "place": node.target}
    elif node.kind == "link":
        drawn |= {"target": node.target, "in_text": node.target.startswith("#")}
        drawn["spelled"] = _shown(node.target) if _must_be_spelled(node) else ""
    elif node.kind == "cell":
        drawn["align"] = node.align or "left"
    elif node.kind == "table":
        drawn["widths"] = _widths(node)
    return drawn


def _joined(node: Node) -> Iterable[Node]:
    """Its children; a paragraph that would be empty in print is left out."""
    return (child for child in node.children if child.kind != "text" or child.text)


def _must_be_spelled(node: Node) -> bool:
    """Whether paper must show where a link leads, because its words do not."""
    address = node.target.removeprefix("mailto:")
    return not node.target.startswith("#") and said(node).strip().rstrip("/") != address.rstrip("/")


def _widths(table: Node) -> list[float]:
    """How wide the columns are to one another: by the root of their longest text, none beyond four to one."""
    columns = zip(*(row.children for row in table.children), strict=False)
    longest = [max(len(said(cell)) for cell in column) for column in columns]
    return [round(math.sqrt(min(max(length, 5), 80)), 2) for length in longest]


def _line(text: str) -> str:
    return _shown(clean(text)).strip()


def _shown(text: str) -> str:
    """The text with no sign that the fonts lack, and with places to break in words beyond measure."""
    text = _MARKS.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    text = _NOT_SHOWN.sub(MISSING, text)
    return _LONG.sub(lambda found: f"{found[0]}\u200b", text)
