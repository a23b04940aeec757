"""Table of evidence metadata."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.model.evidence import Evidence
from services.programs.tables.registry import mapper_registry, metadata
from shared.database.tables import Instant

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("organisation_id", sa.Uuid, nullable=False),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    sa.Column("stage_id", sa.Uuid, index=True),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(Evidence, evidence)
