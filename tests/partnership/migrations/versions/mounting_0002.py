"""The custodians of organisations, in a copy that was mounted before."""

from shared.partnership import migrations

revision = "mounting_0002"
down_revision = "mounting_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them; they are filled from the events."""
    migrations.create_custodians()
