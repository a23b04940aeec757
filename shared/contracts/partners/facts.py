"""Value types used in several events of the registry."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.vocabulary import (
    OrganisationKind,
    PartyRole,
    Position,
)


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True)


class PartyFacts(_Facts):
    """One party of a partnership, for subscribers: what it gives and gains is empty in older events."""

    party_id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    role: PartyRole
    contributes: str = ""
    gains: str = ""


class SignatoryFacts(_Facts):
    """An organisation that signed, and the office of who signed for it; never a name."""

    organisation_id: UUID
    organisation_name: str
    office: str | None


class TermsFacts(_Facts):
    """The role of a party, what it contributes and what it gains."""

    role: PartyRole
    contributes: str
    gains: str


class SeatFacts(_Facts):
    """One seat of a board: its holder, organisation, position and term."""

    holder: UUID
    organisation_id: UUID
    organisation_kind: OrganisationKind
    position: Position
    since: date
    until: date | None


class Attendee(_Facts):
    """A person who was present, and the organisation they were present for."""

    member: UUID
    organisation_id: UUID
