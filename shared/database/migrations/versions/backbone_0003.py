"""Number the events of a publisher without gaps, in the order of their commits."""

import sqlalchemy as sa
from alembic import op

revision = "backbone_0003"
down_revision = "backbone_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number; events of before have none."""
    op.add_column("outbox", sa.Column("number", sa.BigInteger))
    op.create_index("ix_outbox_number", "outbox", ["number"], unique=True)
