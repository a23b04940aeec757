"""Reports from residents, with their senders' contacts, and the desks that receive them."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "programs_0008"
down_revision = "programs_0007"
branch_labels = None
depends_on = None

NAMELESS = (
    *(("reports", column) for column in ("text", "place", "addition", "answer", "reason", "code")),
    ("report_contacts", "contact"),
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("on", sa.Date),
        sa.Column("danger", sa.Boolean, nullable=False),
        sa.Column("sent_at", Instant, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("referred_from", sa.Uuid),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("addition", sa.Text, nullable=False),
        sa.Column("added_at", Instant),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("problem_id", sa.Uuid),
        sa.Column("finding_id", sa.Uuid),
        sa.Column("closed_at", Instant),
        sa.Column("closed_by", sa.Uuid),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
        sa.UniqueConstraint("code", name="uq_reports_code"),
    )
    op.create_index("ix_reports_partnership_id_received_at", "reports", ["partnership_id", "received_at"])
    op.create_table(
        "report_contacts",
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("kept_since", Instant, nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_report_contacts"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk_report_contacts_report_id_reports"),
    )
    op.create_table(
        "report_desks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("warned_on", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_desks"),
    )
    if op.get_bind().dialect.name == "postgresql":
        # No statistics of what is personal: they hold values, and erasure does not reach them.
        for table, column in NAMELESS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
