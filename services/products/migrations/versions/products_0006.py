"""Exemptions of one time that situation pictures show; uses verified by another party."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant

revision = "products_0006"
down_revision = "products_0005"
branch_labels = None
depends_on = None

EXEMPT = ("partnership_id", "kind", "phase", "audience", "reason")


def upgrade() -> None:
    """Give exemptions their own ids, as a cell is no longer a key, and add the columns.

    Who recorded an earlier use is not known.
    """
    before = sa.table(
        "exemptions", *(sa.column(name) for name in EXEMPT[1:]), sa.column("partnership_id", sa.Uuid)
    )
    kept = [dict(row) for row in op.get_bind().execute(sa.select(before)).mappings()]
    op.drop_table("exemptions")
    exemptions = op.create_table(
        "exemptions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("tense", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["coverage_plans.id"], name="fk_exemptions_partnership_id_coverage_plans"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exemptions"),
    )
    op.create_index("ix_exemptions_partnership_id", "exemptions", ["partnership_id"])
    if kept:
        op.bulk_insert(exemptions, [row | {"id": uuid4()} for row in kept])
    op.add_column("uses", sa.Column("recorded_by", sa.Text))
    op.add_column("uses", sa.Column("verified_by", sa.Uuid))
    op.add_column("uses", sa.Column("verified_at", Instant))
