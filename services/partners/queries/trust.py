"""What can be read of trust rounds: never a score (C2), and means only of all together."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.trust import TrustRound
from services.partners.tables.trust import trust_rounds
from shared.backbone import reading
from shared.backbone.envelope import Envelope
from shared.contracts.partners import TrustRoundClosed


def trust_round(session: Session, round_id: UUID) -> TrustRound:
    """One round; raises ``UnknownAggregate``."""
    return reading.one(session, TrustRound, round_id)


def list_trust_rounds(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[TrustRound]:
    """Rounds in the order of their opening."""
    return reading.several(session, TrustRound, trust_rounds, wanted, after, limit)


def timeline(session: Session, round_id: UUID) -> list[Envelope]:
    """Everything that happened to a round, without the means of pairs; raises ``UnknownAggregate``."""
    return [without_pairs(one) for one in reading.timeline(session, TrustRound, round_id)]


def without_pairs(envelope: Envelope) -> Envelope:
    """An event as the public reads it.

    The mean of an ordered pair is one party's opinion of another: services compute with it, and what is
    published are aggregates only (C2, and the domain's rules of decency).
    """
    if envelope.event_type != TrustRoundClosed.type():
        return envelope
    return replace(envelope, data={key: value for key, value in envelope.data.items() if key != "pairs"})
