"""Queries of product relations, in both directions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.products.model.product import Product
from services.products.model.relation import is_fitting
from services.products.tables.products import products, relations
from shared.contracts.vocabulary import ProductRelation, Standing
from shared.refusal import N_

WARNINGS = {
    Standing.REVOKED: N_("This relies on “%(title)s”, which has been revoked."),
    Standing.LAPSED: N_("This relies on “%(title)s”, which is no longer in force."),
    Standing.WITHDRAWN: N_("This relies on “%(title)s”, which has been withdrawn."),
    Standing.EXPIRED: N_("This relies on “%(title)s”, which has expired."),
}
"""The warnings about a required product that is no longer valid."""


@dataclass(frozen=True, slots=True)
class Related:
    """A related product; the direction is ``to`` if the product has the relation to it, else ``from``."""

    relation: ProductRelation
    direction: Literal["to", "from"]
    other: Product
    standing: Standing

    @property
    def number(self) -> str | None:
        """The number of the regulation, if the related product is a legal umbrella."""
        return self.other.legal.number if self.other.legal else None

    @property
    def revoked_on(self) -> date | None:
        """The day of the regulation's revocation, if it was revoked."""
        return self.other.legal.revoked_on if self.other.legal else None

    @property
    def replaced_by(self) -> UUID | None:
        """The legal umbrella that replaced it."""
        return self.other.legal.replaced_by if self.other.legal else None

    @property
    def is_warning(self) -> bool:
        """Whether the product requires something that is no longer valid."""
        return (self.relation, self.direction) == ("requires", "to") and self.standing in WARNINGS

    def warning(self, translate: Callable[[str], str]) -> str:
        """The warning, in the language of ``translate``."""
        return translate(WARNINGS[self.standing]) % {"title": self.other.title}


def related(session: Session, some: Iterable[Product], today: date) -> dict[UUID, list[Related]]:
    """The relations of some products to products that the reader may see."""
    shown = list(some)
    ids = {item.id for item in shown}
    rows = session.execute(
        sa.select(relations.c.product_id, relations.c.relation, relations.c.target)
        .where(sa.or_(relations.c.product_id.in_(ids), relations.c.target.in_(ids)))
        .order_by(relations.c.added_at, relations.c.product_id, relations.c.target)
    ).all()
    others = _visible(session, {product for source, _, target in rows for product in (source, target)})
    known = others | {item.id: item for item in shown}
    by_product: dict[UUID, list[Related]] = defaultdict(list)
    for source, relation, target in rows:
        if not {source, target} <= known.keys() or not is_fitting(relation, known[source], known[target]):
            continue  # a refusal about another's product is not shown
        for here, direction, there in ((source, "to", target), (target, "from", source)):
            if here in ids and there in others:
                other = others[there]
                side: Literal["to", "from"] = "to" if direction == "to" else "from"
                by_product[here].append(Related(relation, side, other, other.standing(today)))
    return by_product


def warnings(session: Session, product: Product, today: date) -> list[Related]:
    """The required products that are no longer valid, as everybody sees them."""
    return [link for link in related(session, [product], today)[product.id] if link.is_warning]


def _visible(session: Session, ids: set[UUID]) -> dict[UUID, Product]:
    listed_products = session.scalars(sa.select(Product).where(products.c.id.in_(ids)))
    return {row.id: row for row in listed_products if not row.is_gone}
