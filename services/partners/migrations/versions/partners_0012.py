"""Which agency opens the accounts of each organisation."""

from shared.partnership import migrations

revision = "partners_0012"
down_revision = "partners_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; it is filled from the events."""
    migrations.create_custodians()
