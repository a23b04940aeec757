"""What several events of the registry hold."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

OrganisationKind = Literal[
    "police", "government", "customary", "community", "business", "school", "media", "ngo", "other"
]
PartyRole = Literal["lead", "member", "observer"]
Means = Literal["educate", "protect", "channel", "coordinate", "act"]
Lifecycle = Literal[
    "operational_awareness",
    "knowledge",
    "internal_assessment",
    "partner_selection",
    "working_together",
    "value_creation",
    "staying_together",
    "exit_strategy",
]
"""The eight stages of the life cycle of a collaborative relationship (ISO 44001:2017, clause 8)."""
AgreementKind = Literal["mou", "pks", "decree", "other"]
BoardKind = Literal["association", "forum", "council", "customary"]
Position = Literal["chair", "deputy", "secretary", "treasurer", "member"]
Mandate = Literal["ease", "strengthen", "evaluate", "develop"]
OutcomeKind = Literal["information", "decision", "commitment"]
Mutual = Literal["holds", "does_not", "too_few"]
"""Whether trust is mutual: by bands, as no number may tell what one party gave another."""
ContactKind = Literal["visit", "call", "message", "other"]


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
