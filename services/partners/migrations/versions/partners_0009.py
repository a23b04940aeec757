"""Meetings count who was present by side, and their guests."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0009"
down_revision = "partners_0008"
branch_labels = None
depends_on = None

meetings = sa.table("meetings", sa.column("id", sa.Uuid), sa.column("police_present", sa.Integer))
attendances = sa.table("attendances", sa.column("meeting_id", sa.Uuid), sa.column("seat_id", sa.Uuid))
seats = sa.table("seats", sa.column("id", sa.Uuid), sa.column("organisation_kind"))


def upgrade() -> None:
    """Add the columns, and count the police who were present so far."""
    for name in ("police_present", "guests"):
        op.add_column("meetings", sa.Column(name, sa.Integer, nullable=False, server_default="0"))
    police = (
        sa.select(sa.func.count())
        .select_from(attendances.join(seats, seats.c.id == attendances.c.seat_id))
        .where(attendances.c.meeting_id == meetings.c.id, seats.c.organisation_kind == "police")
        .correlate(meetings)
        .scalar_subquery()
    )
    op.execute(sa.update(meetings).values(police_present=police))
