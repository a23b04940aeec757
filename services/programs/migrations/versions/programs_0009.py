"""Changes of programmes that are proposed to the parties."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "programs_0009"
down_revision = "programs_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add their table."""
    op.create_table(
        "program_changes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("stage_id", sa.Uuid),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("proposed_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.Uuid),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("endorsements", sa.JSON, nullable=False),
        sa.Column("approval_decision_id", sa.Uuid),
        sa.Column("declined_by", sa.Uuid),
        sa.Column("declined_reason", sa.Text, nullable=False),
        sa.Column("withdrawn_reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name=op.f("fk_program_changes_program_id_programs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program_changes")),
    )
    op.create_index(op.f("ix_program_changes_program_id"), "program_changes", ["program_id"])
