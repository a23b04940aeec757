"""Queries of contacts and ceremonies."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.contact import Ceremony, Contact
from services.partners.queries.partnerships import partnership
from services.partners.tables.contacts import ceremonies, contacts
from shared.contracts.envelope import Envelope
from shared.database import reading


def contact(session: Session, contact_id: UUID) -> Contact:
    """One contact; raises ``UnknownAggregate``."""
    return reading.find_one(session, Contact, contact_id)


def list_contacts(session: Session, partnership_id: UUID, after: UUID | None, limit: int) -> list[Contact]:
    """The contacts of a partnership in the order in which they were recorded."""
    partnership(session, partnership_id)
    wanted: dict[str, object] = {"partnership_id": partnership_id}
    return reading.find_many(session, Contact, contacts, wanted, after, limit)


def contact_timeline(session: Session, contact_id: UUID) -> list[Envelope]:
    """Everything that happened to a contact; raises ``UnknownAggregate``."""
    return reading.timeline(session, Contact, contact_id)


def ceremony(session: Session, ceremony_id: UUID) -> Ceremony:
    """One ceremony; raises ``UnknownAggregate``."""
    return reading.find_one(session, Ceremony, ceremony_id)


def list_ceremonies(session: Session, partnership_id: UUID, after: UUID | None, limit: int) -> list[Ceremony]:
    """The ceremonies of a partnership in the order in which they were recorded."""
    partnership(session, partnership_id)
    wanted: dict[str, object] = {"partnership_id": partnership_id}
    return reading.find_many(session, Ceremony, ceremonies, wanted, after, limit)


def ceremony_timeline(session: Session, ceremony_id: UUID) -> list[Envelope]:
    """Everything that happened to a ceremony; raises ``UnknownAggregate``."""
    return reading.timeline(session, Ceremony, ceremony_id)
