"""Organisations, partnerships, parties, signatures."""

import sqlalchemy as sa
from alembic import op

from shared.backbone.tables import Instant

revision = "partners_0001"
down_revision = None
branch_labels = ("partners",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("registered_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("agency", "name", name="uq_organisations_agency_name"),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("formed_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("vision", sa.Text, nullable=False),
        sa.Column("mission", sa.Text, nullable=False),
        sa.Column("charter_version", sa.Integer, nullable=False),
        sa.Column("signed_at", Instant),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("partnership_id", sa.Uuid, sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("organisation_id", sa.Uuid, sa.ForeignKey("organisations.id"), nullable=False),
        sa.Column("organisation_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("contributes", sa.Text, nullable=False),
        sa.Column("gains", sa.Text, nullable=False),
        sa.UniqueConstraint(
            "partnership_id", "organisation_id", name="uq_parties_partnership_id_organisation_id"
        ),
    )
    op.create_index("ix_parties_partnership_id", "parties", ["partnership_id"])
    op.create_table(
        "signatures",
        sa.Column("party_id", sa.Uuid, sa.ForeignKey("parties.id"), primary_key=True),
        sa.Column("charter_version", sa.Integer, primary_key=True),
        sa.Column("partnership_id", sa.Uuid, sa.ForeignKey("partnerships.id"), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("signed_at", Instant, nullable=False),
    )
    op.create_index("ix_signatures_partnership_id", "signatures", ["partnership_id"])
