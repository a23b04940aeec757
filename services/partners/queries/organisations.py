"""Queries of organisations."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.organisation import Organisation
from services.partners.tables.organisations import organisations
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.plain_text import letters


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """A filter of organisations: of a kind, in an area, with a text in their name."""

    kind: str | None = None
    area: str | None = None
    q: str | None = None


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation; raises ``UnknownAggregate``."""
    return reading.find_one(session, Organisation, organisation_id)


def list_organisations(
    session: Session, wanted: OrganisationFilter, after: UUID | None, limit: int
) -> list[Organisation]:
    """Organisations in the order of their registration."""
    query = sa.select(Organisation).order_by(organisations.c.id).limit(limit)
    if after is not None:
        query = query.where(organisations.c.id > after)
    if wanted.kind is not None:
        query = query.where(organisations.c.kind == wanted.kind)
    if wanted.area is not None:
        query = query.where(lies_within(organisations.c.area, wanted.area))
    if wanted.q is not None:
        query = query.where(organisations.c.name_key.contains(letters(wanted.q), autoescape=True))
    return list(session.scalars(query))


def lies_within(area: sa.Column[str], region: str) -> sa.ColumnElement[bool]:
    """Whether a column's area is a region or lies in it, by the rule of :func:`shared.areas.within`."""
    return sa.or_(area == region, area.startswith(f"{region}.", autoescape=True))


def organisation_timeline(session: Session, organisation_id: UUID) -> list[Envelope]:
    """Everything that happened to an organisation, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Organisation, organisation_id)
