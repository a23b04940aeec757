"""Decisions bind once the minutes that contain them are approved."""

from shared.partnership import migrations

revision = "programs_0012"
down_revision = "programs_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Learn of approved minutes, also of earlier ones."""
    migrations.tell_minuted_decisions()
