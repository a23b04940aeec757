"""Migration steps of the registry copy's tables, for the migrations of the services that mount it.

A step is never changed once a migration uses it; later changes of the tables are new steps.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create() -> None:
    """All tables, for a service that mounts the copy now."""
    op.create_table(
        "partnerships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partnerships"),
    )
    op.create_table(
        "parties",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "organisation_id", name="pk_parties"),
    )
    create_organisations()
    op.create_table(
        "people",
        sa.Column("member", sa.Uuid, nullable=False),
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("belongs", sa.Boolean, nullable=False),
        sa.Column("agency", sa.Text),
        sa.PrimaryKeyConstraint("member", "organisation_id", name="pk_people"),
    )


def create_organisations() -> None:
    """The organisations, for a copy without them."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("agency", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )


def tell_roles_of_parties() -> None:
    """The roles of parties, for a copy of bound parties only; observers come from the events."""
    op.add_column("parties", sa.Column("role", sa.Text, nullable=False, server_default="member"))
    follow_again("partnerships")


def tell_agency_of_people() -> None:
    """The agency that recorded a membership."""
    op.add_column("people", sa.Column("agency", sa.Text))
    follow_again("people")


def tell_minuted_decisions() -> None:
    """Whether a decision stands in approved minutes; those approved before come from the events."""
    op.add_column("decisions", sa.Column("minuted", sa.Boolean, nullable=False, server_default=sa.false()))
    follow_again("decisions")


def create_custodians() -> None:
    """Which agency opens the accounts of each organisation; filled from the events."""
    op.create_table(
        "custodians",
        sa.Column("organisation_id", sa.Uuid, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_custodians"),
    )


def follow_again(projection: str) -> None:
    """Let a projection follow from the first event again, over its existing rows, which stay meanwhile."""
    if sa.inspect(op.get_bind()).has_table("cursors"):  # a new database follows from the first event anyway
        op.execute(sa.delete(sa.table("cursors", sa.column("name"))).where(sa.column("name") == projection))
        consumer = sa.column("consumer") == f"projection/{projection}"
        op.execute(sa.delete(sa.table("inbox", sa.column("consumer"))).where(consumer))
