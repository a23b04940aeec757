"""Copy of the legal umbrellas of products."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.model.umbrella import Umbrella
from services.programs.tables.registry import mapper_registry, metadata

umbrellas = sa.Table(
    "umbrellas",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("product_version", sa.Integer, nullable=False),
    sa.Column("in_force_from", sa.Date, nullable=False),
    sa.Column("in_force_until", sa.Date),
    sa.Column("revoked_on", sa.Date),
    sa.Column("lapsed", sa.Boolean, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
)

mapper_registry.map_imperatively(Umbrella, umbrellas)
