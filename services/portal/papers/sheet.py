"""A printed paper: its blocks, and the fingerprint by which a sheet is compared with the records."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson

from shared.i18n import N_, Locale
from shared.i18n.formats import show_date, show_moment, show_number
from shared.labelled import Labelled
from shared.plain_text import lines
from shared.press import qr
from shared.press.glyphs import MISSING, line
from shared.press.words import sheet_words

Json = dict[str, Any]
Row = Sequence[str]
LAYOUT = 1
"""Raised when a paper shows other facts than before: older sheets are then not compared any more."""
PRINT_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Status:
    """A word across every page of a paper that is not, or no longer, what counts."""

    word: str
    meaning: str
    tone: Literal["draft", "over"]


@dataclass(slots=True)
class Paper:
    """A paper in one language.

    ``record`` holds the facts that decide whether a sheet is current: what every reader of it may see,
    whichever language it is printed in.
    """

    title: str
    summary: str
    partnership: str
    record: Json
    status: Status | None = None
    blocks: list[Json] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Ten characters (base 32) of the SHA-256 of the facts, with the number of the layout before them."""
        digest = hashlib.sha256(orjson.dumps(self.record, option=orjson.OPT_SORT_KEYS)).digest()
        return f"{LAYOUT}-{base64.b32encode(digest)[:PRINT_LENGTH].decode()}"


class Writer:
    """Writes the blocks of a paper in one language; days are those of one time zone."""

    def __init__(self, say: Callable[[str], str], locale: Locale, zone: ZoneInfo) -> None:
        self.say = say
        self.locale = locale
        self.zone = zone

    def day(self, value: str | None) -> str:
        """A day, or the day of a moment, as the services write them; a dash for none."""
        return show_date(self.date(value), self.locale) if value else "–"

    def moment(self, value: str | None) -> str:
        """A moment with its zone; a dash for none."""
        return show_moment(datetime.fromisoformat(value), self.locale, self.zone) if value else "–"

    def date(self, value: str) -> date:
        """The day of a text of the services, which may be a moment."""
        if len(value) == len("2026-01-05"):
            return date.fromisoformat(value)
        return datetime.fromisoformat(value).astimezone(self.zone).date()

    def number(self, value: float) -> str:
        """A number."""
        return show_number(value, self.locale)

    def word(self, value: str | None, among: type[Labelled]) -> str:
        """The label of a value in its list of words; a dash for none."""
        return self.say(among.called(value)) if value else "–"

    # --- blocks ------------------------------------------------------------------------------------

    def facts(self, rows: Iterable[tuple[str, str | None]]) -> Json:
        """Named facts; those without a value are left out."""
        return {
            "kind": "facts",
            "rows": [[line(self.say(name)), line(value)] for name, value in rows if value],
        }

    def heading(self, text: str) -> Json:
        """A heading."""
        return {"kind": "heading", "text": line(self.say(text))}

    def paragraph(self, text: str) -> Json:
        """A paragraph, already in the language."""
        return {"kind": "paragraph", "text": line(text)}

    def paragraphs(self, text: str) -> list[Json]:
        """A text of several lines, each a paragraph."""
        return [self.paragraph(part) for part in lines(text).split("\n") if part.strip()]

    def points(self, items: Iterable[str]) -> Json:
        """A list."""
        return {"kind": "points", "items": [line(item) or "–" for item in items]}

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Row],
        widths: Sequence[float],
        *,
        height: float = 0,
        numbers: Sequence[int] = (),
    ) -> Json:
        """A table; rows are ``height`` millimetres high if they are to be written in by hand.

        ``widths`` are relative, 0 for as wide as needed; ``numbers`` are the columns of numbers.
        """
        return {
            "kind": "table",
            "head": [line(self.say(name)) for name in head],
            "rows": [[line(cell) for cell in row] for row in rows],
            "widths": list(widths),
            "height": height,
            "numbers": list(numbers),
        }

    def blank_lines(self, count: int) -> Json:
        """Lines to write on."""
        return {"kind": "lines", "count": count}

    def signatures(self, *people: str) -> Json:
        """Lines to sign, for as many people; names are written by hand and stay on paper."""
        return {
            "kind": "signatures",
            "place": self.say(N_("Place and date: ………………………………………")),
            "people": [line(self.say(person)) for person in people],
            "below": self.say(N_("Name and signature")),
        }


def drawn(paper: Paper, writer: Writer, kind: str, address: str, today: date) -> Mapping[str, Any]:
    """The sheet for the press; ``address`` is where its code leads."""
    status = paper.status
    printed = writer.say(N_("Printed on %(day)s")) % {"day": show_date(today, writer.locale)}
    words = sheet_words(writer.say)
    shown = {
        "title": line(paper.title) or "–",
        "summary": line(paper.summary),
        "kind": line(writer.say(kind)),
        "partnership": line(paper.partnership),
        "facts": [
            [line(writer.say(N_("Paper"))), line(writer.say(kind))],
            [line(writer.say(N_("Printed"))), line(show_date(today, writer.locale))],
        ],
        "footer": line(printed),
        "warnings": [],
        "status": None
        if status is None
        else {
            "word": line(writer.say(status.word)),
            "meaning": line(writer.say(status.meaning)),
            "mark": line(writer.say(status.word)),
            "tone": status.tone,
        },
        "blocks": paper.blocks,
    }
    return {
        **shown,
        "words": words | {"check": writer.say(N_("Is this sheet still current?"))},
        "language": writer.locale,
        "region": "GB" if writer.locale == "en" else "ID",
        "dated": [today.year, today.month, today.day],
        "timestamp": int(datetime(today.year, today.month, today.day, tzinfo=writer.zone).timestamp()),
        "keywords": [line(writer.say(kind))],
        "address": address,
        "code": paper.fingerprint,
        "qr": qr.picture(address),
        "qr_alt": qr.alternative(address, writer.say),
        "missing": MISSING in str(shown),
    }
