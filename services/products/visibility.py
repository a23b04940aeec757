"""What an actor may see of the products' rows: a product is a public record once a version was published."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption

from services.products.model.product import Product
from services.products.tables.partnerships import is_party, parties
from services.products.tables.products import products, versions
from shared.identity.actor import Actor
from shared.identity.permissions import Role, is_staff


def visible(actor: Actor) -> Sequence[ORMOption]:
    """What was never published is hidden from all who do not work on it."""
    once = versions.alias()
    published = sa.exists().where(once.c.product_id == products.c.id, once.c.published_at.is_not(None))
    return (with_loader_criteria(Product, sa.or_(published, works_on(actor))),)


def works_on(actor: Actor) -> sa.ColumnElement[bool]:
    """The products on which the actor works: for their agency, or for a party of their partnership."""
    ways: list[sa.ColumnElement[bool]] = [sa.false()]
    if is_staff(actor):
        ways.append(products.c.agency == actor.agency)
    if actor.has(Role.REPRESENTATIVE) and actor.organisation is not None:
        mine = sa.select(parties.c.partnership_id).where(parties.c.organisation_id == actor.organisation)
        ways.append(products.c.partnership_id.in_(mine))
    return sa.or_(*ways)


def works_on_this(session: Session, actor: Actor, product: Product) -> bool:
    """Whether the actor works on that product, and may see how it is made."""
    if is_staff(actor) and actor.agency == product.agency:
        return True
    return actor.has(Role.REPRESENTATIVE) and is_party(session, product.partnership_id, actor.organisation)
