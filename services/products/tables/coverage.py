"""Tables of coverage plans."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.products.model.coverage import CoveragePlan, Exemption
from services.products.tables.registry import mapper_registry, metadata
from services.products.tables.types import Words
from shared.contracts.vocabulary import Phase, ProductKind, Tense
from shared.database.tables import Instant, WordText

coverage_plans = sa.Table(
    "coverage_plans",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("audiences", Words, nullable=False),
    sa.Column("declared_by", sa.Uuid),
    sa.Column("declared_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)
exemptions = sa.Table(
    "exemptions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership_id", sa.ForeignKey("coverage_plans.id"), nullable=False, index=True),
    sa.Column("kind", WordText(ProductKind), nullable=False),
    sa.Column("phase", WordText(Phase), nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("tense", WordText(Tense)),
    sa.Column("reason", sa.Text, nullable=False),
)

mapper_registry.map_imperatively(Exemption, exemptions)
mapper_registry.map_imperatively(
    CoveragePlan,
    coverage_plans,
    properties={
        "exemptions": relationship(
            Exemption,
            lazy="selectin",
            order_by=(exemptions.c.audience, exemptions.c.kind, exemptions.c.phase, exemptions.c.tense),
            cascade="all, delete-orphan",
        )
    },
)
