"""Decisions of a partnership's boards, which other use cases rest on."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.partners.tables.meetings import meetings, outcomes
from shared.contracts.vocabulary import MeetingState, OutcomeKind
from shared.database.transaction import Transaction
from shared.partnership.decisions import Taken, require_binding


def require_decision(tx: Transaction, partnership_id: UUID, decision_id: UUID) -> None:
    """Refuse all but a decision that binds the partnership: see :func:`require_binding`."""
    query = (
        sa.select(meetings.c.quorate, meetings.c.state)
        .join(outcomes, outcomes.c.meeting_id == meetings.c.id)
        .where(
            outcomes.c.id == decision_id,
            outcomes.c.kind == OutcomeKind.DECISION,
            meetings.c.partnership_id == partnership_id,
        )
    )
    with tx.unhidden():
        row = tx.session.execute(query).one_or_none()
    require_binding(decision_id, row and Taken(row.quorate, row.state == MeetingState.MINUTED))
