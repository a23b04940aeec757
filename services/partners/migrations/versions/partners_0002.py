"""Names by their letters, invitations, and what each signatory confirms."""

import sqlalchemy as sa
from alembic import op

from shared.database.tables import Instant
from shared.plain_text import letters

revision = "partners_0002"
down_revision = "partners_0001"
branch_labels = None
depends_on = None

NAMED = ("organisations", "persons")


def upgrade() -> None:
    """Add the columns and fill them: who was a party or a signatory until now remains one."""
    for table in NAMED:
        op.add_column(table, sa.Column("name_key", sa.Text, nullable=False, server_default=""))
    op.add_column("parties", sa.Column("accepted_at", Instant))
    op.add_column("agreement_signatories", sa.Column("confirmed_at", Instant))
    for table in NAMED:
        _key(table)
    op.execute("UPDATE parties SET accepted_at = joined_at")
    op.execute(
        "UPDATE agreement_signatories SET confirmed_at = (SELECT registered_at FROM agreements"
        " WHERE agreements.id = agreement_signatories.agreement_id)"
    )
    op.create_index(
        op.f("ix_organisations_agency_name_key"), "organisations", ["agency", "name_key"], unique=True
    )
    if op.get_bind().dialect.name == "postgresql":
        # The planner keeps no examples of names.
        op.execute("ALTER TABLE persons ALTER COLUMN name_key SET STATISTICS 0")


def _key(name: str) -> None:
    """Fill the keys; of organisations that are the same by their letters, later ones keep their id in it."""
    table = sa.table(
        name, sa.column("id", sa.Uuid), sa.column("agency"), sa.column("name"), sa.column("name_key")
    )
    known: set[tuple[str, str]] = set()
    for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).all():
        key = letters(row.name)
        if name == "organisations" and (row.agency, key) in known:
            key = f"{key} {row.id}"
        known.add((row.agency, key))
        op.execute(sa.update(table).where(table.c.id == row.id).values(name_key=key))
