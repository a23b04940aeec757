"""Queries of persons and memberships."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.person import Membership, Person
from services.partners.tables.organisations import memberships, persons
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.plain_text import letters


def person(session: Session, person_id: UUID) -> Person:
    """One person of the reader's agency; raises ``UnknownAggregate``."""
    return reading.find_one(session, Person, person_id)


def list_persons(session: Session, q: str | None, after: UUID | None, limit: int) -> list[Person]:
    """The persons of the reader's agency, in the order of their registration."""
    query = sa.select(Person).order_by(persons.c.id).limit(limit)
    if after is not None:
        query = query.where(persons.c.id > after)
    if q is not None:
        query = query.where(persons.c.name_key.contains(letters(q), autoescape=True))
    return list(session.scalars(query))


def list_memberships(
    session: Session, person_id: UUID | None, organisation_id: UUID | None, after: UUID | None, limit: int
) -> list[Membership]:
    """The memberships that the reader may see, in the order in which they were entered."""
    wanted: dict[str, object] = {"person_id": person_id, "organisation_id": organisation_id}
    return reading.find_many(session, Membership, memberships, wanted, after, limit)


def membership(session: Session, membership_id: UUID) -> Membership:
    """One membership that the reader may see; raises ``UnknownAggregate``."""
    return reading.find_one(session, Membership, membership_id)


def membership_timeline(session: Session, membership_id: UUID) -> list[Envelope]:
    """Everything that happened to a membership that the reader may see, oldest first."""
    return reading.timeline(session, Membership, membership_id)
