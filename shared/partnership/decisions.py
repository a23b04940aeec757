"""Board decisions by which something can be put in force: the rule, and a service's copy of them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from shared.contracts.partners import AttendanceCorrected, DecisionTaken, MinutesApproved
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.partnership.refusals import DecisionNotMinuted, DecisionUnknown


class Taken(NamedTuple):
    """What is known of a decision of a partnership's own board."""

    quorate: bool
    minuted: bool


def require_binding(decision_id: UUID, taken: Taken | None) -> None:
    """Refuse a decision that binds nobody (decision 0066).

    Only a decision of a quorate meeting, in minutes that a second member has approved, binds the parties.
    Raises :class:`DecisionUnknown` and :class:`DecisionNotMinuted`.
    """
    if taken is None or not taken.quorate:
        raise DecisionUnknown(id=str(decision_id))
    if not taken.minuted:
        raise DecisionNotMinuted


class Decisions:
    """The table in a service's metadata, the projection that keeps it, and its query.

    A correction of an outcome changes neither its kind nor its partnership, so the copy need not follow it.
    """

    def __init__(self, metadata: sa.MetaData) -> None:
        self.table = sa.Table(
            "decisions",
            metadata,
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("partnership_id", sa.Uuid, nullable=False),
            sa.Column("meeting_id", sa.Uuid, nullable=False, index=True),
            sa.Column("quorate", sa.Boolean, nullable=False),
            sa.Column("minuted", sa.Boolean, nullable=False),
        )
        self.projection = Projection("decisions", tables=[self.table])
        self.projection.on(DecisionTaken)(self._taken)
        self.projection.on(AttendanceCorrected)(self._attendance_corrected)
        self.projection.on(MinutesApproved)(self._minutes_approved)

    def require(self, tx: Transaction, partnership_id: UUID, decision_id: UUID) -> None:
        """Refuse all but a decision that binds the partnership: see :func:`require_binding`."""
        query = sa.select(self.table.c.quorate, self.table.c.minuted).where(
            self.table.c.id == decision_id, self.table.c.partnership_id == partnership_id
        )
        row = tx.session.execute(query).one_or_none()
        require_binding(decision_id, row and Taken(*row))

    def _taken(self, tx: Transaction, event: DecisionTaken) -> None:
        row = {
            "id": event.outcome_id,
            "partnership_id": event.partnership_id,
            "meeting_id": event.meeting_id,
            "quorate": True,
            "minuted": False,
        }
        tx.upsert(self.table, row)

    def _attendance_corrected(self, tx: Transaction, event: AttendanceCorrected) -> None:
        """Drop the decisions of a meeting that turned out to have no quorum."""
        theirs = sa.update(self.table).where(self.table.c.meeting_id == event.meeting_id)
        tx.execute(theirs, {"quorate": event.quorate})

    def _minutes_approved(self, tx: Transaction, event: MinutesApproved) -> None:
        """Nothing changes in minutes from then on, so the decisions in them bind."""
        theirs = sa.update(self.table).where(self.table.c.meeting_id == event.meeting_id)
        tx.execute(theirs, {"minuted": True})
