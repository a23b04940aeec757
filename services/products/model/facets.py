"""Facets of products, used for search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.vocabulary import LegalRank, Means, Medium, Phase, ProductKind, Subject, Tense
from shared.refusal import Refusal


class TenseNeeded(Refusal):
    """A situation picture shows the past, present or future of a problem or a potential."""

    kind = "invalid"
    message = "A situation picture needs a tense and a subject."
    remedy = "Choose past, present or future, and a problem or a potential."


class TenseNotMeant(Refusal):
    """Only a situation picture has a tense and a subject."""

    kind = "invalid"
    message = "Only a situation picture has a tense and a subject."
    remedy = "Leave tense and subject out, or choose the kind situation picture."


class LegalFactsNeeded(Refusal):
    """A legal umbrella covers certain means, areas and actors from a day on."""

    kind = "invalid"
    message = "A legal umbrella needs legal data."
    remedy = (
        "Enter its number, issuer and first day in force, and the means, areas and actors that it covers."
    )


class LegalFactsNotMeant(Refusal):
    """Only a legal umbrella has legal data."""

    kind = "invalid"
    message = "Only a legal umbrella has legal data."
    remedy = "Leave the legal data out, or choose the kind legal umbrella."


class ForceReversed(Refusal):
    """A regulation is in force for at least one day."""

    kind = "invalid"
    message = "A regulation cannot be in force from %(from_)s until %(until)s."
    remedy = "Enter its last day in force, on or after the first, or leave it empty."


@dataclass(frozen=True, slots=True)
class LegalTerms:
    """The scope of a regulation, with its first and last day in force."""

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: tuple[Means, ...]
    areas: tuple[str, ...]
    actors: tuple[str, ...]
    rank: LegalRank | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of one version; they become the product's when it is published."""

    phases: tuple[Phase, ...]
    audiences: tuple[str, ...]
    media: tuple[Medium, ...]
    tense: Tense | None = None
    subject: Subject | None = None
    problem_id: UUID | None = None
    legal: LegalTerms | None = None

    def check(self, kind: ProductKind) -> None:
        """Refuse facets that do not fit the kind of the product."""
        if kind is ProductKind.SITUATION_PICTURE and not (self.tense and self.subject):
            raise TenseNeeded
        if kind is not ProductKind.SITUATION_PICTURE and (self.tense or self.subject):
            raise TenseNotMeant
        if kind is ProductKind.LEGAL_UMBRELLA and self.legal is None:
            raise LegalFactsNeeded
        if kind is not ProductKind.LEGAL_UMBRELLA and self.legal is not None:
            raise LegalFactsNotMeant
        legal = self.legal
        if legal and legal.in_force_until is not None and legal.in_force_until < legal.in_force_from:
            raise ForceReversed(from_=legal.in_force_from, until=legal.in_force_until)
