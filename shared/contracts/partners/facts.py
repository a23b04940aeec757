"""What several events of the registry hold."""

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
    """One party of a partnership as its listeners need it."""

    party_id: UUID
    organisation_id: UUID
    organisation_name: str
    kind: OrganisationKind
    role: PartyRole


class SeatFacts(_Facts):
    """One seat of a board: who holds it, for which organisation, in which position, from when until when."""

    holder: UUID
    organisation_id: UUID
    organisation_kind: OrganisationKind
    position: Position
    since: date
    until: date | None


class Attendee(_Facts):
    """Somebody who was present, and the organisation that he or she was present for."""

    member: UUID
    organisation_id: UUID
