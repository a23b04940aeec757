"""Version workflow: review, approval by two parties, publication, withdrawal."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from services.products.commands.facts import facts, published
from services.products.commands.parties import for_party, permit_new, product_of
from services.products.commands.search import index_version
from services.products.commands.validity import unwatch, watch
from services.products.model.product import Product
from services.products.model.review import Belongs
from services.products.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.products import (
    ChangesRequested,
    ProductApproved,
    ProductSuperseded,
    ProductWithdrawn,
    ReviewRequested,
    ReviewTakenBack,
    VersionDiscarded,
)
from shared.database import outbox
from shared.database.transaction import Transaction
from shared.fields import Prose


class DiscardVersion(Command):
    """Discard the draft; of a product without another version only the timeline remains."""

    product_id: UUID


class SubmitVersion(Command):
    """Ask the parties to review the latest version (representative of a party)."""

    product_id: UUID


class TakeBackReview(Command):
    """Turn the latest version back into a draft, as the party that submitted it; approvals become void."""

    product_id: UUID


class RequestChanges(Command):
    """Return the latest version to draft, as a party other than the one that submitted it."""

    product_id: UUID
    reason: Prose


class ApproveVersion(Command):
    """Approve the latest version for your organisation; two parties and two persons must approve it."""

    product_id: UUID


class PublishVersion(Command):
    """Publish the latest version, once two parties have approved it."""

    product_id: UUID


class WithdrawProduct(Command):
    """Withdraw the published version; the reason stays public."""

    product_id: UUID
    reason: Prose


def discard_version(tx: Transaction, command: DiscardVersion) -> Product:
    """Discard the draft as a party; also possible after the end of the partnership."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product, even_ended=True)
    version = product.discard(tx.now)
    tx.record(VersionDiscarded(**facts(product, version), product_gone=product.is_gone, discarded_by=party))
    return product


def submit_version(tx: Transaction, command: SubmitVersion) -> Product:
    """Ask the parties to review the newest version."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    version = product.submit(party, tx.actor.person)
    tx.record(ReviewRequested(**facts(product, version), requested_by=party))
    return product


def take_back_review(tx: Transaction, command: TakeBackReview) -> Product:
    """Turn the newest version back into a draft, as the party that submitted it; also after the end."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product, even_ended=True)
    version = product.take_back(party)
    tx.record(ReviewTakenBack(**facts(product, version), taken_back_by=party))
    return product


def request_changes(tx: Transaction, command: RequestChanges) -> Product:
    """Return the newest version to draft, as another party than the one that submitted it."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    owner = product.newest.submitted_by
    version = product.request_changes(party, tx.actor.person, _belongs(tx))
    _require_other_custodian(tx, product, owner, ReviewRequested)
    tx.record(ChangesRequested(**facts(product, version), requested_by=party, reason=command.reason))
    return product


def approve_version(tx: Transaction, command: ApproveVersion) -> Product:
    """Approve the newest version for the actor's organisation."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product)
    approvals = product.approve(party, tx.actor.person, tx.now, _belongs(tx))
    for given in product.approvals_of(product.newest.number)[:-1]:
        _require_other_custodian(tx, product, given.organisation_id, ProductApproved)
    tx.record(ProductApproved(**facts(product, product.newest), approved_by=party, approvals=approvals))
    return product


def publish_version(tx: Transaction, command: PublishVersion) -> Product:
    """Publish the newest version, once two parties have approved it (a party, or the agency's publisher)."""
    product = product_of(tx, command.product_id)
    permit_new(tx, product)
    before = product.publish(tx.now, tx.today, REGISTRY.bound_by(tx.session, product.partnership_id))
    version = product.newest
    tx.record(published(product, version))
    if before is not None:
        unwatch(tx, product, before)
        tx.record(ProductSuperseded(**facts(product, before), superseded_by=version.number))
    watch(tx, product, version)
    index_version(tx, product)
    return product


def withdraw_product(tx: Transaction, command: WithdrawProduct) -> Product:
    """Withdraw the published version with a public reason; also after the end."""
    product = product_of(tx, command.product_id)
    REGISTRY.permit(tx, product)
    version = product.withdraw(command.reason, tx.now, tx.today)
    unwatch(tx, product, version)
    tx.record(ProductWithdrawn(**facts(product, version), reason=command.reason))
    index_version(tx, product)
    return product


def _require_other_custodian(
    tx: Transaction, product: Product, owner: UUID | None, work: type[ReviewRequested | ProductApproved]
) -> None:
    """Compare the actor's custodian with those of the present review: earlier approvals are void."""
    history = outbox.history(tx.session, product.id)
    asked = [place for place, act in enumerate(history) if act.event_type == ReviewRequested.type()]
    present = history[asked[-1] :] if asked else history
    REGISTRY.require_other_custodian(tx, product, owner, present, work)


def _belongs(tx: Transaction) -> Belongs:
    return partial(REGISTRY.people.belongs, tx, tx.actor.person)
