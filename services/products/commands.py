"""What can be done with products: one command and one function per use case."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from services.products.model import Product, Version
from services.products.tables import parties, partnerships
from shared.backbone.transaction import Transaction
from shared.contracts.products import Phase, ProductApproved, ProductDrafted, ProductKind, ProductPublished
from shared.identity.actor import NotAParty
from shared.refusal import Refusal


class UnknownPartnership(Refusal):
    """No signed partnership has that id, as far as this service has heard."""

    kind = "unknown"
    message = "There is no signed partnership with the id %(id)s."
    remedy = "A product needs a signed partnership. If it was signed just now, try again in a moment."


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The facts about a file that was stored."""

    filename: str
    media_type: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class DraftProduct:
    """Begin a product with its first version."""

    partnership_id: UUID
    title: str
    kind: ProductKind
    phase: Phase
    language: str
    file: StoredVersion


@dataclass(frozen=True, slots=True)
class AddVersion:
    """Add a version to a product."""

    product_id: UUID
    file: StoredVersion


@dataclass(frozen=True, slots=True)
class ProductAct:
    """Approve or publish the newest version."""

    product_id: UUID


def draft_product(tx: Transaction, command: DraftProduct) -> Product:
    """Draft a product as a party of a signed partnership."""
    agency, party = _acting(tx, command.partnership_id)
    product = tx.add(
        Product(
            id=tx.new_id(),
            agency=agency,
            partnership_id=command.partnership_id,
            title=command.title,
            kind=command.kind,
            phase=command.phase,
            language=command.language,
            drafted_by=party,
            drafted_at=tx.now,
        )
    )
    product.add_version(_version(tx, 1, command.file))
    tx.record(
        ProductDrafted(
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=product.title,
            kind=command.kind,
            phase=command.phase,
            drafted_by=party,
        )
    )
    return product


def add_version(tx: Transaction, command: AddVersion) -> Product:
    """Add the next version as a party."""
    product = tx.get(Product, command.product_id)
    _acting(tx, product.partnership_id)
    product.add_version(_version(tx, product.newest.number + 1, command.file))
    product.version += 1
    return product


def approve_product(tx: Transaction, command: ProductAct) -> Product:
    """Approve the newest version for the actor's organisation."""
    product = tx.get(Product, command.product_id)
    _, party = _acting(tx, product.partnership_id)
    approvals = product.approve(party, tx.now)
    tx.record(
        ProductApproved(
            product_id=product.id,
            partnership_id=product.partnership_id,
            product_version=product.newest.number,
            approved_by=party,
            approvals=approvals,
        )
    )
    return product


def publish_product(tx: Transaction, command: ProductAct) -> Product:
    """Publish the newest version, once two parties have approved it."""
    product = tx.get(Product, command.product_id)
    _acting(tx, product.partnership_id)
    version = product.publish(tx.now)
    tx.record(
        ProductPublished.model_validate(
            {
                "product_id": product.id,
                "partnership_id": product.partnership_id,
                "product_version": version.number,
                "title": product.title,
                "kind": product.kind,
                "phase": product.phase,
                "language": product.language,
                "sha256": version.sha256,
            }
        )
    )
    return product


def _acting(tx: Transaction, partnership_id: UUID) -> tuple[str, UUID]:
    """The partnership's agency, and the party for which the actor acts."""
    tx.actor.require("representative")
    query = sa.select(partnerships.c.agency).where(partnerships.c.id == partnership_id)
    agency: str | None = tx.session.execute(query).scalar_one_or_none()
    if agency is None:
        raise UnknownPartnership(id=str(partnership_id))
    organisation = tx.actor.organisation
    member = sa.select(parties).where(
        parties.c.partnership_id == partnership_id, parties.c.organisation_id == organisation
    )
    if organisation is None or tx.session.execute(member).first() is None:
        raise NotAParty
    return agency, organisation


def _version(tx: Transaction, number: int, file: StoredVersion) -> Version:
    return Version(
        number=number,
        filename=file.filename,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        key=file.key,
        added_at=tx.now,
    )
