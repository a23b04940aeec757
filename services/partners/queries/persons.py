"""Persons and memberships, for those alone who may read them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.person import Membership, Person
from services.partners.tables.organisations import memberships, persons
from shared.backbone import outbox
from shared.backbone.envelope import Envelope
from shared.backbone.transaction import UnknownAggregate, noun
from shared.identity.actor import Actor


def person(session: Session, person_id: UUID, actor: Actor) -> Person:
    """One person, for coordinators of the same agency; to others there is none (``UnknownAggregate``)."""
    actor.require("coordinator")
    found = session.get(Person, person_id)
    if found is None or found.agency != actor.agency:
        raise UnknownAggregate(kind=noun(Person), id=str(person_id))
    return found


def list_persons(
    session: Session, actor: Actor, q: str | None, after: UUID | None, limit: int
) -> list[Person]:
    """The persons of the actor's agency, for its coordinators, in the order of their registration."""
    actor.require("coordinator")
    query = sa.select(Person).where(persons.c.agency == actor.agency).order_by(persons.c.id).limit(limit)
    if after is not None:
        query = query.where(persons.c.id > after)
    if q is not None:
        query = query.where(persons.c.name.icontains(q, autoescape=True))
    return list(session.scalars(query))


def list_memberships(
    session: Session,
    actor: Actor,
    person_id: UUID | None,
    organisation_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Membership]:
    """The memberships that the actor may see, in the order in which they were entered.

    Coordinators see those of their agency, others those in their own organisation.
    """
    query = sa.select(Membership).where(_visible_to(actor)).order_by(memberships.c.id).limit(limit)
    if after is not None:
        query = query.where(memberships.c.id > after)
    if person_id is not None:
        query = query.where(memberships.c.person_id == person_id)
    if organisation_id is not None:
        query = query.where(memberships.c.organisation_id == organisation_id)
    return list(session.scalars(query))


def membership(session: Session, membership_id: UUID, actor: Actor) -> Membership:
    """One membership that the actor may see; raises ``UnknownAggregate``."""
    query = sa.select(Membership).where(memberships.c.id == membership_id, _visible_to(actor))
    found = session.scalars(query).first()
    if found is None:
        raise UnknownAggregate(kind=noun(Membership), id=str(membership_id))
    return found


def membership_timeline(session: Session, membership_id: UUID, actor: Actor) -> list[Envelope]:
    """Everything that happened to a membership that the actor may see, oldest first."""
    membership(session, membership_id, actor)
    return outbox.history(session, membership_id)


def _visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    actor.sign_in()
    if actor.has("coordinator"):
        return memberships.c.agency == actor.agency
    actor.require("representative")
    return memberships.c.organisation_id == actor.organisation
