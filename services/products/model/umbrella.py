"""Legal umbrellas: what a regulation covers, from when until when, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.products.model.facets import LegalTerms
from shared.contracts.vocabulary import Standing
from shared.refusal import Refusal

NATION = "ID"
"""The area code of a regulation that holds in all of Indonesia (ISO 3166-1)."""
_SEPARATORS = ".:/-"


class NoUmbrella(Refusal):
    """Only a legal umbrella is revoked, and only another one takes its place."""

    kind = "invalid"
    message = "The product %(id)s is no legal umbrella that is published."
    remedy = "Name a published product of the kind legal umbrella."


class RevokedAlready(Refusal):
    """A regulation is revoked once."""

    kind = "conflict"
    message = "The regulation %(number)s is revoked already, on %(on)s."
    remedy = "A wrong day is put right by withdrawing this product and registering the regulation anew."


class RevokedBeforeInForce(Refusal):
    """A regulation is revoked on a day after its first day in force."""

    kind = "invalid"
    message = "The regulation %(number)s is in force from %(from_)s on; it cannot be revoked on %(on)s."
    remedy = "Give the first day on which it was in force no longer."


class SuccessionInCircle(Refusal):
    """A regulation does not come after itself."""

    kind = "invalid"
    message = "The regulation %(number)s would come after itself."
    remedy = "Name the regulation that truly replaced it."


def areas_around(area: str) -> list[str]:
    """The codes of every area that holds ``area``: itself, those that its code begins with, the nation."""
    found = [area, *(area[:at] for at, sign in enumerate(area) if sign in _SEPARATORS)]
    return [*found, NATION] if area[:1].isdigit() else found


@dataclass(eq=False)
class Umbrella:
    """The legal facts of a product, as last published.

    ``in_force_until`` is its last day in force; on ``revoked_on`` it is in force no longer. ``lapse_told`` is
    the last day whose passing was recorded.
    """

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: list[str]
    areas: list[str]
    actors: list[str]
    revoked_on: date | None = None
    replaced_by: UUID | None = None
    lapse_told: date | None = None

    @classmethod
    def of(cls, terms: LegalTerms) -> Umbrella:
        """An umbrella with these terms."""
        new = cls("", "", terms.in_force_from, None, [], [], [])
        new.adopt(terms)
        return new

    def adopt(self, terms: LegalTerms) -> None:
        """Have these terms; whether it is revoked is another matter."""
        self.number, self.issuer = terms.number, terms.issuer
        self.in_force_from, self.in_force_until = terms.in_force_from, terms.in_force_until
        self.means, self.areas, self.actors = list(terms.means), list(terms.areas), list(terms.actors)

    @property
    def lapses_after(self) -> date | None:
        """The last day whose passing is to be recorded still; None where it has no end, or was revoked."""
        until = self.in_force_until
        if until is None or until == self.lapse_told:
            return None
        return None if self.is_revoked(until) else until

    def has_lapsed(self, on: date) -> bool:
        """Whether its last day has passed on that day."""
        return self.in_force_until is not None and self.in_force_until < on

    def in_force(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.in_force_from <= on and not self.has_lapsed(on) and not self.is_revoked(on)

    def standing(self, today: date) -> Standing:
        """How it stands, once it is published."""
        if self.is_revoked(today):
            return Standing.REVOKED
        return Standing.LAPSED if self.has_lapsed(today) else Standing.PUBLISHED

    def is_revoked(self, on: date) -> bool:
        """Whether it stands revoked on that day."""
        return self.revoked_on is not None and self.revoked_on <= on

    def covers(self, means: str, area: str, actor: str, on: date) -> bool:
        """Whether an act by these means, there, by such an actor, on that day has this legal ground."""
        around = areas_around(area)
        return (
            self.in_force(on)
            and means in self.means
            and actor in self.actors
            and any(area in around for area in self.areas)
        )

    def revoke(self, on: date, replaced_by: UUID | None) -> None:
        """Have it in force no longer from that day on."""
        if self.revoked_on is not None:
            raise RevokedAlready(number=self.number, on=self.revoked_on)
        if on <= self.in_force_from:
            raise RevokedBeforeInForce(number=self.number, from_=self.in_force_from, on=on)
        self.revoked_on, self.replaced_by = on, replaced_by
