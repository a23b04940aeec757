"""Legal umbrellas: scope, validity and succession of regulations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.products.model.facets import LegalTerms
from shared.contracts.vocabulary import LegalRank, Standing
from shared.refusal import Refusal

NATION = "ID"
"""The area code of a nationwide regulation (ISO 3166-1)."""
_SEPARATORS = ".:/-"


class NoUmbrella(Refusal):
    """Only a published legal umbrella can be revoked, or replace another."""

    kind = "invalid"
    message = "The product %(id)s is not a published legal umbrella."
    remedy = "Choose a published product of the kind legal umbrella."


class RevokedAlready(Refusal):
    """A regulation is revoked once."""

    kind = "conflict"
    message = "The regulation %(number)s has already been revoked, on %(on)s."
    remedy = "To correct a wrong day, take the revocation back, then record the right one."


class NotRevoked(Refusal):
    """Only a revocation that was recorded can be taken back."""

    kind = "conflict"
    message = "No revocation of the regulation %(number)s is recorded."
    remedy = "Open the regulation to see how it stands."


class RevokedBeforeInForce(Refusal):
    """A regulation is revoked after its first day in force."""

    kind = "invalid"
    message = "The regulation %(number)s is in force from %(from_)s; it cannot be revoked on %(on)s."
    remedy = "Enter the first day on which it was no longer in force."


class SuccessionInCircle(Refusal):
    """A regulation does not replace itself."""

    kind = "invalid"
    message = "The regulation %(number)s cannot replace itself."
    remedy = "Choose the regulation that replaced it."


def areas_around(area: str) -> list[str]:
    """The codes of every area that contains ``area``: itself, its prefixes, the nation."""
    areas = [area, *(area[:at] for at, sign in enumerate(area) if sign in _SEPARATORS)]
    return [*areas, NATION] if area[:1].isdigit() else areas


@dataclass(eq=False)
class Umbrella:
    """The legal terms of a product, as last published.

    ``in_force_until`` is its last day in force; on ``revoked_on`` it is no longer in force. ``lapse_told``
    is the last lapse day that was recorded.
    """

    number: str
    issuer: str
    in_force_from: date
    in_force_until: date | None
    means: list[str]
    areas: list[str]
    actors: list[str]
    rank: LegalRank | None = None
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
        """Replace its terms; a revocation stays."""
        self.number, self.issuer = terms.number, terms.issuer
        self.in_force_from, self.in_force_until = terms.in_force_from, terms.in_force_until
        self.means, self.areas, self.actors = list(terms.means), list(terms.areas), list(terms.actors)
        self.rank = terms.rank

    @property
    def lapses_after(self) -> date | None:
        """The last day in force if its lapse has not been recorded; None if it has no end, or was revoked."""
        until = self.in_force_until
        if until is None or until == self.lapse_told:
            return None
        return None if self.is_revoked(until) else until

    def has_lapsed(self, on: date) -> bool:
        """Whether its last day in force has passed on a day."""
        return self.in_force_until is not None and self.in_force_until < on

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.in_force_from <= on and not self.has_lapsed(on) and not self.is_revoked(on)

    def standing(self, today: date) -> Standing:
        """Its standing, once it is published."""
        if self.is_revoked(today):
            return Standing.REVOKED
        return Standing.LAPSED if self.has_lapsed(today) else Standing.PUBLISHED

    def is_revoked(self, on: date) -> bool:
        """Whether it is revoked on a day."""
        return self.revoked_on is not None and self.revoked_on <= on

    def covers(self, means: str, area: str, actor: str, on: date) -> bool:
        """Whether an act by these means, there, by such an actor, on that day has this legal basis."""
        around = areas_around(area)
        return (
            self.in_force(on)
            and means in self.means
            and actor in self.actors
            and any(area in around for area in self.areas)
        )

    def revoke(self, on: date, replaced_by: UUID | None) -> None:
        """Revoke it from a day on."""
        if self.revoked_on is not None:
            raise RevokedAlready(number=self.number, on=self.revoked_on)
        if on <= self.in_force_from:
            raise RevokedBeforeInForce(number=self.number, from_=self.in_force_from, on=on)
        self.revoked_on, self.replaced_by = on, replaced_by

    def restore(self) -> None:
        """Take a revocation back that was recorded wrongly: it was never out of force."""
        if self.revoked_on is None:
            raise NotRevoked(number=self.number)
        self.revoked_on, self.replaced_by = None, None
