"""The inbox: which events a consumer has applied, so that none is applied twice."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.backbone.tables import inbox


def claim(session: Session, consumer: str, event_id: UUID) -> bool:
    """Note the event as applied in this transaction; False where it was applied before."""
    connection = session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(inbox).values(consumer=consumer, event_id=event_id).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1


def claim_all(session: Session, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Note many events at once; returns those that are new. One follower at a time may call this."""
    wanted = set(event_ids)
    connection = session.connection()
    known = connection.scalars(
        sa.select(inbox.c.event_id).where(inbox.c.consumer == consumer, inbox.c.event_id.in_(wanted))
    ).all()
    fresh = wanted - set(known)
    if fresh:
        connection.execute(
            sa.insert(inbox), [{"consumer": consumer, "event_id": event_id} for event_id in fresh]
        )
    return fresh


def forget(session: Session, consumer: str) -> None:
    """Forget everything that the consumer applied (for a rebuild)."""
    session.connection().execute(sa.delete(inbox).where(inbox.c.consumer == consumer))
