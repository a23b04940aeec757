"""The day on which a commitment was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0010"
down_revision = "partners_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier confirmations have none, and are judged by the day that they name."""
    op.add_column("commitments", sa.Column("confirmed_on", sa.Date))
