"""Transactional outbox: a service's events in recording order, kept as its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Dialect
from sqlalchemy.orm import Session

from shared.contracts.envelope import SEQUENCE_DIGITS, SEQUENCE_MEMBERS, Envelope, numbered
from shared.database.tables import outbox

# Without SQLAlchemy, which takes longer to prepare the rows than the database to write them.
_COLUMNS = ("event_id", "aggregate_id", "subject", "envelope", "recorded_at", "number")
_APPEND = f"INSERT INTO outbox ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608  # nosec B608
_LAST = "SELECT coalesce(max(number), 0) FROM outbox"
# Until the commit nobody else may number events: a rollback then leaves no gap, and who waited reads the
# numbers of the commit that it waited for.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('kemitraan/outbox', 0))"
# The rows as arrays, one per column, numbered in order. The result has the transaction id.
_APPEND_ARRAYS = f"""
    WITH appended AS (
        INSERT INTO outbox ({", ".join(_COLUMNS)})
        SELECT event_id, aggregate_id, subject, envelope
            || convert_to(%s || lpad(CAST(last + place AS text), {SEQUENCE_DIGITS}, '0') || %s, 'UTF8'),
            recorded_at, last + place
        FROM ({_LAST}) AS numbered (last),
            unnest(%s::uuid[], %s::uuid[], %s::text[], %s::bytea[], %s::timestamptz[]) WITH ORDINALITY
        AS event (event_id, aggregate_id, subject, envelope, recorded_at, place) ORDER BY place
    ) SELECT CAST(pg_current_xact_id() AS text)"""  # noqa: S608  # nosec B608
# Built once: SQLAlchemy takes as long to build and to look up a statement as SQLite to run it.
_UNPUBLISHED = (
    sa.select(outbox.c.sequence, outbox.c.event_id, outbox.c.subject, outbox.c.envelope)
    .where(outbox.c.published_at.is_(None))
    .order_by(outbox.c.sequence)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_MARK = (
    sa.update(outbox)
    .where(outbox.c.sequence.between(sa.bindparam("first"), sa.bindparam("last")))
    .values(
        published_at=sa.bindparam("at"),
        stream_sequence=outbox.c.sequence + sa.bindparam("offset", type_=sa.BigInteger),
    )
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event that waits for the relay."""

    sequence: int
    event_id: UUID
    subject: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many events are waiting, and since when."""

    pending: int
    oldest: datetime | None


def append(connection: Connection, envelopes: Sequence[Envelope]) -> str:
    """Write events in order, in the transaction of the changes that caused them.

    Returns PostgreSQL's transaction id; empty on SQLite, or without events.
    """
    if not envelopes:
        return ""
    rows = [(event.id, event.aggregate_id, event.subject, event.encode(), event.time) for event in envelopes]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)
        ids, about, subjects, bodies, times = map(list, zip(*rows, strict=True))
        columns = (ids, about, subjects, [body[:-1] for body in bodies], times)
        name: str = connection.exec_driver_sql(_APPEND_ARRAYS, (*SEQUENCE_MEMBERS, *columns)).scalar_one()
        return name
    as_kept = _processors(connection.dialect)
    last = last_number(connection)
    whole = (
        (event_id, about, subject, numbered(body, number), at, number)
        for number, (event_id, about, subject, body, at) in enumerate(rows, last + 1)
    )
    kept = [tuple(keep(value) for keep, value in zip(as_kept, row, strict=True)) for row in whole]
    connection.exec_driver_sql(_APPEND, kept)
    return ""


def last_number(connection: Connection) -> int:
    """The number of the newest event, 0 without one; nobody else numbers events until the commit."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_LOCK)
    last: int = connection.exec_driver_sql(_LAST).scalar_one()
    return last


@cache
def _processors(dialect: Dialect) -> list[Callable[[Any], Any]]:
    """The bind processors of a row's columns."""
    processors = (outbox.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in _COLUMNS)
    return [processor or (lambda value: value) for processor in processors]


def unpublished(session: Session, limit: int) -> list[OutboxRow]:
    """The oldest events that the broker has not acknowledged."""
    return [OutboxRow(*row) for row in session.connection().execute(_UNPUBLISHED, {"limit": limit})]


def mark(session: Session, published: Sequence[tuple[int, int]], at: datetime) -> None:
    """Mark ``(outbox sequence, stream sequence)`` pairs as acknowledged by the broker.

    Consecutive pairs are updated in one statement.
    """
    numbered = enumerate(published)
    for _, group in groupby(numbered, lambda item: (item[1][0] - item[0], item[1][1] - item[0])):
        run = [pair for _, pair in group]
        first, stored = run[0]
        session.connection().execute(
            _MARK, {"first": first, "last": run[-1][0], "offset": stored - first, "at": at}
        )


def last_published(session: Session) -> tuple[UUID, int, str] | None:
    """The event with the highest stream sequence, as ``(event id, stream sequence, subject)``."""
    row = (
        session.connection()
        .execute(
            sa.select(outbox.c.event_id, outbox.c.stream_sequence, outbox.c.subject)
            .where(outbox.c.stream_sequence.is_not(None))
            .order_by(outbox.c.stream_sequence.desc())
            .limit(1)
        )
        .first()
    )
    return (row[0], row[1], row[2]) if row else None


def knows(session: Session, event_id: UUID) -> bool:
    """Whether an event was recorded here."""
    query = sa.select(sa.exists().where(outbox.c.event_id == event_id))
    return session.connection().scalar(query) or False


def unpublish_all(session: Session) -> int:
    """Queue the whole history again, because the broker lost it; consumers skip known events."""
    result = session.connection().execute(
        sa.update(outbox)
        .where(outbox.c.published_at.is_not(None))
        .values(published_at=None, stream_sequence=None)
    )
    return result.rowcount


def backlog(session: Session) -> Backlog:
    """How many events are waiting and when the oldest was recorded."""
    row = (
        session.connection()
        .execute(
            sa.select(
                sa.func.count(), sa.func.min(outbox.c.recorded_at, type_=outbox.c.recorded_at.type)
            ).where(outbox.c.published_at.is_(None))
        )
        .one()
    )
    return Backlog(pending=row[0], oldest=row[1])


def history(session: Session, *aggregates: UUID | sa.Select[tuple[UUID]]) -> list[Envelope]:
    """Every event of these aggregates (ids, or queries that select ids), oldest first."""
    about = [
        outbox.c.aggregate_id == aggregate
        if isinstance(aggregate, UUID)
        else outbox.c.aggregate_id.in_(aggregate)
        for aggregate in aggregates
    ]
    rows = session.connection().execute(
        sa.select(outbox.c.envelope).where(sa.or_(*about)).order_by(outbox.c.sequence)
    )
    return [Envelope.decode(row[0]) for row in rows]
