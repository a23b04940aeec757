"""The tables of a copy: signed partnerships, who takes part in them, and organisations."""

from __future__ import annotations

import sqlalchemy as sa


class Tables:
    """The tables in a service's metadata; ``migrations`` creates them."""

    def __init__(self, metadata: sa.MetaData) -> None:
        self.partnerships = sa.Table(
            "partnerships",
            metadata,
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("agency", sa.Text, nullable=False),
            sa.Column("title", sa.Text, nullable=False),
            sa.Column("area", sa.Text, nullable=False),
            sa.Column("ended", sa.Boolean, nullable=False),
        )
        self.parties = sa.Table(
            "parties",
            metadata,
            sa.Column("partnership_id", sa.Uuid, primary_key=True),
            sa.Column("organisation_id", sa.Uuid, primary_key=True),
            sa.Column("name", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("role", sa.Text, nullable=False),
        )
        self.organisations = sa.Table(
            "organisations",
            metadata,
            sa.Column("id", sa.Uuid, primary_key=True),
            sa.Column("name", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            # None if only the partnership is known.
            sa.Column("agency", sa.Text),
        )

    @property
    def bound(self) -> sa.ColumnElement[bool]:
        """Whether a row of ``parties`` is bound: observers are not."""
        return self.parties.c.role != "observer"
