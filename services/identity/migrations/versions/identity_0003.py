"""Roles that rest, and the memberships whose end lets them rest."""

import sqlalchemy as sa
from alembic import op

revision = "identity_0003"
down_revision = "identity_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create and add them."""
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("has_ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])
    op.add_column("accounts", sa.Column("resting", sa.JSON, nullable=False, server_default="[]"))
