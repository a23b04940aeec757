"""The way of a version: reviewed, approved by two parties, published, and at its end put out of use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from services.products.commands.authority import permit
from services.products.commands.facts import facts, published
from services.products.commands.parties import for_party, permit_new, product_of
from services.products.commands.search import index_version
from services.products.commands.validity import unwatch, watch
from services.products.model.product import Product
from services.products.model.review import Belongs
from services.products.tables.partnerships import bound_by
from services.products.tables.people import PEOPLE
from shared.contracts.products import (
    ChangesRequested,
    ProductApproved,
    ProductSuperseded,
    ProductWithdrawn,
    ReviewRequested,
    ReviewTakenBack,
    VersionDiscarded,
)
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class VersionAct:
    """Discard, submit, take back, approve or publish the newest version."""

    product_id: UUID


@dataclass(frozen=True, slots=True)
class RequestChanges:
    """Send the newest version back to its draft."""

    product_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawProduct:
    """Have the published version used no more."""

    product_id: UUID
    reason: str


def discard_version(tx: Transaction, command: VersionAct) -> Product:
    """Give the draft up as a party; also after the end, when it can be of no use any more."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product, even_ended=True)
    version = product.discard(tx.now)
    tx.record(VersionDiscarded(**facts(product, version), product_gone=product.is_gone, discarded_by=party))
    return product


def submit_version(tx: Transaction, command: VersionAct) -> Product:
    """Ask the parties to review the newest version."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    version = product.submit(party, tx.actor.person)
    tx.record(ReviewRequested(**facts(product, version), requested_by=party))
    return product


def take_back_review(tx: Transaction, command: VersionAct) -> Product:
    """Have the newest version as a draft again, as the party that submitted it; also after the end."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product, even_ended=True)
    version = product.take_back(party)
    tx.record(ReviewTakenBack(**facts(product, version), taken_back_by=party))
    return product


def request_changes(tx: Transaction, command: RequestChanges) -> Product:
    """Send the newest version back as another party than the one that submitted it."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    version = product.request_changes(party, tx.actor.person, _belongs(tx))
    tx.record(ChangesRequested(**facts(product, version), requested_by=party, reason=command.reason))
    return product


def approve_version(tx: Transaction, command: VersionAct) -> Product:
    """Approve the newest version for the actor's organisation."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    approvals = product.approve(party, tx.actor.person, tx.now, _belongs(tx))
    tx.record(ProductApproved(**facts(product, product.newest), approved_by=party, approvals=approvals))
    return product


def publish_version(tx: Transaction, command: VersionAct) -> Product:
    """Publish the newest version, once two parties have approved it (a party, or the agency's publisher)."""
    product = product_of(tx, command.product_id)
    permit_new(tx, product)
    before = product.publish(tx.now, tx.today, bound_by(tx.session, product.partnership_id))
    version = product.newest
    tx.record(published(product, version))
    if before is not None:
        unwatch(tx, product, before)
        tx.record(ProductSuperseded(**facts(product, before), superseded_by=version.number))
    watch(tx, product, version)
    index_version(tx, product)
    return product


def withdraw_product(tx: Transaction, command: WithdrawProduct) -> Product:
    """Put the published version out of use, with the reason as its tombstone; also after the end."""
    product = product_of(tx, command.product_id)
    permit(tx, product)
    version = product.withdraw(command.reason, tx.now, tx.today)
    unwatch(tx, product, version)
    tx.record(ProductWithdrawn(**facts(product, version), reason=command.reason))
    index_version(tx, product)
    return product


def _belongs(tx: Transaction) -> Belongs:
    return partial(PEOPLE.belongs, tx, tx.actor.person)
