"""How the relations of a product are shown, and the warnings among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.products.queries.relations import Related
from shared.contracts.vocabulary import Standing


class RelatedOut(BaseModel):
    """Another product: ``to`` it this one stands in the relation, ``from`` it the relation comes here."""

    relation: str
    direction: str
    product_id: UUID
    title: str
    kind: str
    standing: Standing
    number: str | None
    revoked_on: date | None
    replaced_by: UUID | None

    @classmethod
    def of(cls, found: Related) -> Self:
        """The view of a relation."""
        return cls(
            relation=found.relation,
            direction=found.direction,
            product_id=found.other.id,
            title=found.other.title,
            kind=found.other.kind,
            standing=found.standing,
            number=found.number,
            revoked_on=found.revoked_on,
            replaced_by=found.replaced_by,
        )


class WarningOut(RelatedOut):
    """Something that the product requires and that is good no longer, in the reader's words."""

    text: str

    @classmethod
    def all_of(cls, found: Sequence[Related], translate: Callable[[str], str]) -> list[Self]:
        """The warnings among some relations."""
        return [
            cls(**dict(RelatedOut.of(link)), text=link.warning(translate))
            for link in found
            if link.is_warning
        ]
