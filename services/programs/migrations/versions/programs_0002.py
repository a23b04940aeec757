"""Who uploaded evidence, who belongs to which organisation, what boards decided."""

import sqlalchemy as sa
from alembic import op

revision = "programs_0002"
down_revision = "programs_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; the copies are filled from the events."""
    op.add_column("evidence", sa.Column("uploaded_by", sa.Text, nullable=False, server_default=""))
    op.add_column("organisations", sa.Column("agency", sa.Text))
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.Column("quorate", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_meeting_id"), "decisions", ["meeting_id"])
    op.create_table(
        "people",
        sa.Column("member", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("belongs", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("member", "organisation_id", name=op.f("pk_people")),
    )
