"""Copies of others' facts: organisations, signed partnerships, parties, agencies; see subscribers.py."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.tables.registry import metadata

partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("ended", sa.Boolean, nullable=False),
)
organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    # None where it was registered before this was noted.
    sa.Column("agency", sa.Text),
)
agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("organisation_id", sa.Uuid),
)
decided = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False),
    sa.Column("meeting_id", sa.Uuid, nullable=False, index=True),
    sa.Column("quorate", sa.Boolean, nullable=False),
)
parties = sa.Table(
    "parties",
    metadata,
    sa.Column("partnership_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
)
