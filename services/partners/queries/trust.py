"""Queries of trust rounds, without scores (C2)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.trust import TrustRound
from services.partners.queries.timeline import visible_timeline
from services.partners.tables.trust import trust_rounds
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.identity.actor import Actor


def trust_round(session: Session, round_id: UUID) -> TrustRound:
    """One round; raises ``UnknownAggregate``."""
    return reading.find_one(session, TrustRound, round_id)


def list_trust_rounds(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[TrustRound]:
    """Rounds in the order in which they were opened."""
    return reading.find_many(session, TrustRound, trust_rounds, wanted, after, limit)


def timeline(session: Session, round_id: UUID, reader: Actor) -> list[Envelope]:
    """Everything that happened to a round; raises ``UnknownAggregate``."""
    return visible_timeline(session, reading.timeline(session, TrustRound, round_id), reader)
