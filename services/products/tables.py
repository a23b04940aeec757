"""The products' tables, and the mapping of the model onto them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import registry, relationship

from services.products.model import Approval, Product, Version, VersionState
from shared.backbone.tables import Instant, service_metadata, state_text

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata

# Copies of what others published, kept by the projection in subscribers.py.
partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("stages_completed", sa.Integer, nullable=False),
)
parties = sa.Table(
    "parties",
    metadata,
    sa.Column("partnership_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("drafted_by", sa.Uuid, nullable=False),
    sa.Column("drafted_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
versions = sa.Table(
    "versions",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("state", state_text(VersionState), nullable=False),
    sa.Column("published_at", Instant),
)
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("approved_at", Instant, nullable=False),
)

mapper_registry.map_imperatively(Version, versions)
mapper_registry.map_imperatively(Approval, approvals)
mapper_registry.map_imperatively(
    Product,
    products,
    properties={
        "versions": relationship(
            Version, lazy="selectin", order_by=versions.c.number, cascade="all, delete-orphan"
        ),
        "approvals": relationship(
            Approval, lazy="selectin", order_by=approvals.c.approved_at, cascade="all, delete-orphan"
        ),
    },
)
