"""Queries of activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.activity import Activity
from services.programs.tables.activities import activities
from shared.contracts.envelope import Envelope
from shared.database import reading


def activity(session: Session, activity_id: UUID) -> Activity:
    """One activity; raises ``UnknownAggregate``."""
    return reading.find_one(session, Activity, activity_id)


def list_activities(
    session: Session,
    wanted: Mapping[str, object],
    since: date | None,
    until: date | None,
    after: UUID | None,
    limit: int,
) -> list[Activity]:
    """Activities in the order of recording; ``wanted`` maps columns to values (None: any)."""
    query = sa.select(Activity).order_by(activities.c.id).limit(limit)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(activities.c[name] == value)
    if since is not None:
        query = query.where(activities.c.on >= since)
    if until is not None:
        query = query.where(activities.c.on <= until)
    if after is not None:
        query = query.where(activities.c.id > after)
    return list(session.scalars(query))


def timeline(session: Session, activity_id: UUID) -> list[Envelope]:
    """The events of an activity, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Activity, activity_id)
