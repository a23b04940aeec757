"""Response types of products: all for their parties, published versions for the public."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.products.api.related import RelatedOut, WarningOut
from services.products.model.product import Product
from services.products.model.umbrella import Umbrella
from services.products.model.version import READABLE, File, Version
from services.products.queries.records import Counts
from services.products.queries.relations import Related
from shared.contracts.vocabulary import LegalRank, Standing

BASE = "/api/products/v1"


class FromModel(BaseModel):
    """A view of the model's own attributes."""

    model_config = ConfigDict(from_attributes=True)


class TextOut(FromModel):
    """The text in one language; ``body`` is restricted Markdown."""

    language: str
    title: str
    summary: str
    body: str


class FileOut(FromModel):
    """A file: ``size`` in bytes, ``role`` main or attachment."""

    id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    language: str | None
    medium: str
    role: str
    added_at: datetime
    download: str

    @classmethod
    def of(cls, product_id: UUID, file: File) -> Self:
        """The view of a file."""
        return cls.model_validate(vars(file) | {"download": f"{BASE}/products/{product_id}/files/{file.id}"})


class LegalTermsOut(FromModel):
    """The scope of a regulation; ``in_force_until`` is its last day in force."""

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: list[str]
    areas: list[str]
    actors: list[str]
    rank: LegalRank | None


class LegalOut(LegalTermsOut):
    """The same with its revocation: no longer in force on ``revoked_on``, replaced by ``replaced_by``."""

    revoked_on: date | None
    replaced_by: UUID | None

    @classmethod
    def of(cls, umbrella: Umbrella | None) -> Self | None:
        """The view of an umbrella, if there is one."""
        return cls.model_validate(umbrella) if umbrella else None


class FacetsOut(FromModel):
    """The facets of one version."""

    phases: list[str]
    audiences: list[str]
    media: list[str]
    tense: str | None
    subject: str | None
    problem_id: UUID | None
    legal: LegalTermsOut | None


class VersionOut(FromModel):
    """A version, its state, and, while it may be read, its content.

    ``code`` is printed on it; ``closed_at`` is when it ceased to be published; ``withdrawn_reason`` is why
    it was withdrawn.
    """

    number: int
    code: str
    state: str
    title: str
    languages: list[str]
    valid_until: date | None
    drafted_by: UUID
    drafted_at: datetime
    submitted_by: UUID | None
    published_at: datetime | None
    closed_at: datetime | None
    withdrawn_reason: str | None
    approvals: list[UUID]
    facets: FacetsOut
    texts: list[TextOut]
    files: list[FileOut]

    @classmethod
    def of(cls, product: Product, version: Version, *, readable: bool) -> Self:
        """The view of a version, with its content or without."""
        shown: dict[str, Any] = {
            "title": version.title,
            "languages": version.languages,
            "approvals": [approval.organisation_id for approval in product.approvals_of(version.number)],
            "facets": FacetsOut.model_validate(version.facets),
            "texts": [TextOut.model_validate(text) for text in version.texts] if readable else [],
            "files": [FileOut.of(product.id, file) for file in version.files] if readable else [],
        }
        return cls.model_validate({**vars(version), **shown})


class Facts(FromModel):
    """The fields of every view of a product."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    kind: str
    phases: list[str]
    audiences: list[str]
    media: list[str]
    tense: str | None
    subject: str | None
    problem_id: UUID | None
    legal: LegalOut | None
    download: str | None

    @staticmethod
    def facts(product: Product) -> dict[str, Any]:
        """These fields of a product."""
        version = product.published
        has_main = version is not None and any(file.role == "main" for file in version.files)
        download = f"{BASE}/products/{product.id}/file" if has_main else None
        return {**vars(product), "legal": LegalOut.of(product.legal), "download": download}


class ProductOut(Facts):
    """A product with its versions; ``download`` leads to the main file of the published one."""

    drafted_by: UUID
    drafted_at: datetime
    versions: list[VersionOut]

    @classmethod
    def of(cls, product: Product) -> Self:
        """The view for those who work on it."""
        return cls.model_validate(cls.whole(product, inside=True))

    @classmethod
    def whole(cls, product: Product, *, inside: bool) -> dict[str, Any]:
        """The product with every version that the reader may see."""
        shown = product.kept if inside else product.known
        versions = [VersionOut.of(product, item, readable=inside or item.state in READABLE) for item in shown]
        return {**cls.facts(product), "versions": versions}


class CountsOut(FromModel):
    """The number of uses, the people reached by them, and the printed copies of each version."""

    used: int
    reached: int
    copies: dict[int, int]


class ProductShown(ProductOut):
    """A product with its standing, its relations and warnings, and the numbers of its uses."""

    standing: Standing
    related: list[RelatedOut]
    warnings: list[WarningOut]
    counts: CountsOut

    @classmethod
    def shown(
        cls,
        product: Product,
        inside: bool,
        related: Sequence[Related],
        counts: Counts,
        today: date,
        translate: Callable[[str], str],
    ) -> Self:
        """The view of a product for this reader."""
        return cls.model_validate(
            {
                **cls.whole(product, inside=inside),
                "standing": product.standing(today),
                "related": [RelatedOut.of(item) for item in related],
                "warnings": WarningOut.all_of(related, translate),
                "counts": CountsOut.model_validate(counts),
            }
        )
