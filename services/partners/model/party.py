"""Parties: roles of organisations in a partnership."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.refusal import Refusal

MOST = 50
"""The maximum number of parties."""


class PartiesTooFew(Refusal):
    """A partnership joins police and an organisation outside the police."""

    kind = "invalid"
    message = "A partnership needs at least one police party and one party outside the police."
    remedy = "Add organisations of both sides as parties."


class PartiesTooMany(Refusal):
    """The number of parties is limited, so that all can sign."""

    kind = "conflict"
    message = "A partnership has at most %(most)s parties."
    remedy = "Let one organisation represent several others of its kind."


class OneLeadNeeded(Refusal):
    """A partnership has exactly one lead party."""

    kind = "invalid"
    message = "A partnership has exactly one lead party, not %(leads)s."
    remedy = "Give exactly one party the role lead, and the others member or observer."


class PartyTwice(Refusal):
    """An organisation is a party once."""

    kind = "invalid"
    message = "The organisation %(organisation)s is listed twice, or already a party."
    remedy = "List each organisation once, and none that is already a party."


class OnlyAnObserver(Refusal):
    """Observers may only read and attend."""

    kind = "forbidden"
    message = "%(party)s is an observer: observers may only read and attend."
    remedy = "Ask a party that is bound by the charter to do this."
    reason = "observers may only read and attend"


class NotAcceptedYet(Refusal):
    """An invited organisation takes part once it has accepted."""

    kind = "forbidden"
    message = "%(party)s was invited to this partnership and has not accepted yet."
    remedy = "Accept the invitation first, or sign the proposed charter."
    reason = "the organisation has not accepted the invitation"


class AcceptedAlready(Refusal):
    """An invitation is accepted once."""

    kind = "conflict"
    message = "%(party)s is already a party."
    remedy = "This party has nothing more to do; an accepted invitation cannot be withdrawn."


class NotBoundYet(Refusal):
    """A new party may act once it has signed a charter with the others."""

    kind = "forbidden"
    message = "%(party)s is not bound yet: it has not signed the charter in force."
    remedy = "Ask the lead party to propose a new version of the charter, and sign it with the other parties."
    reason = "the party has not signed the charter in force"


class SameTerms(Refusal):
    """An amendment changes something."""

    kind = "conflict"
    message = "%(party)s already has these terms."
    remedy = "Change what the party contributes, gains, or its role."


class NoRoleProposed(Refusal):
    """A role changes by the consent of the party and of the lead."""

    kind = "conflict"
    message = "No other role has been proposed for %(party)s."
    remedy = "Propose one first; the party and the lead must both agree."


class OwnRoleProposal(Refusal):
    """The side that proposed a role does not also agree to it for the other one."""

    kind = "forbidden"
    message = "Your organisation proposed this role, so the other side must agree to it."
    remedy = "Ask the lead party, or the party whose role it is."
    reason = "the other side must agree to the role"


class LeadNotOffered(Refusal):
    """Only the party to which the lead was offered accepts it."""

    kind = "conflict"
    message = "The lead of this partnership has not been offered to %(party)s."
    remedy = "Ask the lead party to offer it first."


class LeadsAlready(Refusal):
    """The lead is handed to another party, and its role changes in no other way."""

    kind = "conflict"
    message = "%(party)s leads this partnership."
    remedy = "The lead is handed over: choose another party."


@dataclass(eq=False)
class Benefit:
    """What a party confirmed to have gained, and on which day."""

    id: UUID
    on: date
    text: str
    confirmed_at: datetime


@dataclass(eq=False)
class Party:
    """An organisation in a partnership: its role, contribution, benefit and senior responsible person.

    ``senior`` is the opaque id of that person. Until ``accepted_at`` it is only invited: it has not
    answered yet, and the public does not see it.
    """

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    contributes: str
    gains: str
    joined_at: datetime
    accepted_at: datetime | None = None
    senior: UUID | None = None
    left_at: datetime | None = None
    leave_reason: str | None = None
    proposed_role: str | None = None
    role_proposed_by: UUID | None = None
    benefits: list[Benefit] = field(default_factory=list)

    @property
    def must_sign(self) -> bool:
        """Whether this party signs charters: all but observers do."""
        return self.role != "observer"

    @property
    def takes_part(self) -> bool:
        """Whether it has accepted, and has not left."""
        return self.accepted_at is not None and self.left_at is None

    def require_accepted(self) -> None:
        """Refuse an invited party with :class:`NotAcceptedYet`."""
        if self.accepted_at is None:
            raise NotAcceptedYet(party=self.organisation_name)


def require_both_sides(parties: Iterable[Party]) -> None:
    """Refuse parties that are all police, or none, with :class:`PartiesTooFew`."""
    if {party.kind == "police" for party in parties} != {True, False}:
        raise PartiesTooFew


def require_partnership(parties: list[Party]) -> None:
    """Refuse an invalid set of parties."""
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
