"""Organisations, partnerships and charters: their states and their rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.identity.actor import NotAParty
from shared.refusal import Refusal


class State(StrEnum):
    """Where a partnership stands."""

    FORMING = "forming"
    PROPOSED = "proposed"
    SIGNED = "signed"


# Every change of a partnership's state: (from, act) → to. The diagram in the README is made from it.
TRANSITIONS: dict[tuple[State, str], State] = {
    (State.FORMING, "propose charter"): State.PROPOSED,
    (State.PROPOSED, "propose charter"): State.PROPOSED,
    (State.SIGNED, "propose charter"): State.PROPOSED,
    (State.PROPOSED, "last signature"): State.SIGNED,
}


class PartiesTooFew(Refusal):
    """A partnership joins police with somebody else."""

    kind = "invalid"
    message = "A partnership needs at least one police party and one party that is not police."
    remedy = "Name the organisations of both sides as parties."


class OneLeadNeeded(Refusal):
    """Exactly one party leads."""

    kind = "invalid"
    message = "A partnership has exactly one lead party; %(leads)s were named."
    remedy = "Give one party the role lead and the others member or observer."


class PartyTwice(Refusal):
    """An organisation is a party once."""

    kind = "invalid"
    message = "The organisation %(organisation)s is named twice."
    remedy = "Name each organisation once."


class NotTheLead(Refusal):
    """Only the lead party proposes a charter."""

    kind = "forbidden"
    message = "Only the lead party, %(lead)s, proposes a charter."
    remedy = "Ask the lead party to propose it."


class ObserversDoNotSign(Refusal):
    """An observer takes part without being bound."""

    kind = "conflict"
    message = "%(party)s takes part as an observer, and observers do not sign."
    remedy = "A party that shall be bound takes part as lead or member."


class CharterNotProposed(Refusal):
    """There is no charter to sign."""

    kind = "conflict"
    message = "No charter awaits signatures: the partnership is %(state)s."
    remedy = "The lead party proposes a charter first."


class CharterSignedAlready(Refusal):
    """Each party signs a version once."""

    kind = "conflict"
    message = "%(party)s has signed version %(version)s of the charter already."
    remedy = "Nothing is left to do for this party."


class CharterUnread(Refusal):
    """The signature is for another version than the one that is proposed."""

    kind = "stale"
    message = "The proposed charter is version %(proposed)s; your signature is for version %(signed)s."
    remedy = "Read the proposed version, then sign that one."


@dataclass(eq=False)
class Organisation:
    """An organisation of any kind that can be a party."""

    id: UUID
    agency: str
    name: str
    kind: str
    area: str
    registered_at: datetime
    version: int = 0


@dataclass(eq=False)
class Signature:
    """One party's signature under one version of the charter, by an opaque person id."""

    party_id: UUID
    charter_version: int
    person: str
    signed_at: datetime


@dataclass(eq=False)
class Party:
    """An organisation within a partnership: its role, what it contributes and what it gains."""

    id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: str
    role: str
    contributes: str
    gains: str

    @property
    def must_sign(self) -> bool:
        """Whether the charter binds this party."""
        return self.role != "observer"


@dataclass(eq=False)
class Partnership:
    """Parties with a shared vision and mission, in force once every bound party has signed."""

    id: UUID
    agency: str
    title: str
    area: str
    problem: str
    formed_at: datetime
    parties: list[Party]
    state: State = State.FORMING
    vision: str = ""
    mission: str = ""
    charter_version: int = 0
    signed_at: datetime | None = None
    signatures: list[Signature] = field(default_factory=list)
    version: int = 0

    def __post_init__(self) -> None:
        """Refuse parties that make no partnership."""
        kinds = {party.kind == "police" for party in self.parties}
        if kinds != {True, False}:
            raise PartiesTooFew
        leads = sum(party.role == "lead" for party in self.parties)
        if leads != 1:
            raise OneLeadNeeded(leads=leads)
        seen: set[UUID] = set()
        for party in self.parties:
            if party.organisation_id in seen:
                raise PartyTwice(organisation=party.organisation_name)
            seen.add(party.organisation_id)

    @property
    def lead(self) -> Party:
        """The party that leads."""
        return next(party for party in self.parties if party.role == "lead")

    @property
    def current_signatures(self) -> list[Signature]:
        """The signatures under the current version of the charter."""
        return [one for one in self.signatures if one.charter_version == self.charter_version]

    def party_of(self, organisation_id: UUID | None) -> Party:
        """The party that an organisation is; raises :class:`NotAParty`."""
        for party in self.parties:
            if party.organisation_id == organisation_id:
                return party
        raise NotAParty

    def propose_charter(self, by: Party, vision: str, mission: str) -> None:
        """Put a new version of the charter before the parties; earlier signatures do not count for it."""
        if by is not self.lead:
            raise NotTheLead(lead=self.lead.organisation_name)
        self.state = TRANSITIONS[self.state, "propose charter"]
        self.vision, self.mission = vision, mission
        self.charter_version += 1
        self.signed_at = None

    def sign(self, party: Party, charter_version: int, person: str, at: datetime) -> bool:
        """Sign for one party; returns whether it was the last required signature."""
        if self.state is not State.PROPOSED:
            signed = {one.party_id for one in self.current_signatures}
            if party.id in signed:
                raise CharterSignedAlready(party=party.organisation_name, version=self.charter_version)
            raise CharterNotProposed(state=self.state)
        if not party.must_sign:
            raise ObserversDoNotSign(party=party.organisation_name)
        if charter_version != self.charter_version:
            raise CharterUnread(proposed=self.charter_version, signed=charter_version)
        signed = {one.party_id for one in self.current_signatures}
        if party.id in signed:
            raise CharterSignedAlready(party=party.organisation_name, version=self.charter_version)
        self.signatures.append(Signature(party.id, charter_version, person, at))
        if any(one.must_sign and one.id not in signed | {party.id} for one in self.parties):
            return False
        self.state = TRANSITIONS[self.state, "last signature"]
        self.signed_at = at
        return True
