"""Board decisions: a service's copy of what boards decided, by which something can be put in force."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from shared.contracts.partners import AttendanceCorrected, DecisionTaken
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.partnership.refusals import DecisionUnknown


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
        )
        self.projection = Projection("decisions", tables=[self.table])
        self.projection.on(DecisionTaken)(self._taken)
        self.projection.on(AttendanceCorrected)(self._attendance_corrected)

    def require(self, tx: Transaction, partnership_id: UUID, decision_id: UUID) -> None:
        """Refuse all but a decision that a quorate board of the partnership has taken.

        Raises :class:`DecisionUnknown`.
        """
        query = sa.select(self.table.c.id).where(
            self.table.c.id == decision_id,
            self.table.c.partnership_id == partnership_id,
            self.table.c.quorate,
        )
        if tx.session.execute(query).first() is None:
            raise DecisionUnknown(id=str(decision_id))

    def _taken(self, tx: Transaction, event: DecisionTaken) -> None:
        row = {
            "id": event.outcome_id,
            "partnership_id": event.partnership_id,
            "meeting_id": event.meeting_id,
            "quorate": True,
        }
        tx.insert(self.table, row)

    def _attendance_corrected(self, tx: Transaction, event: AttendanceCorrected) -> None:
        """Drop the decisions of a meeting that turned out to have no quorum."""
        theirs = sa.update(self.table).where(self.table.c.meeting_id == event.meeting_id)
        tx.execute(theirs, {"quorate": event.quorate})
