"""Uses and print batches of published versions."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.products.commands.parties import for_party, product_of
from services.products.model.product import Product
from services.products.model.records import (
    PrintBatch,
    Use,
    require_language,
    require_made_for,
    require_public_on,
)
from services.products.model.version import Version
from services.products.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.products import PrintBatchCorrected, PrintBatchRecorded, ProductUsed, UseVerified
from shared.contracts.vocabulary import Language, Phase
from shared.database import outbox
from shared.database.transaction import Transaction
from shared.days import days_at
from shared.fields import Day, Prose, Slug

Number = Annotated[int, Field(ge=1, le=100_000)]
Copies = Annotated[int, Field(ge=1, le=10_000_000)]


class RecordUse(Command):
    """Record that a published version was used (representative of a party, or coordinator).

    The phase and the audience must be among those of the version. ``product_version`` defaults to the
    published version; a superseded one is given by its number. A coordinator gives the party as
    ``organisation_id``.
    """

    product_id: UUID
    on: Day
    product_version: Number | None = None
    phase: Phase
    audience: Slug
    reached: Annotated[int, Field(ge=0, le=100_000_000, description="The number of people reached")]
    activity_id: UUID | None = None
    organisation_id: UUID | None = None


class VerifyUse(Command):
    """Verify the use of a product (another person, from another bound party)."""

    use_id: UUID


class RecordPrintBatch(Command):
    """Record that copies were printed (representative of a party).

    ``product_version`` defaults to the published version.
    """

    product_id: UUID
    on: Day
    product_version: Number | None = None
    language: Language
    copies: Copies


class CorrectPrintBatch(Command):
    """Correct a record of printed copies (representative of the party that recorded it).

    The body replaces the whole record, and ``reason`` says why. ``product_version`` defaults to the
    recorded version.
    """

    batch_id: UUID
    reason: Prose
    on: Day
    product_version: Number | None = None
    language: Language
    copies: Copies


def record_use(tx: Transaction, command: RecordUse) -> Use:
    """Record, as a party or as a coordinator for a party, that a product was used in an action."""
    product = product_of(tx, command.product_id)
    party = REGISTRY.party_that_acted(tx, product, command.organisation_id)
    version = _public_then(tx, product, command.product_version, command.on)
    require_made_for(version, command.phase, command.audience)
    use = tx.add(
        Use(
            id=tx.new_id(),
            agency=product.agency,
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=version.title,
            product_version=version.number,
            phase=command.phase,
            audience=command.audience,
            organisation_id=party,
            activity_id=command.activity_id,
            reached=command.reached,
            on=command.on,
            recorded_at=tx.now,
            recorded_by=tx.actor.person,
        )
    )
    tx.record(
        ProductUsed.model_validate(
            {
                "use_id": use.id,
                **{name: getattr(use, name) for name in ProductUsed.model_fields if name != "use_id"},
            }
        )
    )
    return use


def verify_use(tx: Transaction, command: VerifyUse) -> Use:
    """Verify, as another bound party and another person, that a product was used."""
    use = tx.get(Use, command.use_id)
    product = product_of(tx, use.product_id)
    party = for_party(tx, product, even_ended=True)
    belongs = REGISTRY.people.belongs(tx, tx.actor.person, use.organisation_id)
    use.verify(party, tx.actor.person, tx.now, belongs=belongs)
    history = outbox.history(tx.session, use.id)
    REGISTRY.require_other_custodian(tx, product, use.organisation_id, history, ProductUsed)
    tx.record(
        UseVerified.model_validate(
            {
                "use_id": use.id,
                **{name: getattr(use, name) for name in UseVerified.model_fields if name != "use_id"},
            }
        )
    )
    return use


def record_print_batch(tx: Transaction, command: RecordPrintBatch) -> PrintBatch:
    """Record printed copies of a version, as a party."""
    product = product_of(tx, command.product_id)
    party = for_party(tx, product, even_ended=True)
    version = _public_then(tx, product, command.product_version, command.on)
    require_language(version, command.language)
    batch = tx.add(
        PrintBatch(
            id=tx.new_id(),
            agency=product.agency,
            product_id=product.id,
            partnership_id=product.partnership_id,
            title=version.title,
            product_version=version.number,
            language=command.language,
            copies=command.copies,
            on=command.on,
            organisation_id=party,
            recorded_at=tx.now,
        )
    )
    tx.record(
        PrintBatchRecorded.model_validate(
            {
                "batch_id": batch.id,
                **{
                    name: getattr(batch, name)
                    for name in PrintBatchRecorded.model_fields
                    if name != "batch_id"
                },
            }
        )
    )
    return batch


def correct_print_batch(tx: Transaction, command: CorrectPrintBatch) -> PrintBatch:
    """Correct a record of printed copies, as the party that recorded it."""
    batch = tx.get(PrintBatch, command.batch_id)
    product = product_of(tx, batch.product_id)
    party = for_party(tx, product, even_ended=True)
    version = _public_then(tx, product, command.product_version or batch.product_version, command.on)
    require_language(version, command.language)
    batch.correct(party, version, command.language, command.copies, command.on)
    facts = {name: getattr(batch, name) for name in PrintBatchRecorded.model_fields if name != "batch_id"}
    tx.record(PrintBatchCorrected.model_validate(facts | {"batch_id": batch.id, "reason": command.reason}))
    return batch


def _public_then(tx: Transaction, product: Product, number: int | None, on: date) -> Version:
    """The version, which must have been public on that day."""
    version = product.require_published(tx.today) if number is None else product.numbered(number)
    area = REGISTRY.partnership(tx.session, product.partnership_id).area
    today = tx.today_in(area)
    opened, closed = version.published_at, version.closed_at
    since = date.max if opened is None else days_at(opened, tx.users_zone, area)[0]
    until = today if closed is None else days_at(closed, tx.users_zone, area)[-1]
    if version.valid_until is not None:
        until = min(until, version.valid_until)
    require_public_on(version, on, since, until, today)
    return version
