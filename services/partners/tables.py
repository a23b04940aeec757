"""The registry's tables, and the mapping of the model onto them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import registry, relationship

from services.partners.model import Organisation, Partnership, Party, Signature, State
from shared.backbone.tables import Instant, service_metadata, state_text

mapper_registry = registry(metadata=service_metadata())
metadata = mapper_registry.metadata

organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("agency", "name"),
)

partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("formed_at", Instant, nullable=False),
    sa.Column("state", state_text(State), nullable=False),
    sa.Column("vision", sa.Text, nullable=False),
    sa.Column("mission", sa.Text, nullable=False),
    sa.Column("charter_version", sa.Integer, nullable=False),
    sa.Column("signed_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
)

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("organisation_name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("contributes", sa.Text, nullable=False),
    sa.Column("gains", sa.Text, nullable=False),
    sa.UniqueConstraint("partnership_id", "organisation_id"),
)

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("charter_version", sa.Integer, primary_key=True),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("signed_at", Instant, nullable=False),
)

mapper_registry.map_imperatively(Organisation, organisations)
mapper_registry.map_imperatively(Party, parties)
mapper_registry.map_imperatively(Signature, signatures)
mapper_registry.map_imperatively(
    Partnership,
    partnerships,
    properties={
        "parties": relationship(Party, lazy="selectin", order_by=parties.c.id, cascade="all, delete-orphan"),
        "signatures": relationship(
            Signature, lazy="selectin", order_by=signatures.c.signed_at, cascade="all, delete-orphan"
        ),
    },
)
