"""The words by which products are found: one analysis of texts and questions, whatever the database."""

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
"""Languages with a stemmer (snowballstem.org); words of others are found as they are written."""
LONGEST_WORD = 60
MOST_WORDS = 16
"""Words of a question that are looked for; further ones are left out."""

# Too frequent to tell texts apart. They count inside a phrase, and where a question has no other words.
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
"""Marks that people leave out: accents of Latin letters, vowel signs and the stretching line of Arabic."""


@cache
def _word() -> re.Pattern[str]:
    """A word. Vowel signs of Javanese, Balinese or Devanagari are marks, and as much of it as letters.

    An apostrophe within it stands for a sound that not everybody writes: Ma'arif, maarif.
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
    """A word where it stands in a text: ``text[start:end]``, and what it is compared as."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that a text must have.

    ``stems`` are the ways to say it, each one or more stems in a row. A word that begins with ``begins``
    (unless that is empty) will do as well.
    """

    stems: tuple[tuple[str, ...], ...]
    begins: str = ""


def spans(text: str) -> Iterator[Span]:
    """The words of a text in their order."""
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
    # A stemmer works on itself, so that each thread has its own.
    known: dict[str, object] = _here.__dict__.setdefault("stemmers", {})
    if algorithm not in known:
        import snowballstemmer  # type: ignore[import-untyped]  # all its languages at once, so not before

        known[algorithm] = snowballstemmer.stemmer(algorithm)
    return cast("str", known[algorithm].stemWord(word)) or word  # type: ignore[attr-defined]


def stems(text: str, language: str) -> list[str]:
    """The stems of a text's words in their order."""
    return [stem(word, language) for word in words(text)]


def asked(question: str) -> list[Clause]:
    """What a question asks for; every clause must be met.

    Words in quotation marks, and words that signs join (1/2021), stand side by side in the text. The last
    word may be the beginning of one, unless a space or a quotation mark follows it.
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


def matched(text: str, language: str, clauses: Sequence[Clause]) -> list[Span]:
    """The words of a text for which it was found."""
    single = {way[0] for clause in clauses for way in clause.stems if len(way) == 1}
    begins = tuple(clause.begins for clause in clauses if clause.begins)
    phrases = [way for clause in clauses for way in clause.stems if len(way) > 1]
    found, hit = list(spans(text)), set[int]()
    stemmed = [stem(span.word, language) for span in found]
    for at, (span, pair) in enumerate(zip(found, stemmed, strict=True)):
        if pair in single or span.word in single or (begins and span.word.startswith(begins)):
            hit.add(at)
        for phrase in phrases:
            if tuple(stemmed[at : at + len(phrase)]) == phrase:
                hit.update(range(at, at + len(phrase)))
    return [found[at] for at in sorted(hit)]


def _clause(inside: list[str], begins: str = "") -> Clause:
    # The language of a question is not known: it is read as each of them.
    ways = [tuple(stem(word, language) for word in inside) for language in STEMMED]
    return Clause(tuple(dict.fromkeys([*ways, tuple(inside)])), begins)


def _folded(word: str) -> str:
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", word.translate(_APOSTROPHES))).casefold()
    return "".join(sign for sign in plain if sign.isalnum() or _is_mark(sign))[:LONGEST_WORD]
