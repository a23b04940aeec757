"""Which agency opens the accounts of each organisation."""

from shared.partnership import migrations

revision = "programs_0011"
down_revision = "programs_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create it; it is filled from the events."""
    migrations.create_custodians()
