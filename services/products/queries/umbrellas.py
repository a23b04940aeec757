"""Queries of legal umbrellas: in force on a day, succession."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.model.umbrella import NoUmbrella, areas_around
from services.products.queries.products import known
from services.products.tables.products import products, umbrellas, versions
from services.products.tables.types import holds


@dataclass(frozen=True, slots=True)
class UmbrellaFilter:
    """The day, and the act whose legal basis is sought; None is any."""

    on: date
    means: str | None = None
    area: str | None = None
    actor: str | None = None


def list_in_force(session: Session, sought: UmbrellaFilter, after: UUID | None, limit: int) -> list[Product]:
    """The published umbrellas in force on that day that cover the act."""
    table = umbrellas.c
    published = sa.select(versions.c.product_id).where(versions.c.state == "published")
    query = (
        sa.select(Product)
        .join(umbrellas, table.product_id == products.c.id)
        .where(
            products.c.id.in_(published),
            table.in_force_from <= sought.on,
            sa.or_(table.in_force_until.is_(None), table.in_force_until >= sought.on),
            sa.or_(table.revoked_on.is_(None), table.revoked_on > sought.on),
        )
    )
    if sought.means is not None:
        query = query.where(holds(table.means, sought.means))
    if sought.actor is not None:
        query = query.where(holds(table.actors, sought.actor))
    if sought.area is not None:
        query = query.where(holds(table.areas, *areas_around(sought.area)))
    if after is not None:
        query = query.where(products.c.id > after)
    return list(session.scalars(query.order_by(products.c.id).limit(limit)))


def umbrella(session: Session, product_id: UUID) -> Product:
    """One public legal umbrella."""
    regulation = known(session, product_id)
    if regulation.legal is None:
        raise NoUmbrella(id=str(product_id))
    return regulation


def succession(session: Session, product_id: UUID) -> list[Product]:
    """What an umbrella replaced, the umbrella itself, and what replaced it, oldest first."""
    itself = umbrella(session, product_id)
    chain = {itself.id: itself}
    new = {itself.id}
    while new:
        before = session.scalars(sa.select(umbrellas.c.product_id).where(umbrellas.c.replaced_by.in_(new)))
        new = set(before) - set(chain)
        chain |= _public(session, new)
    following = itself.legal.replaced_by if itself.legal else None
    while following is not None and following not in chain:
        product = session.get(Product, following)
        if product is None or product.legal is None:
            break
        chain[product.id] = product
        following = product.legal.replaced_by
    return sorted(chain.values(), key=_in_force_from)


def _public(session: Session, ids: set[UUID]) -> dict[UUID, Product]:
    listed_products = session.scalars(sa.select(Product).where(products.c.id.in_(ids)))
    return {umbrella.id: umbrella for umbrella in listed_products}


def _in_force_from(product: Product) -> tuple[date, UUID]:
    return (product.legal.in_force_from if product.legal else date.min), product.id
