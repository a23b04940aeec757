"""Tables of reports from residents, of their senders' contacts, and of the desks that receive them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.programs.model.report import Report, ReportDesk, SenderContact
from services.programs.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import ReportState
from shared.database.tables import Instant, state_text

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False),
    sa.Column("code", sa.Text, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("on", sa.Date),
    sa.Column("danger", sa.Boolean, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("referred_from", sa.Uuid),
    sa.Column("state", state_text(ReportState), nullable=False),
    sa.Column("addition", sa.Text, nullable=False),
    sa.Column("added_at", Instant),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("problem_id", sa.Uuid),
    sa.Column("finding_id", sa.Uuid),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.Uuid),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_reports_partnership_id_received_at", "partnership_id", "received_at"),
)
contacts = sa.Table(
    "report_contacts",
    metadata,
    sa.Column("report_id", sa.ForeignKey("reports.id"), primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("kept_since", Instant, nullable=False),
)
desks = sa.Table(
    "report_desks",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.Uuid, nullable=False),
    sa.Column("warned_on", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
)

mapper_registry.map_imperatively(SenderContact, contacts)
mapper_registry.map_imperatively(
    Report,
    reports,
    properties={
        "sender": relationship(
            SenderContact, lazy="selectin", uselist=False, cascade="all, delete-orphan", single_parent=True
        )
    },
)
mapper_registry.map_imperatively(ReportDesk, desks)
