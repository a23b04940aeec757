"""Partnerships end by a decision of a board or by proposal."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "partners_0007"
down_revision = "partners_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; earlier endings name neither."""
    op.add_column("partnerships", sa.Column("ending_proposed_by", sa.Uuid))
    op.add_column("partnerships", sa.Column("ending_proposed_at", Instant))
    op.add_column("partnerships", sa.Column("ending_reason", sa.Text))
    op.add_column("partnerships", sa.Column("ended_by_decision", sa.Uuid))
    op.add_column("partnerships", sa.Column("ended_on_proposal_of", sa.Uuid))
