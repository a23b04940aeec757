"""The vocabulary, listed: each list of words with its values, and what these are called."""

from __future__ import annotations

from pydantic import BaseModel

from shared.contracts.vocabulary import LISTS
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import Locale, negotiate, translator
from shared.identity.permissions import PUBLIC

operations = Operations("vocabulary")


class WordOut(BaseModel):
    """A word: its value in data, and its label."""

    value: str | int
    label: str


class WordListOut(BaseModel):
    """A list of words in order; the schema of its values has the same name."""

    name: str
    words: list[WordOut]


def vocabulary(locale: Locale) -> list[WordListOut]:
    """Every list in a language."""
    say = translator(locale)
    return [
        WordListOut(name=name, words=[WordOut(value=word.value, label=say(word.label)) for word in words])
        for name, words in LISTS.items()
    ]


@operations.get("/vocabulary", may=PUBLIC)
async def list_vocabulary(door: DoorDep) -> list[WordListOut]:
    """List the words of all kinds, roles, states and phases with their labels, in the reader's language."""
    return vocabulary(negotiate(door.request.headers.get("accept-language")))
