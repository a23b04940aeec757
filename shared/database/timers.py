"""Timers: due times as rows, each fired once and in order.

A use case sets a timer in its own transaction. When it is due, its row is deleted and its work is done in
one transaction, so that a crash leaves either both or neither; after a downtime of days everything that
became due meanwhile fires in order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database.tables import timers

_SAME = sa.and_(
    timers.c.name == sa.bindparam("of"),
    timers.c.about == sa.bindparam("whom", type_=sa.Uuid()),
    timers.c.key == sa.bindparam("with"),
)
_DROP = sa.delete(timers).where(_SAME)
_SET = sa.insert(timers)
_NEXT = (
    sa.select(timers)
    .where(timers.c.not_before <= sa.bindparam("now", type_=timers.c.not_before.type))
    .order_by(timers.c.due_at, timers.c.sequence)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Due:
    """A due timer: its subject, its ``key``, and when it was due."""

    name: str
    about: UUID
    key: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A timer that has not fired; ``failing`` is the last error of its work, if any."""

    sequence: int
    name: str
    about: UUID
    key: str
    due_at: datetime
    attempts: int
    failing: str


def set_timer(session: Session, name: str, about: UUID, due_at: datetime, key: str) -> None:
    """Set a timer, or move it."""
    drop(session, name, about, key)
    row = {"name": name, "about": about, "key": key, "due_at": due_at, "not_before": due_at}
    session.connection().execute(_SET, row | {"attempts": 0, "failing": ""})


def drop(session: Session, name: str, about: UUID, key: str) -> bool:
    """Remove a timer; returns whether there was one."""
    gone = session.connection().execute(_DROP, {"of": name, "whom": about, "with": key})
    return gone.rowcount > 0


def next_due(session: Session, now: datetime) -> Waiting | None:
    """The timer that has been due longest, among those to be tried now."""
    row = session.connection().execute(_NEXT, {"now": now}).first()
    return _waiting(row) if row else None


def earliest(session: Session) -> datetime | None:
    """When the next timer is due."""
    when = sa.func.min(timers.c.due_at, type_=timers.c.due_at.type)
    due: datetime | None = session.scalar(sa.select(when))
    return due


def next_turn(session: Session) -> datetime | None:
    """When the next timer is tried: after it was due, if its work failed."""
    when = sa.func.min(timers.c.not_before, type_=timers.c.not_before.type)
    due: datetime | None = session.scalar(sa.select(when))
    return due


def listed(session: Session, limit: int) -> list[Waiting]:
    """The timers that fire next."""
    rows = session.connection().execute(
        sa.select(timers).order_by(timers.c.due_at, timers.c.sequence).limit(limit)
    )
    return [_waiting(row) for row in rows]


def failing(session: Session, attempts: int) -> dict[tuple[str, UUID, str], str]:
    """Timers whose work has failed repeatedly: their name, subject, key and error."""
    rows = session.connection().execute(sa.select(timers).where(timers.c.attempts >= attempts))
    return {(row.name, row.about, row.key): row.failing for row in rows}


def postpone(session: Session, timer: Waiting, until: datetime, reason: str) -> None:
    """Retry a failed timer later; others go on meanwhile."""
    session.connection().execute(
        sa.update(timers)
        .where(timers.c.sequence == timer.sequence)
        .values(not_before=until, attempts=timer.attempts + 1, failing=reason[:500])
    )


def _waiting(row: sa.Row[tuple[object, ...]]) -> Waiting:
    values = row._mapping
    return Waiting(**{name: values[name] for name in Waiting.__slots__})
