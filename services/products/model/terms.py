"""Search terms: text analysis (folding, stemming), identical on every database."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, cast

from shared.plain_text import APOSTROPHES

STEMMED = {"id": "indonesian", "en": "english"}
"""Languages with a stemmer (snowballstem.org); words of others are matched as written."""
LONGEST_WORD = 60
MOST_WORDS = 16
"""The maximum number of words in a question; further ones are ignored."""

# Too frequent to tell texts apart. They count within a phrase, and if a question has no other words.
_FREQUENT = {
    *("ada", "adalah", "agar", "akan", "atau", "bagi", "dalam", "dan", "dari", "dengan", "di", "itu", "ini"),
    *("juga", "ke", "kepada", "oleh", "pada", "para", "sebagai", "untuk", "yang"),
    *("a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that"),
    *("the", "this", "to", "was", "with"),
}
_NO_LETTERS = (
    ("\u0300", "\u036f"),
    ("\u0610", "\u061a"),
    ("\u0640", "\u0640"),
    ("\u064b", "\u065f"),
    ("\u0670", "\u0670"),
)
"""Marks that people leave out: accents of Latin letters, vowel signs and the tatweel of Arabic."""


@cache
def _word() -> re.Pattern[str]:
    """Matches a word; vowel signs of Javanese, Balinese or Devanagari are marks, and part of it.

    An apostrophe within a word is optional in spelling: Ma'arif, maarif.
    """
    marks = (sign for sign in map(chr, range(0x300, 0x12000)) if _is_mark(sign))
    return re.compile(f"[^\\W_](?:[^\\W_]|[{''.join(marks)}\u0640]|[{re.escape(APOSTROPHES)}](?=[^\\W_]))*")


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Mc")


_APOSTROPHES = str.maketrans(dict.fromkeys(APOSTROPHES))
_MARKS = re.compile("[" + "".join(f"{first}-{last}" for first, last in _NO_LETTERS) + "]")
_PIECE = re.compile(r'"([^"]*)"?|([^\s"]+)')
_here = threading.local()


class Span(NamedTuple):
    """A word at its position in a text: ``text[start:end]``, and its normal form."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition that a text must meet.

    ``stems`` are alternatives, each a sequence of stems. A word that begins with ``begins`` (unless empty)
    also matches.
    """

    stems: tuple[tuple[str, ...], ...]
    begins: str = ""


def spans(text: str) -> Iterator[Span]:
    """The words of a text in order."""
    for match in _word().finditer(text):
        word = _folded(match[0])
        if word:
            yield Span(match.start(), match.end(), word)


def words(text: str) -> list[str]:
    """The words of a text, without case and diacritics."""
    return [span.word for span in spans(text)]


def stem(word: str, language: str) -> str:
    """The stem of a word in a language: *mencegah* and *pencegahan* both give *cegah*."""
    algorithm = STEMMED.get(language)
    if algorithm is None:
        return word
    # A stemmer has state, so each thread has its own.
    known: dict[str, object] = _here.__dict__.setdefault("stemmers", {})
    if algorithm not in known:
        import snowballstemmer  # type: ignore[import-untyped]  # all its languages at once, so not before

        known[algorithm] = snowballstemmer.stemmer(algorithm)
    return cast("str", known[algorithm].stemWord(word)) or word  # type: ignore[attr-defined]


def stems(text: str, language: str) -> list[str]:
    """The stems of a text's words in order."""
    return [stem(word, language) for word in words(text)]


def clauses_of(question: str) -> list[Clause]:
    """The clauses of a question, all of which must be met.

    Words in quotation marks, and words joined by signs (1/2021), must be adjacent in the text. The last
    word is also a prefix, unless a space or a quotation mark follows it.
    """
    clauses: list[Clause] = []
    frequent: list[Clause] = []
    room = MOST_WORDS
    for match in _PIECE.finditer(question):
        inside = words(match[1] if match[1] is not None else match[2])[:room]
        room -= len(inside)
        if len(inside) == 1 and match[1] is None:
            begins = inside[0] if match.end() == len(question) else ""
            common = inside[0] in _FREQUENT and not begins
            (frequent if common else clauses).append(_clause(inside, begins))
        elif inside:
            clauses.append(_clause(inside))
    return list(dict.fromkeys(clauses or frequent))


def matching_words(text: str, language: str, clauses: Sequence[Clause]) -> list[Span]:
    """The words of a text that match."""
    single = {way[0] for clause in clauses for way in clause.stems if len(way) == 1}
    begins = tuple(clause.begins for clause in clauses if clause.begins)
    phrases = [way for clause in clauses for way in clause.stems if len(way) > 1]
    places, hit = list(spans(text)), set[int]()
    stemmed = [stem(span.word, language) for span in places]
    for at, (span, pair) in enumerate(zip(places, stemmed, strict=True)):
        if pair in single or span.word in single or (begins and span.word.startswith(begins)):
            hit.add(at)
        for phrase in phrases:
            if tuple(stemmed[at : at + len(phrase)]) == phrase:
                hit.update(range(at, at + len(phrase)))
    return [places[at] for at in sorted(hit)]


def _clause(inside: list[str], begins: str = "") -> Clause:
    # The language of a question is unknown: it is stemmed in each of them.
    ways = [tuple(stem(word, language) for word in inside) for language in STEMMED]
    return Clause(tuple(dict.fromkeys([*ways, tuple(inside)])), begins)


def _folded(word: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", word.translate(_APOSTROPHES))).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or _is_mark(sign))[:LONGEST_WORD]
