"""Browsers in which somebody has signed in before."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "identity_0002"
down_revision = "identity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create and add them."""
    op.create_table(
        "known_browsers",
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_known_browsers_account_id_accounts"
        ),
        sa.PrimaryKeyConstraint("secret", name="pk_known_browsers"),
    )
    op.create_index("ix_known_browsers_account_id", "known_browsers", ["account_id"])
    op.create_index("ix_known_browsers_ends_at", "known_browsers", ["ends_at"])
