"""Printed leaflet: data of a version for the Typst template leaflet.typ."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.products.render import code
from services.products.render.drawing import MISSING, shown
from services.products.render.edition import (
    BEWARE,
    Edition,
    Status,
    Translate,
    facts,
    kind_line,
    status,
    warnings,
)
from services.products.render.markdown import clean
from shared.contracts.vocabulary import VersionState
from shared.i18n import N_
from shared.i18n.formats import show_date

LONGEST_BODY = 120_000
"""The maximum length for print, some forty pages; longer bodies are refused by the API."""


def sheet(edition: Edition, translate: Translate, as_of: date) -> dict[str, Any]:
    """The data of a printed edition, as JSON; ``as_of`` is the day of its warnings.

    The ``body`` is still Markdown: the worker parses it.
    """
    standing = status(edition, translate)
    words = {
        "check": translate(N_("Is this still valid?")),
        "how": translate(N_("Scan the code or open this address to check whether this is current.")),
        "page": translate(N_("Page %(page)s of %(pages)s")) % {"page": "§1", "pages": "§2"},
        "beware": translate(BEWARE),
        "missing": translate(N_("%(sign)s replaces a character that cannot be printed here."))
        % {"sign": MISSING},
    }
    drawn = {
        "title": _line(edition.title) or "–",
        "summary": _line(edition.summary),
        "kind": _line(kind_line(edition, translate)),
        "partnership": _line(edition.partnership),
        "facts": [[_line(name), _line(value)] for name, value in facts(edition, translate)],
        "footer": _line(_footer(edition, translate)),
        "warnings": [_line(warning) for warning in warnings(edition, translate, as_of)],
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
        "body": edition.body[:LONGEST_BODY],
        "missing": MISSING in str(drawn),
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
    """The warning on every page; ``mark`` is the watermark."""
    mark = translate(VersionState.DRAFT.label) if standing.tone == "draft" else standing.word
    return {
        "word": _line(standing.word),
        "meaning": _line(standing.meaning),
        "mark": _line(mark),
        "tone": standing.tone,
    }


def _line(text: str) -> str:
    return shown(clean(text)).strip()
