"""Activities that other parties confirm or dispute, and what followed a recommendation."""

import sqlalchemy as sa
from alembic import op

revision = "programs_0014"
down_revision = "programs_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns: nobody has confirmed or disputed anything yet."""
    op.add_column("activities", sa.Column("confirmed_by", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("activities", sa.Column("disputes", sa.JSON, nullable=False, server_default="{}"))
    for name in ("stage_id", "decision_id", "followed_by"):
        op.add_column("answers", sa.Column(name, sa.Uuid))
