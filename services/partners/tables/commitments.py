"""Table of commitments."""

from __future__ import annotations

import sqlalchemy as sa

from services.partners.model.commitment import Commitment
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import CommitmentState, Mandate
from shared.database.tables import WordText, state_text

commitments = sa.Table(
    "commitments",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("meeting_id", sa.ForeignKey("meetings.id"), index=True),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("mandate", WordText(Mandate), nullable=False),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("state", state_text(CommitmentState), nullable=False),
    sa.Column("kept_on", sa.Date),
    sa.Column("confirmed_by", sa.Uuid),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("broken_on", sa.Date),
    sa.Column("broken_because", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("entered_afterwards", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("confirmed_on", sa.Date),
)

mapper_registry.map_imperatively(Commitment, commitments)
