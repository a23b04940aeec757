"""Severity and source of incidents and early signs; units of contributions from a list."""

import sqlalchemy as sa
from alembic import op

from shared.contracts.vocabulary import ContributionUnit

revision = "programs_0013"
down_revision = "programs_0012"
branch_labels = None
depends_on = None

contributions = sa.table(
    "contributions",
    sa.column("id", sa.Uuid),
    sa.column("unit", sa.Text),
    sa.column("note", sa.Text),
)


def upgrade() -> None:
    """Add the columns, and find the unit of the list that each free text means.

    One that means none of them becomes ``other``, and is named at the beginning of the note.
    """
    for table in ("incidents", "signals"):
        op.add_column(table, sa.Column("severity", sa.Text))
        op.add_column(table, sa.Column("source", sa.Text))
    for row in op.get_bind().execute(sa.select(contributions)).all():
        unit = ContributionUnit.of_text(row.unit)
        values = {"unit": unit.value}
        if unit is ContributionUnit.OTHER:
            values["note"] = f"[{row.unit}] {row.note}".strip()
        op.execute(sa.update(contributions).where(contributions.c.id == row.id).values(values))
