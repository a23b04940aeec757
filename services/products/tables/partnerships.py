"""Copies of what the registry published, kept by the projection in subscribers.py."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.tables.registry import metadata

partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
)
parties = sa.Table(
    "parties",
    metadata,
    sa.Column("partnership_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
)


def is_party(session: Session, partnership_id: UUID, organisation: UUID | None) -> bool:
    """Whether an organisation is a bound party of a partnership, or was one when it ended."""
    query = sa.select(parties.c.organisation_id).where(
        parties.c.partnership_id == partnership_id, parties.c.organisation_id == organisation
    )
    return organisation is not None and session.execute(query).first() is not None


def bound_by(session: Session, partnership_id: UUID) -> set[UUID]:
    """The bound parties of a partnership; of one that has ended, those that it had then."""
    query = sa.select(parties.c.organisation_id).where(parties.c.partnership_id == partnership_id)
    return set(session.execute(query).scalars())
