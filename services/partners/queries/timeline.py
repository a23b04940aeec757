"""Timeline entries, with guarded fields shown only to those who may see their source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.agreement import Agreement
from services.partners.model.meeting import Meeting
from services.partners.model.person import Person
from services.partners.tables.agreements import agreements
from services.partners.tables.meetings import meetings
from services.partners.tables.organisations import persons
from services.partners.tables.partnerships import parties
from shared.contracts.envelope import Envelope
from shared.contracts.event import latest
from shared.identity.actor import Actor
from shared.identity.permissions import Role

ATTENDEES = "attendees"
"""The field of events that says who was present: not public, even once the minutes are."""


def is_registered(session: Session, reader: Actor) -> bool:
    """Whether the reader's own agency registered the person: another agency's accounts may have any id."""
    try:
        person = UUID(reader.person)
    except ValueError:
        return False
    ours = sa.and_(persons.c.id == person, persons.c.agency == reader.agency)
    return session.scalar(sa.select(Person).where(ours)) is not None


def partnerships_of(session: Session, reader: Actor) -> frozenset[UUID]:
    """The partnerships in which the reader represents a party."""
    if not reader.has(Role.REPRESENTATIVE) or reader.organisation is None:
        return frozenset()
    theirs = (
        parties.c.organisation_id == reader.organisation,
        parties.c.accepted_at.is_not(None),
        parties.c.left_at.is_(None),
    )
    return frozenset(session.scalars(sa.select(parties.c.partnership_id).where(*theirs)))


def visible_timeline(session: Session, envelopes: Sequence[Envelope], reader: Actor) -> list[Envelope]:
    """A timeline for a reader: guarded fields are included if the reader may see their source."""
    about = {item.aggregate_id for item in envelopes if latest(item.event_type).guarded}
    if not about:
        return list(envelopes)
    is_member, theirs = is_registered(session, reader), partnerships_of(session, reader)
    minuted = session.scalars(sa.select(Meeting).where(meetings.c.id.in_(about)))
    signed = session.scalars(sa.select(Agreement).where(agreements.c.id.in_(about)))
    met = list(minuted)
    opened = {item.id for item in met if item.shows_minutes_to(reader, is_member=is_member)}
    opened |= {item.id for item in signed if item.shows_text_to(reader, theirs)}
    seen = {item.id for item in met if item.shows_attendance_to(reader, is_member=is_member)}

    def shown(item: Envelope) -> Envelope:
        if item.aggregate_id not in opened or (ATTENDEES in item.data and item.aggregate_id not in seen):
            return replace(item, data=item.told)
        return item

    return [shown(item) for item in envelopes]
