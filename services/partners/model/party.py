"""Parties: organisations within a partnership, and which of them make one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.refusal import Refusal

MOST = 50
"""How many parties a partnership has at most."""


class PartiesTooFew(Refusal):
    """A partnership joins police with somebody else."""

    kind = "invalid"
    message = "A partnership needs at least one police party and one party that is not police."
    remedy = "Name the organisations of both sides as parties."


class PartiesTooMany(Refusal):
    """A partnership stays of a size in which everybody can sign."""

    kind = "conflict"
    message = "A partnership has at most %(most)s parties."
    remedy = "Let organisations of one kind take part through one that stands for them."


class OneLeadNeeded(Refusal):
    """Exactly one party leads."""

    kind = "invalid"
    message = "A partnership has exactly one lead party; %(leads)s were named."
    remedy = "Give one party the role lead and the others member or observer."


class PartyTwice(Refusal):
    """An organisation is a party once."""

    kind = "invalid"
    message = "The organisation %(organisation)s would be a party twice."
    remedy = "Name each organisation once, and nobody who is a party already."


class OnlyAnObserver(Refusal):
    """An observer reads along and attends, and does nothing else."""

    kind = "forbidden"
    message = "%(party)s takes part as an observer: observers read along and attend, and do nothing else."
    remedy = "Let a party that is bound by the charter do this."


class NotBoundYet(Refusal):
    """A party that joined acts once it has signed a charter with the others."""

    kind = "forbidden"
    message = "%(party)s has not signed the charter that is in force, and is not bound yet."
    remedy = "Let the lead propose a new version of the charter, and sign it with the others."


@dataclass(eq=False)
class Party:
    """An organisation within a partnership: its role, what it contributes, what it gains, who answers for it.

    ``senior`` is the opaque id of the senior person who is responsible for its part.
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    contributes: str
    gains: str
    joined_at: datetime
    senior: UUID | None = None
    left_at: datetime | None = None
    leave_reason: str | None = None

    @property
    def must_sign(self) -> bool:
        """Whether this party signs charters: everybody but observers does."""
        return self.role != "observer"


def require_both_sides(parties: Iterable[Party]) -> None:
    """Refuse parties that are all police, or none, with :class:`PartiesTooFew`."""
    if {party.kind == "police" for party in parties} != {True, False}:
        raise PartiesTooFew


def require_partnership(parties: list[Party]) -> None:
    """Refuse parties that make no partnership."""
    require_both_sides(parties)
    leads = sum(party.role == "lead" for party in parties)
    if leads != 1:
        raise OneLeadNeeded(leads=leads)
    if len(parties) > MOST:
        raise PartiesTooMany(most=MOST)
    seen: set[UUID] = set()
    for party in parties:
        if party.organisation_id in seen:
            raise PartyTwice(organisation=party.organisation_name)
        seen.add(party.organisation_id)
