"""Tables of partnerships, parties, charters and signatures."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.charter import Charter, Signature
from services.partners.model.partnership import Partnership
from services.partners.model.party import Benefit, Party
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import LifecycleStage, OrganisationKind, PartnershipState, PartyRole
from shared.database.tables import Instant, WordText, state_text

partnerships = sa.Table(
    "partnerships",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("formed_at", Instant, nullable=False),
    sa.Column("state", state_text(PartnershipState), nullable=False),
    sa.Column(
        "lifecycle",
        sa.Enum(LifecycleStage, native_enum=False, length=32, values_callable=list),
        nullable=False,
    ),
    sa.Column("exit_plan", sa.Text),
    sa.Column("ended_at", Instant),
    sa.Column("end_reason", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    # The search key; see shared/search_key.py.
    sa.Column("search_key", sa.Text, nullable=False),
    sa.Column("ending_proposed_by", sa.Uuid),
    sa.Column("ending_proposed_at", Instant),
    sa.Column("ending_reason", sa.Text),
    sa.Column("ended_by_decision", sa.Uuid),
    sa.Column("ended_on_proposal_of", sa.Uuid),
    sa.Column("lead_offered_to", sa.Uuid),
)

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("organisation_name", sa.Text, nullable=False),
    sa.Column("kind", WordText(OrganisationKind), nullable=False),
    sa.Column("role", WordText(PartyRole), nullable=False),
    sa.Column("contributes", sa.Text, nullable=False),
    sa.Column("gains", sa.Text, nullable=False),
    sa.Column("joined_at", Instant, nullable=False),
    sa.Column("accepted_at", Instant),
    sa.Column("senior", sa.ForeignKey("persons.id")),
    sa.Column("left_at", Instant),
    sa.Column("leave_reason", sa.Text),
    sa.Column("proposed_role", sa.Text),
    sa.Column("role_proposed_by", sa.Uuid),
)

benefits = sa.Table(
    "benefits",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("party_id", sa.ForeignKey("parties.id"), nullable=False, index=True),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("confirmed_at", Instant, nullable=False),
)

charters = sa.Table(
    "charters",
    metadata,
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("vision", sa.Text, nullable=False),
    sa.Column("mission", sa.Text, nullable=False),
    sa.Column("means", sa.JSON, nullable=False),
    sa.Column("proposed_by", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("endorsed_at", Instant),
    sa.Column("withdrawn_at", Instant),
)

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True),
    sa.Column("partnership_id", sa.Uuid, primary_key=True),
    sa.Column("charter_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("signed_at", Instant, nullable=False),
    sa.ForeignKeyConstraint(
        ["partnership_id", "charter_version"], ["charters.partnership_id", "charters.number"]
    ),
    sa.Index(None, "partnership_id", "charter_version"),
)

mapper_registry.map_imperatively(Benefit, benefits)
mapper_registry.map_imperatively(
    Party,
    parties,
    properties={
        "benefits": relationship(
            Benefit, lazy="selectin", order_by=benefits.c.id, cascade="all, delete-orphan"
        ),
    },
)
mapper_registry.map_imperatively(Signature, signatures)
mapper_registry.map_imperatively(
    Charter,
    charters,
    properties={
        "signatures": relationship(
            Signature,
            lazy="selectin",
            order_by=(signatures.c.signed_at, signatures.c.party_id),
            cascade="all, delete-orphan",
        ),
    },
)
mapper_registry.map_imperatively(
    Partnership,
    partnerships,
    properties={
        "all_parties": relationship(
            Party, lazy="selectin", order_by=parties.c.id, cascade="all, delete-orphan"
        ),
        "charters": relationship(
            Charter, lazy="selectin", order_by=charters.c.number, cascade="all, delete-orphan"
        ),
    },
)
