"""The tables of boards and their seats."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from services.partners.model.board import Board
from services.partners.model.seat import Seat
from services.partners.tables.registry import mapper_registry, metadata
from shared.contracts.vocabulary import BoardKind, BoardState, OrganisationKind, Position, QuorumRule
from shared.database.tables import Instant, WordText, state_text

boards = sa.Table(
    "boards",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("partnership_id", sa.ForeignKey("partnerships.id"), nullable=False, index=True),
    sa.Column("kind", WordText(BoardKind), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("quorum", sa.Integer, nullable=False),
    sa.Column("constituted_on", sa.Date, nullable=False),
    sa.Column("state", state_text(BoardState), nullable=False),
    sa.Column("dissolved_at", Instant),
    sa.Column("dissolved_because", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("quorum_rule", state_text(QuorumRule), nullable=False),
    sa.Column("entered_afterwards", sa.Boolean, nullable=False),
)

seats = sa.Table(
    "seats",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("board_id", sa.ForeignKey("boards.id"), nullable=False, index=True),
    sa.Column("holder", sa.Uuid, nullable=False),
    sa.Column("organisation_id", sa.ForeignKey("organisations.id"), nullable=False),
    sa.Column("organisation_kind", WordText(OrganisationKind), nullable=False),
    sa.Column("position", WordText(Position), nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("until", sa.Date),
    sa.Column("ended_on", sa.Date),
    sa.Column("ended_because", sa.Text, nullable=False),
    sa.Column("elected_at", sa.Uuid),
)

mapper_registry.map_imperatively(Seat, seats)
mapper_registry.map_imperatively(
    Board,
    boards,
    properties={
        "seats": relationship(Seat, lazy="selectin", order_by=seats.c.id, cascade="all, delete-orphan"),
    },
)
