"""Decisions of a partnership's boards, which other use cases rest on."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.partners.tables.meetings import meetings, outcomes
from shared.contracts.vocabulary import MeetingState, OutcomeKind
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class DecisionUnknown(Refusal):
    """Only a decision of a board of the same partnership counts."""

    kind = "invalid"
    message = "No board of this partnership has taken a decision with the id %(decision)s."
    remedy = "Give the id of an outcome of kind decision, of a meeting of a board of this partnership."


class DecisionNotMinuted(Refusal):
    """What cannot be taken back rests on a decision that a second member has confirmed."""

    kind = "conflict"
    message = "The minutes of the meeting that took this decision have not been approved yet."
    remedy = "Have a member who was present approve the minutes first."


def require_decision(tx: Transaction, partnership_id: UUID, decision_id: UUID) -> None:
    """Refuse what is no decision in approved minutes of one of the partnership's boards."""
    taken = (
        sa.select(meetings.c.state)
        .join(outcomes, outcomes.c.meeting_id == meetings.c.id)
        .where(
            outcomes.c.id == decision_id,
            outcomes.c.kind == OutcomeKind.DECISION,
            meetings.c.partnership_id == partnership_id,
        )
    )
    with tx.unhidden():
        state = tx.session.scalar(taken)
    if state is None:
        raise DecisionUnknown(decision=decision_id)
    if state != MeetingState.MINUTED:
        raise DecisionNotMinuted
