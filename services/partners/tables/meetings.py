"""Tables of meetings, attendance and outcomes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.meeting import Attendance, Meeting, Outcome
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import Mandate, MeetingState, OutcomeKind
from shared.database.tables import Instant, WordText, state_text

meetings = sa.Table(
    "meetings",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("board_id", sa.ForeignKey("boards.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("agenda", sa.JSON, nullable=False),
    sa.Column("scheduled_at", Instant, nullable=False),
    sa.Column("called_at", Instant, nullable=False),
    sa.Column("state", state_text(MeetingState), nullable=False),
    sa.Column("cancelled_because", sa.Text, nullable=False),
    sa.Column("held_at", Instant),
    sa.Column("held_on", sa.Date),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("quorate", sa.Boolean, nullable=False),
    sa.Column("minutes", sa.Text, nullable=False),
    sa.Column("minutes_by", sa.JSON, nullable=False),
    sa.Column("minutes_public", sa.Boolean, nullable=False),
    sa.Column("withheld_because", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("length_minutes", sa.Integer, nullable=False),
    sa.Column("police_present", sa.Integer, nullable=False),
    sa.Column("guests", sa.Integer, nullable=False),
)

attendances = sa.Table(
    "attendances",
    metadata,
    sa.Column("meeting_id", sa.ForeignKey("meetings.id"), primary_key=True),
    sa.Column("seat_id", sa.ForeignKey("seats.id"), primary_key=True),
    sa.Column("holder", sa.Uuid, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("meeting_id", sa.ForeignKey("meetings.id"), nullable=False, index=True),
    sa.Column("kind", WordText(OutcomeKind), nullable=False),
    sa.Column("mandate", WordText(Mandate), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    # No foreign key: the commitment is created in the same transaction, in any order.
    sa.Column("commitment_id", sa.Uuid),
)

mapper_registry.map_imperatively(Attendance, attendances)
mapper_registry.map_imperatively(Outcome, outcomes)
mapper_registry.map_imperatively(
    Meeting,
    meetings,
    properties={
        "attendances": relationship(
            Attendance, lazy="selectin", order_by=attendances.c.seat_id, cascade="all, delete-orphan"
        ),
        "outcomes": relationship(
            Outcome, lazy="selectin", order_by=outcomes.c.id, cascade="all, delete-orphan"
        ),
    },
)
