"""Response types of product relations, with warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.products.queries.relations import Related
from shared.contracts.vocabulary import Standing


class RelatedOut(BaseModel):
    """A related product; the direction is ``to`` if this product has the relation, else ``from``."""

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
    def of(cls, related: Related) -> Self:
        """The view of a relation."""
        return cls(
            relation=related.relation,
            direction=related.direction,
            product_id=related.other.id,
            title=related.other.title,
            kind=related.other.kind,
            standing=related.standing,
            number=related.number,
            revoked_on=related.revoked_on,
            replaced_by=related.replaced_by,
        )


class WarningOut(RelatedOut):
    """A required product that is no longer valid, as a sentence in the reader's language."""

    text: str

    @classmethod
    def all_of(cls, related: Sequence[Related], translate: Callable[[str], str]) -> list[Self]:
        """The warnings from some relations."""
        return [
            cls(**dict(RelatedOut.of(link)), text=link.warning(translate))
            for link in related
            if link.is_warning
        ]
