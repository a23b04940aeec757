"""Last change of objects, from their events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database.tables import outbox


def last_changes(session: Session, *wanted: sa.Select[tuple[UUID]]) -> dict[UUID, datetime]:
    """The time of the last event of each aggregate that the queries select."""
    last = sa.func.max(outbox.c.recorded_at, type_=outbox.c.recorded_at.type)
    about = sa.or_(*(outbox.c.aggregate_id.in_(name) for name in wanted))
    rows = session.execute(
        sa.select(outbox.c.aggregate_id, last).where(about).group_by(outbox.c.aggregate_id)
    )
    return {row[0]: row[1] for row in rows}
