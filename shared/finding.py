"""By which letters a text with its area is found, alike in every database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shared.areas import area_name
from shared.writing import letters

MOST_WORDS = 16
"""Words of a question that are looked for; further ones are left out."""


def search_key(area: str, *texts: str) -> str:
    """The letters of some texts, and of the names of an area and of those around it."""
    named = []
    while area:
        named.append(area_name(area) or "")
        area = area.rpartition(".")[0]
    return letters(" ".join((*texts, *named)))


def has_words(column: sa.ColumnElement[str], question: str) -> sa.ColumnElement[bool]:
    """Whether every word of a question stands in a column of keys; without any word, nothing is found."""
    asked = list(dict.fromkeys(letters(question).split()))[:MOST_WORDS]
    conditions: list[Any] = [column.contains(word, autoescape=True) for word in asked]
    return sa.and_(*conditions) if conditions else sa.false()
