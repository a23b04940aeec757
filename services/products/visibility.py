"""What an actor may see of the products' rows: a product is a public record once a version was published."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.tables.partnerships import REGISTRY
from services.products.tables.products import products, versions
from shared.rows.viewer import Condition, Viewer, any_of


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """What was never published is hidden from all who do not work on it."""
    once = versions.alias()
    published = sa.exists().where(once.c.product_id == products.c.id, once.c.published_at.is_not(None))
    return {Product: any_of(published, works_on(viewer))}


def works_on(viewer: Viewer) -> Condition:
    """The products on which one works: for their agency, or for one who takes part in their partnership."""
    return REGISTRY.works_within(viewer, products.c.agency, products.c.partnership_id)
