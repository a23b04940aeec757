"""Who belongs to which organisation."""

import sqlalchemy as sa
from alembic import op

revision = "products_0003"
down_revision = "products_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the copy; it is filled from the events."""
    op.create_table(
        "people",
        sa.Column("member", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("belongs", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("member", "organisation_id", name=op.f("pk_people")),
    )
