"""Text and CSV validation: UTF-8 that no program interprets as HTML, a script or a formula."""

from __future__ import annotations

import re

from shared.content.marks import refuse_marks
from shared.content.refusals import FileActive, TextNotUnicode

_BEGINS = re.compile(r"\s*(<[a-z!?/%]|#!|%!PS|%PDF-|\{\\rtf|\x7fELF)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SEPARATOR = re.compile(r"sep=([^\s\"'])[\r\n]", re.IGNORECASE)
# The patterns that spreadsheets check before they treat a cell as text.
_LEADS = r"[^\S\t\r\n]*+[\"']*+[^\S\t\r\n]*+"
# Full-width signs are typed in East Asia, and start formulas there.
_SIGNS = "=+@\uff1d\uff0b\uff0d\uff20-"
# In a possible formula: a function call, or another program's command (DDE).
_CALLS = re.compile(r"(?<![\w.])[A-Za-z_][\w.]*+\(|\|[^|!]*+!")
_QUOTED = re.compile(rf"\"[^\S\t\r\n]*+([{_SIGNS}](?:[^\"]|\"\")*+)\"?+")


def inspect_text(data: bytes, media_type: str) -> None:
    """Refuse anything but plain text; raises :class:`TextNotUnicode` or :class:`FileActive`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextNotUnicode from None
    if _CONTROL.search(text):
        raise TextNotUnicode
    if begun := _BEGINS.match(text):
        raise FileActive(what=begun[1])
    refuse_marks(data)
    if media_type == "text/csv":
        _refuse_formulas(text)


def _refuse_formulas(text: str) -> None:
    """Refuse a cell that a spreadsheet would calculate, whatever the delimiter.

    Each character is examined a fixed number of times: no expression runs past the end of a cell.
    """
    named = _SEPARATOR.match(text)
    more = re.escape(named[1]) if named else ""
    cells = re.compile(rf"(?:^|[,;\t\r\n{more}]){_LEADS}([{_SIGNS}][^,;\t\r\n{more}]*+)")
    for pattern in (cells, _QUOTED):
        for cell in pattern.finditer(text):
            if _calculates(cell[1]):
                raise FileActive(what=cell[1][:40])


def _calculates(cell: str) -> bool:
    """Whether a cell that looks like a formula is one; “-5 (lima)” and a line of “===” are not."""
    if cell[0] in "=\uff1d":
        return bool(cell.strip("=\uff1d \"'"))
    return _CALLS.search(cell) is not None
