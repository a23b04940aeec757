"""Which agency opens the accounts of each organisation."""

from shared.partnership import migrations

revision = "products_0007"
down_revision = "products_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; it is filled from the events."""
    migrations.create_custodians()
