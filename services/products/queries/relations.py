"""How products stand to one another, in both directions, with what became of the other one."""

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
    Standing.REVOKED: N_("This rests on “%(title)s”, which has been revoked."),
    Standing.LAPSED: N_("This rests on “%(title)s”, which is in force no longer."),
    Standing.WITHDRAWN: N_("This rests on “%(title)s”, which was withdrawn."),
    Standing.EXPIRED: N_("This rests on “%(title)s”, whose validity has passed."),
}
"""What a reader is told of a product that needs another one which is good no longer."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another product in a relation: ``to`` it this one stands, or it stands so to this one (``from``)."""

    relation: ProductRelation
    direction: Literal["to", "from"]
    other: Product
    standing: Standing

    @property
    def number(self) -> str | None:
        """The number of the regulation, where the other one is a legal umbrella."""
        return self.other.legal.number if self.other.legal else None

    @property
    def revoked_on(self) -> date | None:
        """Since when the regulation is in force no longer, where it was revoked."""
        return self.other.legal.revoked_on if self.other.legal else None

    @property
    def replaced_by(self) -> UUID | None:
        """The legal umbrella that came after it."""
        return self.other.legal.replaced_by if self.other.legal else None

    @property
    def is_warning(self) -> bool:
        """Whether the product rests on something that is good no longer."""
        return (self.relation, self.direction) == ("requires", "to") and self.standing in WARNINGS

    def warning(self, translate: Callable[[str], str]) -> str:
        """What the reader is told, in the language of ``translate``."""
        return translate(WARNINGS[self.standing]) % {"title": self.other.title}


def related(session: Session, some: Iterable[Product], today: date) -> dict[UUID, list[Related]]:
    """The relations of some products, of which the reader may see the other side."""
    shown = list(some)
    ids = {item.id for item in shown}
    rows = session.execute(
        sa.select(relations.c.product_id, relations.c.relation, relations.c.target)
        .where(sa.or_(relations.c.product_id.in_(ids), relations.c.target.in_(ids)))
        .order_by(relations.c.added_at, relations.c.product_id, relations.c.target)
    ).all()
    others = _visible(session, {product for source, _, target in rows for product in (source, target)})
    known = others | {item.id: item for item in shown}
    found: dict[UUID, list[Related]] = defaultdict(list)
    for source, relation, target in rows:
        if not {source, target} <= known.keys() or not is_fitting(relation, known[source], known[target]):
            continue  # what was said of another's product before that was refused is not shown
        for here, direction, there in ((source, "to", target), (target, "from", source)):
            if here in ids and there in others:
                other = others[there]
                side: Literal["to", "from"] = "to" if direction == "to" else "from"
                found[here].append(Related(relation, side, other, other.standing(today)))
    return found


def warnings(session: Session, one: Product, today: date) -> list[Related]:
    """What a product rests on that is good no longer, as everybody sees it."""
    return [link for link in related(session, [one], today)[one.id] if link.is_warning]


def _visible(session: Session, ids: set[UUID]) -> dict[UUID, Product]:
    found = session.scalars(sa.select(Product).where(products.c.id.in_(ids)))
    return {row.id: row for row in found if not row.is_gone}
