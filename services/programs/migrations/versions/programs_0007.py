"""Programmes are proposed before they are approved; stages have co-responsible parties."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "programs_0007"
down_revision = "programs_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Existing programmes were approved in the moment in which they were proposed, by nobody known."""
    op.execute("ALTER TABLE programs RENAME COLUMN approved_at TO proposed_at")
    op.add_column("programs", sa.Column("approved_at", Instant))
    op.execute("UPDATE programs SET approved_at = proposed_at")
    op.add_column("programs", sa.Column("proposed_by", sa.Uuid))
    op.add_column("programs", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    op.add_column("programs", sa.Column("endorsements", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("programs", sa.Column("approval_decision_id", sa.Uuid))
    op.add_column("programs", sa.Column("declined_by", sa.Uuid))
    for reason in ("declined_reason", "withdrawn_reason"):
        op.add_column("programs", sa.Column(reason, sa.Text, nullable=False, server_default=""))
    op.add_column("stages", sa.Column("co_responsible", sa.JSON, nullable=False, server_default="[]"))
