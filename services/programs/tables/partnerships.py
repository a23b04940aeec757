"""Copies of others' facts: the registry's, and which agencies and decisions there are; see subscribers.py."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.tables.registry import metadata
from shared.partnership.registry_copy import RegistryCopy

REGISTRY = RegistryCopy(metadata)
partnerships, parties = REGISTRY.tables.partnerships, REGISTRY.tables.parties
organisations = REGISTRY.tables.organisations
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
