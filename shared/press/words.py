"""Words that stand on every printed sheet, around its own text."""

from __future__ import annotations

from collections.abc import Callable

from shared.i18n import N_
from shared.press.glyphs import MISSING


def sheet_words(translate: Callable[[str], str]) -> dict[str, str]:
    """The words of the design (house.typ); ``§1`` and ``§2`` stand for the numbers of the pages."""
    return {
        "check": translate(N_("Is this still valid?")),
        "how": translate(N_("Scan the code or open this address to check whether this is current.")),
        "page": translate(N_("Page %(page)s of %(pages)s")) % {"page": "§1", "pages": "§2"},
        "missing": translate(N_("%(sign)s replaces a character that cannot be printed here."))
        % {"sign": MISSING},
    }
