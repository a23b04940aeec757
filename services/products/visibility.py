"""Row visibility of products: public once a version is published."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.tables.partnerships import is_party, parties
from services.products.tables.products import products, versions
from shared.identity.actor import Actor
from shared.identity.permissions import Role, is_staff
from shared.rows.viewer import Condition, Viewer, any_of, some


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """What was never published is hidden from all who do not work on it."""
    once = versions.alias()
    published = sa.exists().where(once.c.product_id == products.c.id, once.c.published_at.is_not(None))
    return {Product: any_of(published, works_on(viewer))}


def works_on(viewer: Viewer) -> Condition:
    """The products on which one works: for their agency, or for a party of their partnership."""
    as_party = some(
        parties,
        where=(
            parties.c.partnership_id == products.c.partnership_id,
            viewer.represents(parties.c.organisation_id),
        ),
    )
    return any_of(viewer.works_for(products.c.agency), as_party)


def works_on_this(session: Session, actor: Actor, product: Product) -> bool:
    """Whether the actor works on that product, and may see how it is made."""
    if is_staff(actor) and actor.agency == product.agency:
        return True
    return actor.has(Role.REPRESENTATIVE) and is_party(session, product.partnership_id, actor.organisation)
