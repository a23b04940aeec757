"""Table of the audit log, a projection of all services' audit events."""

from __future__ import annotations

import sqlalchemy as sa

from services.identity.model.audit import Entry
from services.identity.tables.registry import mapper_registry, metadata
from shared.database.tables import Instant

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor", sa.Text),
    sa.Column("organisation", sa.Text),
    sa.Column("about", sa.Uuid, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
)
sa.Index("ix_audit_entries_agency_at_id", audit_entries.c.agency, audit_entries.c.at, audit_entries.c.id)

mapper_registry.map_imperatively(Entry, audit_entries)
