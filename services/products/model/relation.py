"""Relations between products: replaces, translates, derived from, requires."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.vocabulary import ProductRelation
from shared.refusal import Refusal

WITHOUT_CIRCLES = ("replaces", "requires")


class RelatedToItself(Refusal):
    """A product is not related to itself."""

    kind = "invalid"
    message = "A product cannot be related to itself."
    remedy = "Choose another product."


class RelatedAlready(Refusal):
    """A relation is recorded once."""

    kind = "conflict"
    message = "The product already has the relation “%(relation)s” to %(target)s."
    remedy = "Nothing needs to be done."


class RelatesToForeign(Refusal):
    """Only the makers of a product can say that another one replaces or translates it."""

    kind = "forbidden"
    message = (
        "The relation “%(relation)s” is only possible within a partnership or agency; %(target)s "
        "belongs to another."
    )
    remedy = "Ask the makers of the other product to record the relation, or record that yours requires it."
    reason = "the other product belongs to another partnership"


class RelationInCircle(Refusal):
    """Required or replaced products must not lead back to the product."""

    kind = "conflict"
    message = "The relation “%(relation)s” to %(target)s would relate the product to itself."
    remedy = "Check the relations of the other product: one of them leads back to this product."


@dataclass(eq=False)
class Link:
    """A relation of a product to another one, the ``target``."""

    relation: ProductRelation
    target: UUID
    added_by: UUID
    added_at: datetime


SUCCESSIONS = frozenset({"replaces", "new_version_of", "translation_of"})
"""Relations that speak for the other product: its readers are sent to this one."""


class OwnedProduct(Protocol):
    """A product with its owner, for checking relations."""

    id: UUID
    agency: str
    partnership_id: UUID


def is_fitting(relation: ProductRelation, source: OwnedProduct, target: OwnedProduct) -> bool:
    """Whether a relation is possible: some need two products of one partnership or agency."""
    if relation not in SUCCESSIONS:
        return True
    return source.partnership_id == target.partnership_id or source.agency == target.agency


def require_fitting(relation: ProductRelation, source: OwnedProduct, target: OwnedProduct) -> None:
    """Refuse relations that are not :func:`is_fitting`."""
    if not is_fitting(relation, source, target):
        raise RelatesToForeign(relation=relation, target=str(target.id))


def require_no_circle(
    relation: ProductRelation, source: UUID, target: UUID, next_of: Callable[[set[UUID]], Iterable[UUID]]
) -> None:
    """Refuse a relation that closes a circle; ``next_of`` returns the targets of some products."""
    if relation not in WITHOUT_CIRCLES:
        return
    seen: set[UUID] = set()
    new = {target}
    while new:
        if source in new:
            raise RelationInCircle(relation=relation, target=str(target))
        seen |= new
        new = set(next_of(new)) - seen
