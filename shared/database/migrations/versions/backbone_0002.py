"""Retries of reactions as rows, and which archives were taken in."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant, big_serial

revision = "backbone_0002"
down_revision = "backbone_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "retries",
        sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", Instant, nullable=False),
        sa.Column("failing", sa.Text, nullable=False),
        sa.UniqueConstraint("consumer", "event_id", name="uq_retries_consumer_event_id"),
    )
    op.create_index("ix_retries_next_at", "retries", ["next_at"])
    op.create_table(
        "imports",
        sa.Column("archive", sa.Text, primary_key=True),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.Column("taken_at", Instant, nullable=False),
    )
