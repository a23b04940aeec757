"""The tables of erasures; ``erasure_steps`` follows from the events of all services."""

from __future__ import annotations

import sqlalchemy as sa

from services.identity.model.erasure import Erasure
from services.identity.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import WhyErased
from shared.database.tables import Instant, WordText

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("why", WordText(WhyErased), nullable=False),
    sa.Column("ordered_at", Instant, nullable=False),
    sa.Column("ordered_by", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("agency", "person_id"),
)

erasure_steps = sa.Table(
    "erasure_steps",
    metadata,
    sa.Column("erasure_id", sa.Uuid, primary_key=True),
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("finished_at", Instant, nullable=False),
)

mapper_registry.map_imperatively(Erasure, erasures)
