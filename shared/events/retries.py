"""Retries with back-off: failed reactions as rows until they succeed or are parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from shared.contracts.envelope import Envelope
from shared.contracts.event import UnknownEvent
from shared.database.tables import retries
from shared.refusal import Refusal

AT_ONCE = 100
SCHEDULE = (0.5, 2.0, 10.0, 60.0, 300.0)
"""Seconds before each retry; after the last one the event is parked as a dead letter."""
_HOPELESS = (Refusal, UnknownEvent, ValidationError)


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """An event whose work failed, and why; ``hopeless`` if a retry would fail the same way."""

    subject: str
    body: bytes
    reason: str
    hopeless: bool
    event_id: UUID | None = None

    @classmethod
    def of(cls, subject: str, body: bytes, envelope: Envelope, error: Exception) -> Self:
        """The stored form of a failure."""
        reason = f"refused: {error}" if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"
        return cls(subject, body, reason, isinstance(error, _HOPELESS), envelope.id)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that awaits its next retry."""

    sequence: int
    consumer: str
    subject: str
    envelope: bytes
    attempts: int


def postpone(session: Session, consumer: str, failed: FailedEvent, attempts: int, due: datetime) -> None:
    """Schedule a retry, in the current transaction."""
    values = {"attempts": attempts, "next_at": due, "failing": failed.reason[:500]}
    connection, same = session.connection(), _same(consumer, failed.event_id)
    if not connection.execute(sa.update(retries).where(same).values(values)).rowcount:
        row = {"consumer": consumer, "event_id": failed.event_id, "subject": failed.subject}
        connection.execute(sa.insert(retries), row | {"envelope": failed.body} | values)


def waits(session: Session, consumer: str, event_id: UUID) -> bool:
    """Whether the work of an event awaits a retry."""
    return session.connection().scalar(sa.select(sa.exists().where(_same(consumer, event_id)))) or False


def drop(session: Session, sequence: int) -> None:
    """Remove a row, in the transaction of its work."""
    session.connection().execute(sa.delete(retries).where(retries.c.sequence == sequence))


def forget(session: Session, consumer: str, event_id: UUID | None) -> None:
    """Remove the row of an event that is parked."""
    session.connection().execute(sa.delete(retries).where(_same(consumer, event_id)))


def list_due(session: Session, now: datetime) -> list[Waiting]:
    """The due retries, longest due first."""
    fields = [retries.c[name] for name in Waiting.__slots__]
    query = sa.select(*fields).where(retries.c.next_at <= now).order_by(retries.c.next_at, retries.c.sequence)
    return [Waiting(*row) for row in session.connection().execute(query.limit(AT_ONCE))]


def next_due(session: Session) -> datetime | None:
    """When the next row is due."""
    due: datetime | None = session.scalar(
        sa.select(sa.func.min(retries.c.next_at, type_=retries.c.next_at.type))
    )
    return due


def count(session: Session) -> int:
    """How many retries are waiting."""
    return session.connection().execute(sa.select(sa.func.count()).select_from(retries)).scalar_one()


def _same(consumer: str, event_id: UUID | None) -> sa.ColumnElement[bool]:
    return sa.and_(retries.c.consumer == consumer, retries.c.event_id == event_id)
