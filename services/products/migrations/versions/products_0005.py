"""The rank of a regulation."""

import sqlalchemy as sa
from alembic import op

revision = "products_0005"
down_revision = "products_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; it is not known of earlier regulations."""
    op.add_column("umbrellas", sa.Column("rank", sa.Text))
