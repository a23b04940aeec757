"""What the products publish."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from shared.contracts.event import Event

ProductKind = Literal["situation_picture", "guidance", "education_material", "legal_umbrella", "reference"]
Phase = Literal["prevention", "handling", "rehabilitation"]


class ProductDrafted(Event, publisher="products", aggregate="product_id"):
    """A party began a product of the partnership."""

    product_id: UUID
    partnership_id: UUID
    title: str
    kind: ProductKind
    phase: Phase
    drafted_by: UUID


class ProductApproved(Event, publisher="products", aggregate="product_id"):
    """One party approved a version of a product; two different parties are needed."""

    product_id: UUID
    partnership_id: UUID
    product_version: int
    approved_by: UUID
    approvals: int


class ProductPublished(Event, publisher="products", aggregate="product_id"):
    """A version of a product became public."""

    product_id: UUID
    partnership_id: UUID
    product_version: int
    title: str
    kind: ProductKind
    phase: Phase
    language: str
    sha256: str
