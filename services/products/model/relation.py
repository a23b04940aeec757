"""How products stand to one another: what replaces, translates, derives from or needs another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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


class RelationInCircle(Refusal):
    """What a product needs or replaces does not, in the end, need or replace the product itself."""

    kind = "conflict"
    message = "With the relation “%(relation)s” to %(target)s the product would be related to itself."
    remedy = "Look at the relations of the other product; one of them leads back to this one."


@dataclass(eq=False)
class Link:
    """One relation of a product to another one, the ``target``."""

    relation: str
    target: UUID
    added_by: UUID
    added_at: datetime


def require_no_circle(
    relation: str, source: UUID, target: UUID, next_of: Callable[[set[UUID]], Iterable[UUID]]
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
