"""Characters that the fonts of the press can print; others are replaced and the reader is informed."""

from __future__ import annotations

import re
import unicodedata

from shared.plain_text import folded

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


def shown(text: str) -> str:
    """The text without characters that the fonts lack, and with break opportunities in very long words."""
    text = _MARKS.sub("", unicodedata.normalize("NFC", _SPACES.sub(" ", text)))
    text = _NOT_SHOWN.sub(MISSING, text)
    return _LONG.sub(lambda hit: f"{hit[0]}\u200b", text)


def line(text: str) -> str:
    """A text on one line, without control characters and what the fonts lack."""
    return shown(folded(text)).strip()
