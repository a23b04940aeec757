"""What the templates of the reference need: their folder, and how the texts of documents are shown."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup

from shared.http.declared_problems import without_names
from shared.i18n import Locale, translator

TEMPLATES = Path(__file__).parent / "templates"
_CODE = re.compile(r"`+([^`]+)`+")


def filters(locale: Locale) -> dict[str, object]:
    """The filters of the templates, in one language."""
    say = translator(locale)
    return {"said": say, "coded": coded, "nameless": lambda text: without_names(say(text))}


def coded(text: str) -> Markup:
    """A description from an API's document, with code in backticks."""
    pieces = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else piece for place, piece in enumerate(pieces)
    )
