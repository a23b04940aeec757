"""What can be read in the registry."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model import Organisation, Partnership
from services.partners.tables import organisations, partnerships
from shared.backbone import outbox
from shared.backbone.envelope import Envelope
from shared.backbone.transaction import UnknownAggregate


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation; raises ``UnknownAggregate``."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise UnknownAggregate(kind="organisation", id=str(organisation_id))
    return found


def list_organisations(session: Session, after: UUID | None, limit: int) -> list[Organisation]:
    """Organisations in the order of their registration."""
    query = sa.select(Organisation).order_by(organisations.c.id).limit(limit)
    if after is not None:
        query = query.where(organisations.c.id > after)
    return list(session.scalars(query))


def partnership(session: Session, partnership_id: UUID) -> Partnership:
    """One partnership with its parties and signatures; raises ``UnknownAggregate``."""
    found = session.get(Partnership, partnership_id)
    if found is None:
        raise UnknownAggregate(kind="partnership", id=str(partnership_id))
    return found


def list_partnerships(session: Session, after: UUID | None, limit: int) -> list[Partnership]:
    """Partnerships in the order of their forming."""
    query = sa.select(Partnership).order_by(partnerships.c.id).limit(limit)
    if after is not None:
        query = query.where(partnerships.c.id > after)
    return list(session.scalars(query))


def timeline(session: Session, partnership_id: UUID) -> list[Envelope]:
    """Everything that happened to a partnership, oldest first; raises ``UnknownAggregate``."""
    partnership(session, partnership_id)
    return outbox.history(session, partnership_id)
