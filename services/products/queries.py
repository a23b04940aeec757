"""What can be read of products: the public sees what is published."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model import Product, Version, VersionState
from services.products.tables import parties, products, versions
from shared.backbone.transaction import UnknownAggregate


def list_published(
    session: Session,
    partnership_id: UUID | None,
    kind: str | None,
    phase: str | None,
    after: UUID | None,
    limit: int,
) -> list[Product]:
    """Published products in the order of their drafting, by every facet that is given."""
    public = sa.exists().where(
        versions.c.product_id == products.c.id, versions.c.state == VersionState.PUBLISHED
    )
    query = sa.select(Product).where(public).order_by(products.c.id).limit(limit)
    for column, value in (
        (products.c.partnership_id, partnership_id),
        (products.c.kind, kind),
        (products.c.phase, phase),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query))


def product(session: Session, product_id: UUID, organisation: UUID | None) -> Product:
    """One product: a published one for everybody, another only for the parties of its partnership."""
    found = session.get(Product, product_id)
    if found is not None and (found.published or _is_party(session, found.partnership_id, organisation)):
        return found
    raise UnknownAggregate(kind="product", id=str(product_id))


def published_version(session: Session, product_id: UUID) -> Version:
    """The version that the public may download; raises ``UnknownAggregate``."""
    found = session.get(Product, product_id)
    if found is None or found.published is None:
        raise UnknownAggregate(kind="product", id=str(product_id))
    return found.published


def _is_party(session: Session, partnership_id: UUID, organisation: UUID | None) -> bool:
    query = sa.select(parties).where(
        parties.c.partnership_id == partnership_id, parties.c.organisation_id == organisation
    )
    return session.execute(query).first() is not None
