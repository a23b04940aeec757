"""Queries of commitments."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.commitment import Commitment
from services.partners.tables.commitments import commitments
from shared.contracts.envelope import Envelope
from shared.database import reading


def commitment(session: Session, commitment_id: UUID) -> Commitment:
    """One commitment; raises ``UnknownAggregate``."""
    return reading.find_one(session, Commitment, commitment_id)


def list_commitments(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[Commitment]:
    """Commitments in the order in which they were made."""
    return reading.find_many(session, Commitment, commitments, wanted, after, limit)


def timeline(session: Session, commitment_id: UUID) -> list[Envelope]:
    """Everything that happened to a commitment; raises ``UnknownAggregate``."""
    return reading.timeline(session, Commitment, commitment_id)
