"""Inbox: ids of the events that a consumer has processed, for deduplication."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.database.tables import inbox

_NOTE = sa.insert(inbox)
_CLAIM = {
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing(),
}
_KNOWN = sa.select(inbox.c.event_id).where(
    inbox.c.consumer == sa.bindparam("of"), inbox.c.event_id.in_(sa.bindparam("wanted", expanding=True))
)


def claim(session: Session, consumer: str, event_id: UUID) -> bool:
    """Mark the event as applied in this transaction; False if it was applied before."""
    connection = session.connection()
    claim_one = _CLAIM[connection.dialect.name]
    return connection.execute(claim_one, {"consumer": consumer, "event_id": event_id}).rowcount == 1


def claim_all(session: Session, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Mark many events at once; returns the new ones. Only one follower at a time may call this."""
    wanted = set(event_ids)
    connection = session.connection()
    known = connection.scalars(_KNOWN, {"of": consumer, "wanted": list(wanted)}).all()
    fresh = wanted - set(known)
    if fresh:
        connection.execute(_NOTE, [{"consumer": consumer, "event_id": event_id} for event_id in fresh])
    return fresh


def forget(session: Session, consumer: str) -> None:
    """Forget everything that the consumer applied (for a rebuild)."""
    session.connection().execute(sa.delete(inbox).where(inbox.c.consumer == consumer))
