"""Copies of signed partnerships; programmes, stages, evidence."""

import sqlalchemy as sa
from alembic import op

from shared.backbone.tables import Instant

revision = "programs_0001"
down_revision = None
branch_labels = ("programs",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("uploaded_at", Instant, nullable=False),
        sa.Column("stage_id", sa.Uuid, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_partnership_id", "evidence", ["partnership_id"], unique=False)
    op.create_index("ix_evidence_stage_id", "evidence", ["stage_id"], unique=False)
    op.create_table(
        "parties",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name="pk_parties"),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnerships"),
    )
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("objective", sa.Text, nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_programs"),
    )
    op.create_index("ix_programs_partnership_id", "programs", ["partnership_id"], unique=False)
    op.create_table(
        "stages",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("program_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("responsible", sa.Uuid, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", Instant, nullable=True),
        sa.Column("submitted_at", Instant, nullable=True),
        sa.Column("submitted_by", sa.Uuid, nullable=True),
        sa.Column("judged_by", sa.Uuid, nullable=True),
        sa.Column("completed_at", Instant, nullable=True),
        sa.Column("returned_reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_stages_program_id_programs"),
        sa.PrimaryKeyConstraint("id", name="pk_stages"),
    )
    op.create_index("ix_stages_program_id", "stages", ["program_id"], unique=False)
