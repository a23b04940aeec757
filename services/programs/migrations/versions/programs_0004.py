"""Programmes and stages that were entered afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "programs_0004"
down_revision = "programs_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("programs", "stages"):
        op.add_column(
            table, sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false())
        )
