"""Promises that were entered afterwards."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0006"
down_revision = "partners_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column(
        "commitments", sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false())
    )
