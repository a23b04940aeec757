"""Things and their copies."""

import sqlalchemy as sa
from alembic import op

revision = "bench_0001"
down_revision = None
branch_labels = ("bench",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "things",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "copies",
        sa.Column("thing_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
