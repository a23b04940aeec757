"""How products stand to one another: what replaces, translates, derives from or needs another."""

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
    """A product stands in no relation to itself."""

    kind = "invalid"
    message = "A product cannot be related to itself."
    remedy = "Name another product."


class RelatedAlready(Refusal):
    """The same relation is said once."""

    kind = "conflict"
    message = "The product stands in the relation “%(relation)s” to %(target)s already."
    remedy = "Nothing needs to be done."


class RelatesToForeign(Refusal):
    """What takes another product's place, or gives its words anew, comes from those who made it."""

    kind = "forbidden"
    message = (
        "The relation “%(relation)s” stays within a partnership or agency; %(target)s is of another one."
    )
    remedy = "Let those who made the other product say so of theirs, or say that yours requires it."
    reason = "the other product belongs to another partnership"


class RelationInCircle(Refusal):
    """What a product needs or replaces does not, in the end, need or replace the product itself."""

    kind = "conflict"
    message = "With the relation “%(relation)s” to %(target)s the product would be related to itself."
    remedy = "Look at the relations of the other product; one of them leads back to this one."


@dataclass(eq=False)
class Link:
    """One relation of a product to another one, the ``target``."""

    relation: ProductRelation
    target: UUID
    added_by: UUID
    added_at: datetime


SUCCESSIONS = frozenset({"replaces", "new_version_of", "translation_of"})
"""Relations that speak for the other product: where it is shown, it is shown to be followed by this one."""


class Owned(Protocol):
    """A product, as far as relations look at it."""

    id: UUID
    agency: str
    partnership_id: UUID


def is_fitting(relation: ProductRelation, source: Owned, target: Owned) -> bool:
    """Whether a product may stand so to another: who speaks for that one is of its partnership or agency."""
    if relation not in SUCCESSIONS:
        return True
    return source.partnership_id == target.partnership_id or source.agency == target.agency


def require_fitting(relation: ProductRelation, source: Owned, target: Owned) -> None:
    """Refuse what is not :func:`is_fitting`."""
    if not is_fitting(relation, source, target):
        raise RelatesToForeign(relation=relation, target=str(target.id))


def require_no_circle(
    relation: ProductRelation, source: UUID, target: UUID, next_of: Callable[[set[UUID]], Iterable[UUID]]
) -> None:
    """Refuse a relation that closes a circle; ``next_of`` gives the targets of some products."""
    if relation not in WITHOUT_CIRCLES:
        return
    seen: set[UUID] = set()
    new = {target}
    while new:
        if source in new:
            raise RelationInCircle(relation=relation, target=str(target))
        seen |= new
        new = set(next_of(new)) - seen
