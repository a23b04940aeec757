"""Text normalisation and validation: allowed characters, and comparison of names."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TURNS = "\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction of the following text (Unicode TR 36)."""
_NO_LINE = re.compile(f"[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_TURNS}]")
_NO_LINES = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_TURNS}]")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without a visible shape."""
APOSTROPHES = "'`´‘’‛′ʹʻʼʽʾʿˈ＇\u05f3\ua78c"
"""The characters used as an apostrophe, ʿayn or hamzah in Latin script."""
_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES))


def one_line(text: str) -> str:
    """The text in NFC; raises ``ValueError`` for line breaks, control and bidirectional characters."""
    return _composed(text, _NO_LINE)


def lines(text: str) -> str:
    """The same with line breaks and tabs allowed: every line ends with one ``\\n``."""
    return _composed(_LINE_ENDS.sub("\n", text), _NO_LINES)


def folded(text: str) -> str:
    """An older text, which may contain characters that are refused today, on one line: for headers."""
    return " ".join(_NO_LINE.sub(" ", text).split())


def shows(text: str) -> bool:
    """Whether the text has visible characters."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in _BLANKS for sign in text)


def letters(name: str) -> str:
    """The search key of a name: without case, spaces, apostrophes and invisible characters."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFC", name).translate(_APOSTROPHES))
    folded = unicodedata.normalize("NFKC", plain.casefold())
    return " ".join("".join(sign for sign in folded if unicodedata.category(sign) != "Cf").split())


def _composed(text: str, refused: re.Pattern[str]) -> str:
    if sign := refused.search(text):
        raise ValueError(f"U+{ord(sign[0]):04X}")
    return unicodedata.normalize("NFC", text)
