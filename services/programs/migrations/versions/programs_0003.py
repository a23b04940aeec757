"""Programmes and problems are found by the letters of what a reader sees."""

import sqlalchemy as sa
from alembic import op

from shared.search_key import search_key

revision = "programs_0003"
down_revision = "programs_0002"
branch_labels = None
depends_on = None

programs = sa.table(
    "programs",
    *(sa.column(name) for name in ("title", "context", "search_key")),
    sa.column("objectives", sa.JSON),
    sa.column("id", sa.Uuid),
    sa.column("partnership_id", sa.Uuid),
)
problems = sa.table(
    "problems",
    *(sa.column(name) for name in ("area", "title", "description", "search_key")),
    sa.column("id", sa.Uuid),
)
partnerships = sa.table("partnerships", sa.column("id", sa.Uuid), sa.column("area"))


def upgrade() -> None:
    """Add the columns and fill them."""
    for table in (programs, problems):
        op.add_column(table.name, sa.Column("search_key", sa.Text, nullable=False, server_default=""))
    areas = {row.id: row.area for row in op.get_bind().execute(sa.select(partnerships))}
    for row in op.get_bind().execute(sa.select(programs)).all():
        key = search_key(areas.get(row.partnership_id, ""), row.title, row.context, *row.objectives)
        op.execute(sa.update(programs).where(programs.c.id == row.id).values(search_key=key))
    for row in op.get_bind().execute(sa.select(problems)).all():
        key = search_key(row.area, row.title, row.description)
        op.execute(sa.update(problems).where(problems.c.id == row.id).values(search_key=key))
