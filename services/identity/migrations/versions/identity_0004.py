"""For which agency somebody left for a provider, where that was said."""

import sqlalchemy as sa
from alembic import op

revision = "identity_0004"
down_revision = "identity_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it."""
    op.add_column("provider_visits", sa.Column("meant_for", sa.Text, nullable=False, server_default=""))
