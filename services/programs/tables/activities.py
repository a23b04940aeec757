"""Table of activities."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import foreign, relationship

from services.programs.model.activity import Activity
from services.programs.model.umbrella import Umbrella
from services.programs.tables.registry import mapper_registry, metadata
from services.programs.tables.umbrellas import umbrellas
from shared.contracts.vocabulary import ActivityState, Impact, Means, Phase
from shared.database.tables import Instant, WordText, state_text

activities = sa.Table(
    "activities",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("stage_id", sa.Uuid, index=True),
    sa.Column("problem_id", sa.Uuid),
    sa.Column("organisation_id", sa.Uuid, nullable=False, index=True),
    sa.Column("recorded_by", sa.Text, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("means", WordText(Means), nullable=False),
    sa.Column("intensity", sa.Integer, nullable=False),
    sa.Column("phase", WordText(Phase), nullable=False),
    sa.Column("impact", WordText(Impact)),
    sa.Column("legal_umbrella", sa.Uuid),
    sa.Column("legal_citation", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("on", sa.Date, nullable=False, index=True),
    sa.Column("reached", sa.BigInteger, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("trained", sa.JSON, nullable=False),
    sa.Column("breaches", sa.JSON, nullable=False),
    sa.Column("state", state_text(ActivityState), nullable=False),
    sa.Column("retracted_reason", sa.Text, nullable=False),
    sa.Column("confirmed_by", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("disputes", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(
    Activity,
    activities,
    properties={
        # No foreign key: the umbrellas are a copy that may be rebuilt.
        "umbrella": relationship(
            Umbrella,
            primaryjoin=foreign(activities.c.legal_umbrella) == umbrellas.c.id,
            lazy="selectin",
        )
    },
)
