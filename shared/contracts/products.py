"""What the products publish: what a partnership gives to people, edition by edition."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_

ProductKind = Literal["situation_picture", "guidance", "education_material", "legal_umbrella", "reference"]
Phase = Literal["prevention", "handling", "rehabilitation"]
Tense = Literal["past", "present", "future"]
Subject = Literal["problem", "potential"]
Medium = Literal["print", "electronic"]
FileRole = Literal["main", "attachment"]
Language = Literal["id", "en", "jv", "mad"]
"""ISO 639: Indonesian, English, Javanese, Madurese."""
Relation = Literal["new_version_of", "replaces", "translation_of", "derived_from", "requires"]
Means = Literal["educate", "protect", "channel", "coordinate", "act"]


class CoverageExemption(BaseModel):
    """A cell of the coverage matrix that needs no product, for a reason."""

    model_config = ConfigDict(frozen=True)

    kind: ProductKind
    phase: Phase
    audience: str
    reason: str


class LegalFacts(BaseModel):
    """What a legal umbrella covers, and when; ``in_force_until`` is its last day in force."""

    model_config = ConfigDict(frozen=True)

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: tuple[Means, ...]
    areas: tuple[str, ...]
    actors: tuple[str, ...]


class PublishedText(BaseModel):
    """The words in one language; ``sha256`` (hex) of title, summary and body, an empty line between them."""

    model_config = ConfigDict(frozen=True)

    language: Language
    sha256: str


class ProductDrafted(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product drafted"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party began a product of the partnership."""

    product_id: UUID
    partnership_id: UUID
    title: str
    kind: ProductKind
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    drafted_by: UUID


class VersionDrafted(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("New version drafted"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party began the next version."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    drafted_by: UUID


class ProductEdited(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Draft edited"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party wrote a draft anew."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    edited_by: UUID


class FileAdded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("File added to a draft"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party added a file to a draft; ``sha256`` (hex) is that of its content."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    added_by: UUID


class FileRemoved(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("File removed from a draft"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party took a file from a draft; the versions before keep theirs."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    removed_by: UUID


class VersionDiscarded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Draft discarded"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A party gave a draft up; ``product_gone`` when nothing is left of the product but its timeline."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    product_gone: bool
    discarded_by: UUID


class ReviewRequested(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Review requested"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A version was submitted for the approval of two parties."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID


class ReviewTakenBack(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Withdrawn from review"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The party that submitted a version has it as a draft again; approvals given so far are void."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    taken_back_by: UUID


class ChangesRequested(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Changes requested"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A reviewer sent a version back to its draft, with the reason."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID
    reason: str


class ProductApproved(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product approved by a party"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """One party approved a version of a product; two different parties are needed."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    approved_by: UUID
    approvals: int


class ProductPublished(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product published"),
    headline=N_("New product: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A version of a product became public; ``files`` are the SHA-256 (hex) of its files."""

    product_id: UUID
    partnership_id: UUID
    product_version: int
    title: str
    kind: ProductKind
    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    tense: Tense | None
    subject: Subject | None
    media: tuple[Medium, ...]
    languages: tuple[Language, ...]
    valid_until: date | None
    approved_by: tuple[UUID, ...]
    files: tuple[str, ...]
    texts: tuple[PublishedText, ...]
    legal: LegalFacts | None


class ProductSuperseded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product superseded by a newer version"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A newer version took the place of a published one."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    superseded_by: int


class ProductWithdrawn(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product withdrawn"),
    headline=N_("Do not use any more: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """A published version is no longer to be used; the reason stays as its tombstone."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    reason: str


class ProductExpiring(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product expires soon"),
    headline=N_("“%(title)s” is valid until %(valid_until)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A published version is valid for thirty more days."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    valid_until: date


class ProductExpired(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product expired"),
    headline=N_("No longer valid: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """The last day on which a published version was valid has passed."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    valid_until: date


class ProductRelated(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Related to another product"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A product stands in a relation to another one."""

    product_id: UUID
    partnership_id: UUID
    relation: Relation
    target: UUID


class LegalUmbrellaRevoked(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Legal umbrella revoked"),
    headline=N_("Not in force since %(on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """A regulation is in force no longer; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    on: date
    replaced_by: UUID | None


class LegalUmbrellaLapsed(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Legal umbrella no longer in force"),
    headline=N_("In force until %(in_force_until)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.WARNING,
):
    """The last day of a regulation has passed; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    in_force_until: date


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


class PrintBatchRecorded(
    Event,
    publisher="products",
    aggregate="batch_id",
    label=N_("Copies printed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Copies of a version were printed; the code on them tells for ever what became of it."""

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
    """Other copies were printed than was recorded, for a reason."""

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
):
    """For whom a partnership means to have products, and which cells need none."""

    partnership_id: UUID
    audiences: tuple[str, ...]
    exemptions: tuple[CoverageExemption, ...]
