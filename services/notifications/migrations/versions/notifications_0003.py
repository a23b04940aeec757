"""What partnerships are called is kept once they are signed: before that, it is their parties' own."""

from alembic import op

from shared.partnership.migrations import follow_again

revision = "notifications_0003"
down_revision = "notifications_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the copies; what is still kept of them is filled again from the events."""
    op.execute("DELETE FROM partnerships")
    op.execute("DELETE FROM agencies")
    follow_again("known")
