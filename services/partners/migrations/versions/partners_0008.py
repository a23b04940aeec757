"""The lead is handed over, roles change by consent, and parties confirm benefits."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "partners_0008"
down_revision = "partners_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("partnerships", sa.Column("lead_offered_to", sa.Uuid))
    op.add_column("parties", sa.Column("proposed_role", sa.Text))
    op.add_column("parties", sa.Column("role_proposed_by", sa.Uuid))
    op.create_table(
        "benefits",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("party_id", sa.Uuid, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("confirmed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_benefits_party_id_parties"),
        sa.PrimaryKeyConstraint("id", name="pk_benefits"),
    )
    op.create_index("ix_benefits_party_id", "benefits", ["party_id"])
