"""Texts and tables: UTF-8 that nothing takes for a page, a program or a formula."""

from __future__ import annotations

import re

from shared.content.marks import refuse_marks
from shared.content.refusals import FileActive
from shared.storage import FileTypeMismatch

_BEGINS = re.compile(r"\s*(<[a-z!?/%]|#!|%!PS|%PDF-|\{\\rtf|\x7fELF)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
# What spreadsheets run when a table is opened: a call in a cell, or another program's command (DDE).
_FORMULA = re.compile(
    r"(?:^|[,;\t])[\s\"']*(?:[=+@-][^,;\t\n\"]*\|[^,;\t\n]*!|(?:[=@]\s*|[+-])[@+-]*[A-Za-z_.]+\()",
    re.MULTILINE,
)


def inspect_text(data: bytes, media_type: str) -> None:
    """Refuse what is not plain text; raises :class:`FileTypeMismatch` or :class:`FileActive`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileTypeMismatch(media_type=media_type) from None
    if _CONTROL.search(text):
        raise FileTypeMismatch(media_type=media_type)
    if begun := _BEGINS.match(text):
        raise FileActive(what=begun[1])
    refuse_marks(data)
    if media_type == "text/csv" and (formula := _FORMULA.search(text)):
        raise FileActive(what=formula[0].strip()[:40])
