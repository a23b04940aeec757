"""What the products publish: what a partnership gives to people, edition by edition."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.audience import Audience
from shared.contracts.event import Event

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


class ProductDrafted(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
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


class VersionDrafted(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
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


class ProductEdited(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
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


class FileAdded(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """A party added a file to a draft; ``sha256`` (hex) is that of its content."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    added_by: UUID


class FileRemoved(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """A party took a file from a draft; the versions before keep theirs."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    sha256: str
    role: FileRole
    medium: Medium
    removed_by: UUID


class VersionDiscarded(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """A party gave a draft up; ``product_gone`` when nothing is left of the product but its timeline."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    product_gone: bool
    discarded_by: UUID


class ReviewRequested(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """A version was submitted for the approval of two parties."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID


class ReviewTakenBack(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """The party that submitted a version has it as a draft again; approvals given so far are void."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    taken_back_by: UUID


class ChangesRequested(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """A reviewer sent a version back to its draft, with the reason."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    requested_by: UUID
    reason: str


class ProductApproved(Event, publisher="products", aggregate="product_id", audience=Audience.PARTNERSHIP):
    """One party approved a version of a product; two different parties are needed."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    approved_by: UUID
    approvals: int


class ProductPublished(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
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


class ProductSuperseded(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """A newer version took the place of a published one."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    superseded_by: int


class ProductWithdrawn(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """A published version is no longer to be used; the reason stays as its tombstone."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    reason: str


class ProductExpiring(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """A published version is valid for thirty more days."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    valid_until: date


class ProductExpired(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """The last day on which a published version was valid has passed."""

    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    valid_until: date


class ProductRelated(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """A product stands in a relation to another one."""

    product_id: UUID
    partnership_id: UUID
    relation: Relation
    target: UUID


class LegalUmbrellaRevoked(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """A regulation is in force no longer; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    on: date
    replaced_by: UUID | None


class LegalUmbrellaLapsed(Event, publisher="products", aggregate="product_id", audience=Audience.PUBLIC):
    """The last day of a regulation has passed; what was done under it before stays covered."""

    product_id: UUID
    partnership_id: UUID
    title: str
    number: str
    in_force_until: date


class ProductUsed(Event, publisher="products", aggregate="use_id", audience=Audience.PUBLIC):
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


class PrintBatchRecorded(Event, publisher="products", aggregate="batch_id", audience=Audience.PUBLIC):
    """Copies of a version were printed; the code on them tells for ever what became of it."""

    batch_id: UUID
    product_id: UUID
    partnership_id: UUID
    title: str
    product_version: int
    language: Language
    copies: int
    on: date


class PrintBatchCorrected(Event, publisher="products", aggregate="batch_id", audience=Audience.PUBLIC):
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


class CoverageDeclared(Event, publisher="products", aggregate="partnership_id", audience=Audience.PUBLIC):
    """For whom a partnership means to have products, and which cells need none."""

    partnership_id: UUID
    audiences: tuple[str, ...]
    exemptions: tuple[CoverageExemption, ...]
