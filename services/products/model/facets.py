"""For what, for whom and how a product is: the facets by which it is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.vocabulary import Means, Medium, Phase, ProductKind, Subject, Tense
from shared.refusal import Refusal


class TenseNeeded(Refusal):
    """A situation picture shows the past, the present or what may come, of a problem or a potential."""

    kind = "invalid"
    message = "A situation picture needs a tense and a subject."
    remedy = "Say whether it shows the past, the present or the future, of a problem or of a potential."


class TenseNotMeant(Refusal):
    """Only a situation picture has a tense and a subject."""

    kind = "invalid"
    message = "Only a situation picture has a tense and a subject."
    remedy = "Leave tense and subject out, or choose the kind situation picture."


class LegalFactsNeeded(Refusal):
    """A legal umbrella covers certain means, areas and actors from a day on."""

    kind = "invalid"
    message = "A legal umbrella needs its legal facts."
    remedy = "Give its number, issuer, first day in force, and the means, areas and actors that it covers."


class LegalFactsNotMeant(Refusal):
    """Only a legal umbrella has legal facts."""

    kind = "invalid"
    message = "Only a legal umbrella has legal facts."
    remedy = "Leave the legal facts out, or choose the kind legal umbrella."


class ForceReversed(Refusal):
    """A regulation is in force for at least one day."""

    kind = "invalid"
    message = "The regulation would be in force from %(from_)s until %(until)s."
    remedy = "Give as its end the last day on which it is in force, or none."


@dataclass(frozen=True, slots=True)
class LegalTerms:
    """What a regulation covers, from its first day in force until its last one."""

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: tuple[Means, ...]
    areas: tuple[str, ...]
    actors: tuple[str, ...]


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
        """Refuse what does not fit the kind of the product."""
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
