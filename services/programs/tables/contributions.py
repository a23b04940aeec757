"""Tables of contributions and their earlier versions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.contribution import Contribution, EarlierStatement
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import ContributionKind, ContributionState, ContributionUnit
from shared.database.tables import Instant, WordText, state_text

contributions = sa.Table(
    "contributions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("program_id", sa.ForeignKey("programs.id"), nullable=False, index=True),
    sa.Column("partnership_id", sa.Uuid, nullable=False, index=True),
    sa.Column("stage_id", sa.Uuid, index=True),
    sa.Column("organisation_id", sa.Uuid, nullable=False, index=True),
    sa.Column("kind", WordText(ContributionKind), nullable=False),
    sa.Column("amount", sa.Float, nullable=False),
    sa.Column("unit", WordText(ContributionUnit), nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("stated_by", sa.Text, nullable=False),
    sa.Column("stated_at", Instant, nullable=False),
    sa.Column("state", state_text(ContributionState), nullable=False),
    sa.Column("judged_by", sa.Uuid),
    sa.Column("judged_at", Instant),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
earlier_statements = sa.Table(
    "earlier_statements",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("contribution_id", sa.ForeignKey("contributions.id"), nullable=False, index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("amount", sa.Float, nullable=False),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("stated_by", sa.Text, nullable=False),
    sa.Column("stated_at", Instant, nullable=False),
    sa.Column("disputed_by", sa.Uuid, nullable=False),
    sa.Column("disputed_at", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

mapper_registry.map_imperatively(EarlierStatement, earlier_statements)
mapper_registry.map_imperatively(
    Contribution,
    contributions,
    properties={
        "earlier": relationship(
            EarlierStatement,
            lazy="selectin",
            order_by=earlier_statements.c.position,
            cascade="all, delete-orphan",
        )
    },
)
