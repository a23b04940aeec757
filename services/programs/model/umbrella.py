"""Legal umbrellas: copies of published regulations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.vocabulary import RegulationState


@dataclass(eq=False)
class Umbrella:
    """A regulation that was published as a product.

    ``in_force_until`` is its last day in force, ``revoked_on`` the first day on which it no longer was.
    ``withdrawn`` tells that the product was withdrawn; ``lapsed`` that its lapse was announced.
    """

    id: UUID
    title: str
    number: str
    product_version: int
    in_force_from: date
    in_force_until: date | None
    revoked_on: date | None = None
    lapsed: bool = False
    withdrawn: bool = False

    def in_force(self, on: date) -> bool:
        """Whether it was in force on that day; withdrawing the product does not change the law."""
        return (
            self.in_force_from <= on
            and (self.in_force_until is None or on <= self.in_force_until)
            and (self.revoked_on is None or on < self.revoked_on)
        )

    def standing(self, today: date) -> RegulationState:
        """Its standing today; one that is not in force yet has not ended either."""
        if self.withdrawn:
            return RegulationState.WITHDRAWN
        if self.revoked_on is not None and self.revoked_on <= today:
            return RegulationState.REVOKED
        if self.lapsed or (self.in_force_until is not None and self.in_force_until < today):
            return RegulationState.LAPSED
        return RegulationState.IN_FORCE
