"""What several events of the products hold."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

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
