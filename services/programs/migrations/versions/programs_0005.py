"""For which organisation an agency stands: it reports to IATI under that name."""

import sqlalchemy as sa
from alembic import op

revision = "programs_0005"
down_revision = "programs_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the copy; it is filled from the events."""
    op.create_table(
        "agencies",
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Uuid),
        sa.PrimaryKeyConstraint("agency", name="pk_agencies"),
    )
