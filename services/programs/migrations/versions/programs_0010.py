"""Files that were evidence before, and measurements that another party verifies or disputes."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "programs_0010"
down_revision = "programs_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; how many files of earlier stages were reused is not known."""
    op.add_column("stages", sa.Column("reused", sa.Integer))
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"])
    recorded = sa.Column("state", sa.String(16), nullable=False, server_default="recorded")
    op.add_column("measurements", recorded)
    op.add_column("measurements", sa.Column("judged_by", sa.Uuid))
    op.add_column("measurements", sa.Column("judged_at", Instant))
    op.add_column("measurements", sa.Column("dispute", sa.Text, nullable=False, server_default=""))
