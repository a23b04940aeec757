"""Quorums as fractions, meetings with a length, what was entered afterwards, and who was elected where."""

import sqlalchemy as sa
from alembic import op

revision = "partners_0003"
down_revision = "partners_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what there is keeps its meaning."""
    op.add_column("boards", sa.Column("quorum_rule", sa.String(16), nullable=False, server_default="percent"))
    op.add_column(
        "boards", sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.add_column("seats", sa.Column("elected_at", sa.Uuid))
    op.add_column("meetings", sa.Column("length_minutes", sa.Integer, nullable=False, server_default="120"))
