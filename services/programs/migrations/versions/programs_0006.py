"""Which agency told of a membership."""

from shared.partnership import migrations

revision = "programs_0006"
down_revision = "programs_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; it is filled from the events."""
    migrations.tell_agency_of_people()
