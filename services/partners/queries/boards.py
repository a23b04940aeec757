"""Queries of boards."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.model.board import Board
from services.partners.tables.boards import boards
from shared.contracts.envelope import Envelope
from shared.database import reading


def board(session: Session, board_id: UUID) -> Board:
    """One board with all its seats, past ones included; raises ``UnknownAggregate``."""
    return reading.find_one(session, Board, board_id)


def list_boards(session: Session, wanted: dict[str, object], after: UUID | None, limit: int) -> list[Board]:
    """Boards in the order in which they were constituted."""
    return reading.find_many(session, Board, boards, wanted, after, limit)


def timeline(session: Session, board_id: UUID) -> list[Envelope]:
    """Everything that happened to a board; raises ``UnknownAggregate``."""
    return reading.timeline(session, Board, board_id)
