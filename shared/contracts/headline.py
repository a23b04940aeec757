"""Headlines of events: one line with fields of the event, for subjects and feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

OF_THE_ENVELOPE = ("actor", "publisher")
"""The names that a headline may contain besides the event's fields: the actor and the publisher."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Wordings:
    """Several wordings of a headline, chosen by the value of the field ``by``, with a default."""

    by: str
    texts: Mapping[Any, Headline]
    otherwise: Headline = ""


Headline = str | Wordings
"""A text to translate, with placeholders ``%(field)s``; "" is the label, with the title if any."""


def texts(headline: Headline) -> Iterator[str]:
    """Every wording of a headline, as it is in the catalogues."""
    if isinstance(headline, Wordings):
        for wording in (*headline.texts.values(), headline.otherwise):
            yield from texts(wording)
    elif headline:
        yield headline


def named_in(headline: Headline) -> set[str]:
    """The fields that its wordings contain."""
    return {name for text in texts(headline) for name in _PLACEHOLDER.findall(text)}


def chosen(headline: Headline, facts: Mapping[str, Any]) -> str:
    """The wording for an event."""
    while isinstance(headline, Wordings):
        headline = headline.texts.get(facts.get(headline.by), headline.otherwise)
    return headline


def check(headline: Headline, fields: frozenset[str]) -> None:
    """Raise ``ValueError`` if a wording contains, or is chosen by, a field that is not among ``fields``."""
    known = dict.fromkeys((*fields, *OF_THE_ENVELOPE), "")
    for text in texts(headline):
        try:
            text % known
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{text!r}: {error}") from error
    if isinstance(headline, Wordings):
        if headline.by not in fields:
            raise ValueError(f"chosen by {headline.by!r}")
        for wording in (*headline.texts.values(), headline.otherwise):
            check(wording, fields)


class Shown(dict[str, str]):
    """The fields of an event for a headline; one that an older event lacks is a dash."""

    def __init__(self, facts: Mapping[str, Any], show: Callable[[str, Any], str]) -> None:
        super().__init__({name: show(name, value) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        """Return a dash."""
        return "–"
