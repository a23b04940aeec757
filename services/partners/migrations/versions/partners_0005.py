"""Partnerships are found by the letters of what a reader sees."""

import sqlalchemy as sa
from alembic import op

from shared.search_key import search_key

revision = "partners_0005"
down_revision = "partners_0004"
branch_labels = None
depends_on = None

partnerships = sa.table(
    "partnerships",
    *(sa.column(name) for name in ("area", "title", "problem", "search_key")),
    sa.column("id", sa.Uuid),
)
charters = sa.table(
    "charters",
    *(sa.column(name) for name in ("number", "vision", "endorsed_at")),
    sa.column("partnership_id", sa.Uuid),
)


def upgrade() -> None:
    """Add the column and fill it; the vision is that of the charter in force, else of the newest."""
    op.add_column("partnerships", sa.Column("search_key", sa.Text, nullable=False, server_default=""))
    counts = sa.select(charters).order_by(charters.c.endorsed_at.is_not(None), charters.c.number)
    visions = {row.partnership_id: row.vision for row in op.get_bind().execute(counts)}
    for row in op.get_bind().execute(sa.select(partnerships)).all():
        key = search_key(row.area, row.title, row.problem, visions.get(row.id, ""))
        op.execute(sa.update(partnerships).where(partnerships.c.id == row.id).values(search_key=key))
