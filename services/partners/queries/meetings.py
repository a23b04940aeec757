"""Queries of meetings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.meeting import Meeting
from services.partners.queries.timeline import visible_timeline
from services.partners.tables.meetings import meetings
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.identity.actor import Actor


def meeting(session: Session, meeting_id: UUID) -> Meeting:
    """One meeting with attendance and outcomes; raises ``UnknownAggregate``."""
    return reading.find_one(session, Meeting, meeting_id)


def list_meetings(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[Meeting]:
    """Meetings in the order in which they were called."""
    return reading.find_many(session, Meeting, meetings, wanted, after, limit)


def timeline(session: Session, meeting_id: UUID, reader: Actor) -> list[Envelope]:
    """Everything that happened to a meeting, as a reader sees it; raises ``UnknownAggregate``."""
    return visible_timeline(session, reading.timeline(session, Meeting, meeting_id), reader)
