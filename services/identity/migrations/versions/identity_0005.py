"""By which agency each person was registered."""

import sqlalchemy as sa
from alembic import op

revision = "identity_0005"
down_revision = "identity_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("has_retired", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
    )
