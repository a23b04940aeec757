"""Copies of signed partnerships; products, versions, approvals."""

import sqlalchemy as sa
from alembic import op

from shared.backbone.tables import Instant

revision = "products_0001"
down_revision = None
branch_labels = ("products",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "parties",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name="pk_parties"),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("stages_completed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnerships"),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("drafted_by", sa.Uuid, nullable=False),
        sa.Column("drafted_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
    )
    op.create_index("ix_products_partnership_id", "products", ["partnership_id"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_approvals_product_id_products"),
        sa.PrimaryKeyConstraint("product_id", "number", "organisation_id", name="pk_approvals"),
    )
    op.create_table(
        "versions",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("published_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_versions_product_id_products"),
        sa.PrimaryKeyConstraint("product_id", "number", name="pk_versions"),
    )
