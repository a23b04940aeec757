"""Tables of agreements, signatories and files."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.agreement import Agreement, AgreementFile, Signatory
from services.partners.model.organisation import Organisation
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import AgreementKind, AgreementState, DisclosureException
from shared.database.tables import Instant, WordText, state_text

agreements = sa.Table(
    "agreements",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("kind", WordText(AgreementKind), nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("signed_on", sa.Date, nullable=False),
    sa.Column("in_force_from", sa.Date, nullable=False),
    sa.Column("in_force_until", sa.Date),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("exception_reason", sa.Text),
    sa.Column("exception_class", WordText(DisclosureException)),
    sa.Column("renews", sa.Uuid),
    sa.Column("renewed_by", sa.Uuid),
    sa.Column("state", state_text(AgreementState), nullable=False),
    sa.Column("terminated_on", sa.Date),
    sa.Column("termination_reason", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)

agreement_signatories = sa.Table(
    "agreement_signatories",
    metadata,
    sa.Column("agreement_id", sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), primary_key=True),
    sa.Column("confirmed_at", Instant),
    sa.Column("office", sa.Text),
)

agreement_files = sa.Table(
    "agreement_files",
    metadata,
    sa.Column("agreement_id", sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
)

mapper_registry.map_imperatively(AgreementFile, agreement_files)
mapper_registry.map_imperatively(
    Signatory,
    agreement_signatories,
    properties={"organisation": relationship(Organisation, lazy="joined", innerjoin=True)},
)
mapper_registry.map_imperatively(
    Agreement,
    agreements,
    properties={
        "signatories": relationship(
            Signatory,
            lazy="selectin",
            order_by=agreement_signatories.c.organisation_id,
            cascade="all, delete-orphan",
        ),
        "file": relationship(AgreementFile, uselist=False, lazy="selectin", cascade="all, delete-orphan"),
    },
)
