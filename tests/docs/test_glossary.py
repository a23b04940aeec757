"""Each term of the glossary has one Indonesian translation in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "shared/i18n/locales/id/LC_MESSAGES/kemitraan.po"
HEADING = "| English | Indonesian | never |"
# Names of kinds: a kind of board is a council, and a side of a root cause the target of an offence.
KINDS = {"Council", "Forum", "Target of the offence", "target"}


def _pairs() -> list[tuple[str, list[str], list[str]]]:
    """The rows of the table: English terms, right words, wrong words."""
    text = (ROOT / "docs/glossary.md").read_text("utf-8")
    lines = text.split(HEADING, 1)[1].splitlines()[2:]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in lines if line.startswith("|")]
    return [(terms, right.split(", "), wrong.split(", ")) for terms, right, wrong in rows]


PAIRS = _pairs()
Texts = list[tuple[str, str]]


def pattern(words: Iterator[str] | list[str]) -> re.Pattern[str]:
    """Finds any of the words as a whole, `*` being any ending."""
    endings = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{endings})(?:nya)?(?!\w)", re.IGNORECASE)


def parted(
    texts: list[tuple[str, str]], terms: str, right: list[str], wrong: list[str]
) -> list[tuple[str, str]]:
    """Texts with one of the terms whose translation has a wrong word, outside of a right one."""
    english, forbidden, allowed = pattern(terms.split(", ")), pattern(wrong), pattern(right)
    return [
        (source, translation)
        for source, translation in texts
        if english.search(source) and forbidden.search(allowed.sub("", translation))
    ]


def _catalogue() -> Texts:
    with CATALOGUE.open("rb") as file:
        entries = [entry for entry in read_po(file, locale="id") if entry.id]
    texts = [(_last(entry.id), _last(entry.string)) for entry in entries]
    return [(source, translation) for source, translation in texts if source not in KINDS]


def _last(forms: Any) -> str:
    """The text itself, or its plural."""
    return forms if isinstance(forms, str) else str(forms[-1])


@pytest.mark.parametrize(("terms", "right", "wrong"), PAIRS, ids=[terms for terms, _, _ in PAIRS])
def test_a_term_has_one_translation(terms: str, right: list[str], wrong: list[str]) -> None:
    texts = _catalogue()
    english = pattern(terms.split(", "))
    assert [source for source, _ in texts if english.search(source)], "no text has this term"
    assert parted(texts, terms, right, wrong) == []


def test_a_second_translation_is_seen() -> None:
    texts = [("A draft was discarded.", "Sebuah rancangan dibuang."), ("a plan", "rancangan")]
    assert parted(texts, "draft*", ["konsep"], ["draf", "rancangan"]) == texts[:1]
    assert parted([("subject", "pokok bahasan")], "subject", ["pokok bahasan"], ["pokok"]) == []
