"""The programmes' tables, and the mapping of the model onto them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import registry, relationship

from services.programs.model import Evidence, Program, Stage, StageState
from shared.backbone.tables import Instant, service_metadata, state_text

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata

# Copies of the registry's facts, kept by the projection in subscribers.py.
partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
)
parties = sa.Table(
    "parties",
    metadata,
    sa.Column("partnership_id", sa.Uuid, primary_key=True),
    sa.Column("organisation_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
)

programs = sa.Table(
    "programs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("objective", sa.Text, nullable=False),
    sa.Column("approved_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
stages = sa.Table(
    "stages",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("responsible", sa.Uuid, nullable=False),
    sa.Column("state", state_text(StageState), nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("submitted_at", Instant),
    sa.Column("submitted_by", sa.Uuid),
    sa.Column("judged_by", sa.Uuid),
    sa.Column("completed_at", Instant),
    sa.Column("returned_reason", sa.Text, nullable=False),
)
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
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("uploaded_at", Instant, nullable=False),
    sa.Column("stage_id", sa.Uuid, index=True),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(Evidence, evidence)
mapper_registry.map_imperatively(Stage, stages)
mapper_registry.map_imperatively(
    Program,
    programs,
    properties={
        "stages": relationship(
            Stage, lazy="selectin", order_by=stages.c.position, cascade="all, delete-orphan"
        )
    },
)
