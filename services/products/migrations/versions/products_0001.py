"""The tables of the products."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "products_0001"
down_revision = None
branch_labels = ("products",)
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "coverage_plans",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("audiences", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid, nullable=True),
        sa.Column("declared_at", Instant, nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_plans")),
    )
    op.create_table(
        "parties",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name=op.f("pk_parties")),
    )
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("phases", sa.Text(), nullable=False),
        sa.Column("audiences", sa.Text(), nullable=False),
        sa.Column("tense", sa.Text, nullable=True),
        sa.Column("subject", sa.Text, nullable=True),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("problem_id", sa.Uuid, nullable=True),
        sa.Column("drafted_by", sa.Uuid, nullable=False),
        sa.Column("drafted_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
    )
    op.create_index(op.f("ix_products_partnership_id"), "products", ["partnership_id"], unique=False)
    op.create_table(
        "search_facets",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("facet", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("product_id", "facet", "value", name=op.f("pk_search_facets")),
    )
    op.create_index("ix_search_facets_value", "search_facets", ["facet", "value"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_texts")),
        sa.UniqueConstraint("product_id", "language", name=op.f("uq_search_texts_product_id_language")),
    )
    op.create_index(op.f("ix_search_texts_partnership_id"), "search_texts", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_search_texts_published_at"), "search_texts", ["published_at"], unique=False)
    op.create_table(
        "approvals",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("member", sa.Text, nullable=False),
        sa.Column("approved_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_approvals_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", "number", "organisation_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "exemptions",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"],
            ["coverage_plans.id"],
            name=op.f("fk_exemptions_partnership_id_coverage_plans"),
        ),
        sa.PrimaryKeyConstraint("partnership_id", "kind", "phase", "audience", name=op.f("pk_exemptions")),
    )
    op.create_table(
        "print_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("product_version", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("copies", sa.Integer, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_print_batches_product_id_products")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_batches")),
    )
    op.create_index(op.f("ix_print_batches_product_id"), "print_batches", ["product_id"], unique=False)
    op.create_table(
        "relations",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("target", sa.Uuid, nullable=False),
        sa.Column("added_by", sa.Uuid, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_relations_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", "relation", "target", name=op.f("pk_relations")),
    )
    op.create_index(op.f("ix_relations_target"), "relations", ["target"], unique=False)
    op.create_table(
        "umbrellas",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("in_force_from", sa.Date, nullable=False),
        sa.Column("in_force_until", sa.Date, nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("actors", sa.Text(), nullable=False),
        sa.Column("revoked_on", sa.Date, nullable=True),
        sa.Column("replaced_by", sa.Uuid, nullable=True),
        sa.Column("lapse_told", sa.Date, nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_umbrellas_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_umbrellas")),
    )
    op.create_index(op.f("ix_umbrellas_replaced_by"), "umbrellas", ["replaced_by"], unique=False)
    op.create_table(
        "uses",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("product_version", sa.Integer, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("activity_id", sa.Uuid, nullable=True),
        sa.Column("reached", sa.Integer, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_uses_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uses")),
    )
    op.create_index(op.f("ix_uses_partnership_id"), "uses", ["partnership_id"], unique=False)
    op.create_index(op.f("ix_uses_product_id"), "uses", ["product_id"], unique=False)
    op.create_table(
        "versions",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("drafted_by", sa.Uuid, nullable=False),
        sa.Column("drafted_at", Instant, nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("valid_until", sa.Date, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("submitted_by", sa.Uuid, nullable=True),
        sa.Column("submitter", sa.Text, nullable=False),
        sa.Column("published_at", Instant, nullable=True),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("withdrawn_reason", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_versions_product_id_products")
        ),
        sa.PrimaryKeyConstraint("product_id", "number", name=op.f("pk_versions")),
        sa.UniqueConstraint("code", name=op.f("uq_versions_code")),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=True),
        sa.Column("medium", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id", "number"],
            ["versions.product_id", "versions.number"],
            name=op.f("fk_files_product_id_number_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    op.create_index("ix_files_version", "files", ["product_id", "number"], unique=False)
    op.create_table(
        "texts",
        sa.Column("product_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id", "number"],
            ["versions.product_id", "versions.number"],
            name=op.f("fk_texts_product_id_number_versions"),
        ),
        sa.PrimaryKeyConstraint("product_id", "number", "language", name=op.f("pk_texts")),
    )
