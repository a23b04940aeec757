"""Row visibility of products: public once a version is published."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from services.products.model.product import Product
from services.products.tables.partnerships import REGISTRY
from services.products.tables.products import products, versions
from shared.rows.viewer import Condition, Viewer, any_of


def visible(viewer: Viewer) -> Mapping[type, Condition]:
    """Products that were never published are visible only to those who work on them."""
    once = versions.alias()
    published = sa.exists().where(once.c.product_id == products.c.id, once.c.published_at.is_not(None))
    return {Product: any_of(published, works_on(viewer))}


def works_on(viewer: Viewer) -> Condition:
    """The products that the viewer works on: for their agency, or for a party of the partnership."""
    return REGISTRY.works_within(viewer, products.c.agency, products.c.partnership_id)
