"""Calendar entries of a partnership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.partners.model.agreement import Agreement
from services.partners.model.commitment import Commitment
from services.partners.model.meeting import Meeting
from services.partners.model.partnership import Partnership
from services.partners.tables.agreements import agreements
from services.partners.tables.commitments import commitments
from services.partners.tables.meetings import meetings
from shared.database import reading
from shared.database.tables import outbox


@dataclass(frozen=True, slots=True)
class Dates:
    """A partnership's meetings, commitments and ending agreements, and when each was last changed."""

    partnership: Partnership
    meetings: list[Meeting]
    commitments: list[Commitment]
    agreements: list[Agreement]
    changed: dict[UUID, datetime]


def dates(session: Session, partnership_id: UUID) -> Dates:
    """Everything with a date; raises ``UnknownAggregate``.

    Agreements that are not public are included: only their file is withheld.
    """
    partnership = reading.find_one(session, Partnership, partnership_id)
    listed_meetings = Dates(
        partnership=partnership,
        meetings=list(
            session.scalars(
                sa.select(Meeting).where(meetings.c.partnership_id == partnership_id).order_by(meetings.c.id)
            )
        ),
        commitments=list(
            session.scalars(
                sa.select(Commitment)
                .where(commitments.c.partnership_id == partnership_id)
                .order_by(commitments.c.id)
            )
        ),
        agreements=list(
            session.scalars(
                sa.select(Agreement)
                .where(
                    agreements.c.partnership_id == partnership_id,
                    agreements.c.in_force_until.is_not(None),
                )
                .order_by(agreements.c.id)
            )
        ),
        changed={},
    )
    listed_meetings.changed.update(_last_changes(session, partnership_id))
    return listed_meetings


def _last_changes(session: Session, partnership_id: UUID) -> dict[UUID, datetime]:
    about = [
        sa.select(table.c.id).where(table.c.partnership_id == partnership_id)
        for table in (meetings, commitments, agreements)
    ]
    last = sa.func.max(outbox.c.recorded_at, type_=outbox.c.recorded_at.type)
    rows = session.connection().execute(
        sa.select(outbox.c.aggregate_id, last)
        .where(sa.or_(*(outbox.c.aggregate_id.in_(change) for change in about)))
        .group_by(outbox.c.aggregate_id)
    )
    return {row[0]: row[1] for row in rows}
