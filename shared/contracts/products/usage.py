"""Events about uses, printed copies and coverage."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.products.facts import CoverageExemption
from shared.contracts.vocabulary import Language, Phase
from shared.i18n import N_


class ProductUsed(
    Event,
    publisher="products",
    aggregate="use_id",
    label=N_("Product used"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A product was used in an action of a phase."""

    use_id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phase: Phase
    organisation_id: UUID
    activity_id: UUID | None
    audience: str
    reached: int
    on: date


class UseVerified(
    Event,
    publisher="products",
    aggregate="use_id",
    label=N_("Use of a product verified"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party that is not the one that used a product verified its use."""

    use_id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phase: Phase
    organisation_id: UUID
    activity_id: UUID | None
    audience: str
    reached: int
    on: date
    verified_by: UUID


class PrintBatchRecorded(
    Event,
    publisher="products",
    aggregate="batch_id",
    label=N_("Copies printed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Copies of a version were printed; the code on them always shows the version's status."""

    batch_id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    language: Language
    copies: int
    on: date


class PrintBatchCorrected(
    Event,
    publisher="products",
    aggregate="batch_id",
    label=N_("Printed copies corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A record of printed copies was corrected, for a reason."""

    batch_id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    language: Language
    copies: int
    on: date
    reason: str


class CoverageDeclared(
    Event,
    publisher="products",
    aggregate="partnership_id",
    label=N_("Audiences declared"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """The audiences of a partnership's products, and the exempt cells, were declared."""

    partnership_id: UUID
    audiences: tuple[str, ...]
    exemptions: tuple[CoverageExemption, ...]
