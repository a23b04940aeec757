"""Texts of a version in restricted Markdown."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from shared.contracts.vocabulary import Language
from shared.refusal import Refusal

_ORDER = tuple(Language)  # Indonesian first: most readers here prefer it
MOST_HEADINGS = 500
_HEADING = re.compile(r"^ {0,3}(?:#{1,6}(?:[ \t]|$)|=+[ \t]*$|-+[ \t]*$)", re.MULTILINE)
_NOT_MEANT = (
    (re.compile(r"<[A-Za-z/!?]"), "HTML"),
    (re.compile(r"!\["), "![…]"),
    # A link leads to the web, to a mail address or to an anchor in the same text.
    (re.compile(r"\]\(\s*<?(?!https?://|mailto:|#)[^)\s]"), "[…](…)"),
    (re.compile(r"^ {0,3}\[[^\[\]]+\]:\s", re.MULTILINE), "[…]: …"),
)


class MarkupNotAllowed(Refusal):
    """A body has headings, paragraphs, emphasis, lists, links and tables only."""

    kind = "invalid"
    message = "Line %(line)s of the text in %(language)s contains markup that is not allowed: %(found)s."
    remedy = (
        "Use plain Markdown: headings, emphasis, lists, tables and links such as "
        "[text](https://example.org); no HTML, no pictures."
    )


class TooManyHeadings(Refusal):
    """Too many headings make a text hard to read, print and process."""

    kind = "invalid"
    message = "A text may have at most %(most)s headings; the text in %(language)s has %(count)s."
    remedy = "Combine short sections, or split the text into several products."


class LanguageTwice(Refusal):
    """A version has one text for each language."""

    kind = "invalid"
    message = "There are two texts in the language %(language)s."
    remedy = "Give one text for each language."


@dataclass(eq=False)
class Text:
    """Title, summary and body in one language; ``body`` is restricted Markdown and may be empty."""

    language: Language
    title: str
    summary: str
    body: str

    def check(self) -> None:
        """Refuse HTML, pictures, references, links to anything but the web or mail, and too many headings."""
        for pattern, markup in _NOT_MEANT:
            place = pattern.search(self.body)
            if place is not None:
                line = self.body.count("\n", 0, place.start()) + 1
                raise MarkupNotAllowed(line=line, language=self.language, found=markup)
        count = sum(1 for _ in _HEADING.finditer(self.body))
        if count > MOST_HEADINGS:
            raise TooManyHeadings(most=MOST_HEADINGS, language=self.language, count=count)

    @property
    def sha256(self) -> str:
        """A hash of the text; it is printed on leaflets."""
        return fingerprint(self.title, self.summary, self.body)

    def copy(self) -> Text:
        """The same text for another version."""
        return Text(self.language, self.title, self.summary, self.body)


def fingerprint(title: str, summary: str, body: str) -> str:
    """SHA-256 (hex) of title, summary and body as UTF-8, an empty line between them."""
    words = f"{title}\n\n{summary}\n\n{body}"
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def in_order(texts: list[Text]) -> list[Text]:
    """Checked texts, Indonesian first."""
    seen: set[str] = set()
    for text in texts:
        text.check()
        if text.language in seen:
            raise LanguageTwice(language=text.language)
        seen.add(text.language)
    return sorted(texts, key=lambda text: _ORDER.index(text.language))
