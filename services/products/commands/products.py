"""Drafts: new products, edits, files, next versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.products.commands.content import Content
from services.products.commands.facts import cells, facts
from services.products.commands.parties import for_party, product_of
from services.products.model.code import code_of
from services.products.model.facets import Facets
from services.products.model.product import Product
from services.products.model.version import File, Version
from services.products.tables.partnerships import REGISTRY
from shared import areas
from shared.command import Command
from shared.contracts.products import FileAdded, FileRemoved, ProductDrafted, ProductEdited, VersionDrafted
from shared.contracts.vocabulary import FileRole, Language, Medium, ProductKind
from shared.database.transaction import Transaction


class DraftProduct(Content, Command):
    """Draft a product with its first version (representative of a party).

    ``valid_until`` is the last day on which the version may be used.
    """

    partnership_id: UUID
    kind: ProductKind


class EditProduct(Content, Command):
    """Replace the facets, texts and last day of a draft (representative of a party).

    Send If-Match. ``valid_until`` is the last day on which the version may be used.
    """

    product_id: UUID


@dataclass(frozen=True, slots=True)
class AddFile:
    """Add a stored file to the draft."""

    product_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    language: Language | None
    medium: Medium
    role: FileRole


class RemoveFile(Command):
    """Remove a file from the draft."""

    product_id: UUID
    file_id: UUID


class BeginVersion(Command):
    """Begin the next version as a draft with the texts and files of the latest version."""

    product_id: UUID


def for_a_file(tx: Transaction, product_id: UUID) -> tuple[Product, UUID]:
    """The product whose newest version may be edited, and the party that the actor edits it for."""
    product = product_of(tx, product_id)
    party = for_party(tx, product)
    product.newest.require("edit")
    return product, party


def draft_product(tx: Transaction, command: DraftProduct) -> Product:
    """Draft a product as a party of a signed partnership."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
    party = for_party(tx, partnership)
    facets = command.facets()
    _require_areas(facets)
    texts = [words.text() for words in command.texts]
    draft = Version.first(code_of(tx.new_id()), facets, texts, party, tx.now)
    draft.valid_until = command.valid_until
    product = Product.begun(tx.new_id(), partnership.agency, command.partnership_id, command.kind, draft)
    tx.add(product)
    told = facts(product, product.newest) | cells(product.newest)
    told |= {"kind": product.kind, "drafted_by": party}
    tx.record(ProductDrafted.model_validate(told))
    return product


def edit_product(tx: Transaction, command: EditProduct) -> Product:
    """Replace the content of the draft as a party."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    facets = command.facets()
    _require_areas(facets)
    product.edit(facets, [words.text() for words in command.texts], command.valid_until)
    told = facts(product, product.newest) | cells(product.newest) | {"edited_by": party}
    tx.record(ProductEdited.model_validate(told))
    return product


def add_file(tx: Transaction, command: AddFile) -> Product:
    """Add a file to the draft as a party."""
    product, party = for_a_file(tx, command.product_id)
    file = File(
        id=tx.new_id(),
        filename=command.filename,
        media_type=command.media_type,
        size=command.size,
        sha256=command.sha256,
        key=command.key,
        language=command.language,
        medium=command.medium,
        role=command.role,
        added_at=tx.now,
    )
    product.add_file(file)
    tx.record(FileAdded.model_validate(_of_file(product, file) | {"added_by": party}))
    return product


def remove_file(tx: Transaction, command: RemoveFile) -> Product:
    """Remove a file from the draft as a party; previous versions keep theirs."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    file = product.remove_file(command.file_id)
    tx.record(FileRemoved.model_validate(_of_file(product, file) | {"removed_by": party}))
    return product


def begin_version(tx: Transaction, command: BeginVersion) -> Product:
    """Begin the next version as a party: a draft with the texts and files of the newest."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    version = product.begin_version(tx.new_id, party, tx.now)
    told = facts(product, version) | cells(version) | {"drafted_by": party}
    tx.record(VersionDrafted.model_validate(told))
    return product


def _require_areas(facets: Facets) -> None:
    """Refuse a code that looks Indonesian but does not exist; raises ``UnknownArea``."""
    for area in facets.legal.areas if facets.legal else ():
        areas.require(area)


def _of_file(product: Product, file: File) -> dict[str, Any]:
    of_file = {"sha256": file.sha256, "role": file.role, "medium": file.medium}
    return facts(product, product.newest) | of_file
