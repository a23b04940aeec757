"""The office of who signed an agreement, and the class of its exception from publicity."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0011"
down_revision = "partners_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; of earlier agreements neither is known."""
    op.add_column("agreement_signatories", sa.Column("office", sa.Text))
    op.add_column("agreements", sa.Column("exception_class", sa.Text))
