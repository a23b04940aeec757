"""Tables of uses and print batches."""

from __future__ import annotations

import sqlalchemy as sa

from services.products.model.records import PrintBatch, Use
from services.products.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import Language, Phase
from shared.database.tables import Instant, WordText

uses = sa.Table(
    "uses",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("product_id", sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("product_version", sa.Integer, nullable=False),
    sa.Column("phase", WordText(Phase), nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("activity_id", sa.Uuid),
    sa.Column("reached", sa.Integer, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.Text),
    sa.Column("verified_by", sa.Uuid),
    sa.Column("verified_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)
print_batches = sa.Table(
    "print_batches",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("product_id", sa.ForeignKey("products.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("product_version", sa.Integer, nullable=False),
    sa.Column("language", WordText(Language), nullable=False),
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(Use, uses)
mapper_registry.map_imperatively(PrintBatch, print_batches)
