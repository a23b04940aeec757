"""Value types used in several events of products."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.contracts.vocabulary import (
    Language,
    LegalRank,
    Means,
    Phase,
    ProductKind,
    Tense,
)


class CoverageExemption(BaseModel):
    """A cell of the coverage matrix that needs no product, for a reason.

    ``tense`` narrows the exemption of a situation picture to one time; without it every time is exempt.
    """

    model_config = ConfigDict(frozen=True)

    kind: ProductKind
    phase: Phase
    audience: str
    reason: str
    tense: Tense | None = None


class LegalFacts(BaseModel):
    """The scope and validity of a legal umbrella; ``in_force_until`` is its last day in force.

    ``rank`` is not known of what was published before ranks were recorded.
    """

    model_config = ConfigDict(frozen=True)

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: tuple[Means, ...]
    areas: tuple[str, ...]
    actors: tuple[str, ...]
    rank: LegalRank | None = None


class PublishedText(BaseModel):
    """The text in one language; ``sha256`` (hex) of title, summary and body, an empty line between them."""

    model_config = ConfigDict(frozen=True)

    language: Language
    sha256: str
