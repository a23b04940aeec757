"""The outbox: a service's events in the order in which it recorded them, kept as its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.backbone.envelope import Envelope
from shared.backbone.tables import outbox


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """An event that waits for the relay."""

    sequence: int
    event_id: UUID
    subject: str
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits, and since when."""

    pending: int
    oldest: datetime | None


def append(session: Session, envelopes: Sequence[Envelope]) -> None:
    """Write events in order, in the transaction of the change that caused them."""
    session.connection().execute(
        sa.insert(outbox),
        [
            {
                "event_id": envelope.id,
                "aggregate_id": envelope.aggregate_id,
                "subject": envelope.subject,
                "envelope": envelope.encode(),
                "recorded_at": envelope.time,
            }
            for envelope in envelopes
        ],
    )


def unpublished(session: Session, limit: int) -> list[OutboxRow]:
    """The oldest events that the broker has not acknowledged."""
    rows = session.connection().execute(
        sa.select(outbox.c.sequence, outbox.c.event_id, outbox.c.subject, outbox.c.envelope)
        .where(outbox.c.published_at.is_(None))
        .order_by(outbox.c.sequence)
        .limit(limit)
    )
    return [OutboxRow(*row) for row in rows]


def mark(session: Session, published: Sequence[tuple[int, int]], at: datetime) -> None:
    """Note ``(outbox sequence, stream sequence)`` pairs as acknowledged by the broker."""
    session.connection().execute(
        sa.update(outbox)
        .where(outbox.c.sequence == sa.bindparam("row"))
        .values(published_at=at, stream_sequence=sa.bindparam("stored")),
        [{"row": sequence, "stored": stored} for sequence, stored in published],
    )


def last_published(session: Session) -> tuple[UUID, int] | None:
    """The event with the highest stream sequence, as ``(event id, stream sequence)``."""
    row = (
        session.connection()
        .execute(
            sa.select(outbox.c.event_id, outbox.c.stream_sequence)
            .where(outbox.c.stream_sequence.is_not(None))
            .order_by(outbox.c.stream_sequence.desc())
            .limit(1)
        )
        .first()
    )
    return (row[0], row[1]) if row else None


def unpublish_all(session: Session) -> int:
    """Queue the whole history again, because the broker lost it; consumers skip what they know."""
    result = session.connection().execute(
        sa.update(outbox)
        .where(outbox.c.published_at.is_not(None))
        .values(published_at=None, stream_sequence=None)
    )
    return result.rowcount


def backlog(session: Session) -> Backlog:
    """How many events wait and when the oldest was recorded."""
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


def history(session: Session, aggregate_id: UUID) -> list[Envelope]:
    """Every event of one aggregate, oldest first."""
    rows = session.connection().execute(
        sa.select(outbox.c.envelope).where(outbox.c.aggregate_id == aggregate_id).order_by(outbox.c.sequence)
    )
    return [Envelope.decode(row[0]) for row in rows]
