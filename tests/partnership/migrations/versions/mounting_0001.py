"""The copy of the registry, mounted."""

from shared.partnership import migrations

revision = "mounting_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make its tables."""
    migrations.create()
