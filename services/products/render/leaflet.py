"""Printed leaflet: data of a version for the Typst template leaflet.typ."""

from __future__ import annotations

from datetime import date
from typing import Any

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
from shared.contracts.vocabulary import VersionState
from shared.i18n import N_
from shared.i18n.formats import show_date
from shared.press import qr
from shared.press.glyphs import MISSING, line
from shared.press.words import sheet_words

LONGEST_BODY = 120_000
"""The maximum length for print, some forty pages; longer bodies are refused by the API."""


def sheet(edition: Edition, translate: Translate, as_of: date) -> dict[str, Any]:
    """The data of a printed edition, as JSON; ``as_of`` is the day of its warnings.

    The ``body`` is still Markdown: the worker parses it.
    """
    standing = status(edition, translate)
    drawn = {
        "title": line(edition.title) or "–",
        "summary": line(edition.summary),
        "kind": line(kind_line(edition, translate)),
        "partnership": line(edition.partnership),
        "facts": [[line(name), line(value)] for name, value in facts(edition, translate)],
        "footer": line(_footer(edition, translate)),
        "warnings": [line(warning) for warning in warnings(edition, translate, as_of)],
        "status": None if standing.tone == "good" else _shown_status(standing, translate),
    }
    return {
        **drawn,
        "words": sheet_words(translate) | {"beware": translate(BEWARE)},
        "language": edition.language,
        "region": "GB" if edition.language == "en" else "ID",
        "dated": [edition.dated.year, edition.dated.month, edition.dated.day],
        "timestamp": int(edition.dated.timestamp()),
        "keywords": [line(kind_line(edition, translate)), edition.code],
        "address": edition.address,
        "code": edition.spoken_code,
        "qr": qr.picture(edition.address),
        "qr_alt": qr.alternative(edition.address, translate),
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
        "word": line(standing.word),
        "meaning": line(standing.meaning),
        "mark": line(mark),
        "tone": standing.tone,
    }
