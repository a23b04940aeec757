"""Copies of others' facts: the registry's, decisions of boards, and which agencies there are."""

from __future__ import annotations

import sqlalchemy as sa

from services.programs.tables.registry import metadata
from shared.partnership.decisions import Decisions
from shared.partnership.registry_copy import RegistryCopy

REGISTRY = RegistryCopy(metadata)
DECISIONS = Decisions(metadata)
partnerships, parties = REGISTRY.tables.partnerships, REGISTRY.tables.parties
organisations = REGISTRY.tables.organisations
agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("organisation_id", sa.Uuid),
)
