"""Events about published versions: publication, supersession, withdrawal, expiry."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.products.facts import LegalFacts, PublishedText
from shared.contracts.vocabulary import Language, Medium, Phase, ProductKind, ProductRelation, Subject, Tense
from shared.i18n import N_


class ProductPublished(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product published"),
    headline=N_("New product: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
    version=2,
):
    """A version of a product became public; ``files`` are the SHA-256 (hex) of its files.

    ``problem_id`` is the problem that it is about, if it is about a single one.
    """

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
    problem_id: UUID | None = None


class ProductSuperseded(
    Event,
    publisher="products",
    aggregate="product_id",
    label=N_("Product superseded by a newer version"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A newer version replaced a published one."""

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
    """A published version was withdrawn; the reason stays public."""

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
    """A published version expires in thirty days."""

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
    """A published version expired after its last valid day."""

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
    """A product was related to another one."""

    product_id: UUID
    partnership_id: UUID
    relation: ProductRelation
    target: UUID
