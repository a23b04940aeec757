"""Which agency opens the accounts of each organisation."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "identity_0006"
down_revision = "identity_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; it is told with the next account of an organisation."""
    op.create_table(
        "custodies",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_custodies"),
        sa.UniqueConstraint("organisation_id", name="uq_custodies_organisation_id"),
    )
