"""What the registry of partnerships publishes."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event

OrganisationKind = Literal[
    "police", "government", "customary", "community", "business", "school", "media", "ngo", "other"
]
PartyRole = Literal["lead", "member", "observer"]


class PartyFacts(BaseModel):
    """One party of a partnership as its listeners need it."""

    model_config = ConfigDict(frozen=True)

    party_id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    role: PartyRole


class OrganisationRegistered(Event, publisher="partners", aggregate="organisation_id"):
    """An organisation entered the registry."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    area: str


class PartnershipFormed(Event, publisher="partners", aggregate="partnership_id"):
    """Organisations came together as the parties of a partnership; nothing is signed yet."""

    partnership_id: UUID
    title: str
    area: str
    parties: tuple[PartyFacts, ...]


class CharterProposed(Event, publisher="partners", aggregate="partnership_id"):
    """A charter (vision and mission) was put before the parties for their signatures."""

    partnership_id: UUID
    charter_version: int


class CharterEndorsed(Event, publisher="partners", aggregate="partnership_id"):
    """One party's representative signed the charter."""

    partnership_id: UUID
    charter_version: int
    party_id: UUID
    organisation_id: UUID


class PartnershipSigned(Event, publisher="partners", aggregate="partnership_id"):
    """The last required party signed: the partnership is in force."""

    partnership_id: UUID
    charter_version: int
    title: str
    area: str
    parties: tuple[PartyFacts, ...]
