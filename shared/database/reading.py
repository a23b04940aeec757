"""Query functions: one aggregate, a page, a text search, a timeline."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from shared.contracts.envelope import Envelope
from shared.database import outbox
from shared.database.transaction import Aggregate, UnknownAggregate, noun
from shared.plain_text import letters

A = TypeVar("A", bound=Aggregate)
MOST_WORDS = 16
"""The maximum number of words in a question; further ones are ignored."""


def find_one(session: Session, kind: type[A], aggregate_id: UUID, *options: ORMOption) -> A:
    """One aggregate; raises ``UnknownAggregate``."""
    aggregate = session.get(kind, aggregate_id, options=options)
    if aggregate is None:
        raise UnknownAggregate(kind=noun(kind), id=str(aggregate_id))
    return aggregate


def find_many(
    session: Session,
    kind: type[A],
    table: sa.Table,
    wanted: dict[str, object],
    after: UUID | None,
    limit: int,
) -> list[A]:
    """Aggregates in the order of creation; ``wanted`` maps columns to values (None: any)."""
    query = sa.select(kind).order_by(table.c.id).limit(limit)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(table.c[name] == value)
    if after is not None:
        query = query.where(table.c.id > after)
    return list(session.scalars(query))


def timeline(session: Session, kind: type[A], aggregate_id: UUID) -> list[Envelope]:
    """Everything that happened to an aggregate, oldest first; raises ``UnknownAggregate``."""
    find_one(session, kind, aggregate_id)
    return outbox.history(session, aggregate_id)


def has_words(column: sa.ColumnElement[str], question: str) -> sa.ColumnElement[bool]:
    """Whether a column of search keys contains every word of a question; never without any word."""
    asked = list(dict.fromkeys(letters(question).split()))[:MOST_WORDS]
    conditions: list[Any] = [column.contains(word, autoescape=True) for word in asked]
    return sa.and_(*conditions) if conditions else sa.false()
