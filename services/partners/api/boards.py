"""Boards API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.partners.commands import boards as commands
from services.partners.model.board import Board
from services.partners.permissions import COORDINATOR, KEEPS_RECORDS, LEAD, PRESIDING
from services.partners.queries import boards as queries
from shared.contracts.vocabulary import BoardKind, BoardState, Position, QuorumRule
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("boards", at="/boards")


class SeatOut(BaseModel):
    """A seat, filled or vacated; on ``ended_on`` itself it is no longer held."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    holder: UUID
    organisation_id: UUID
    organisation_kind: str
    position: Position
    since: date
    until: date | None
    ended_on: date | None
    ended_because: str


class BoardOut(BaseModel):
    """A board with all its seats, past ones included, in the order in which they were filled.

    It is ``incomplete`` if it is active without a chair, or without a member outside the police.
    ``in_office`` lists the seats (by their ids) that are held; a dissolved board has none.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    partnership_id: UUID
    kind: BoardKind
    name: str
    quorum: int
    quorum_rule: QuorumRule
    constituted_on: date
    entered_afterwards: bool
    state: BoardState
    incomplete: bool
    in_office: list[UUID]
    dissolved_at: datetime | None
    dissolved_because: str
    seats: list[SeatOut]

    @classmethod
    def of(cls, board: Board) -> Self:
        """The view of a board."""
        return cls.model_validate(board)


operations.create(
    "", commands.constitute_board, may=COORDINATOR + LEAD, label=N_("constitute a board"), shows=BoardOut
)
operations.create(
    "/{board_id}/elections",
    commands.elect_member,
    may=KEEPS_RECORDS,
    label=N_("fill a seat of a board"),
    shows=BoardOut,
)
operations.do(
    "/{board_id}/seats/{seat_id}/vacate",
    commands.vacate_seat,
    may=KEEPS_RECORDS,
    label=N_("vacate a seat of a board"),
    shows=BoardOut,
)
operations.do(
    "/{board_id}/dissolve",
    commands.dissolve_board,
    may=LEAD + PRESIDING,
    label=N_("dissolve a board"),
    shows=BoardOut,
)


@operations.get("", may=PUBLIC)
async def list_boards(
    door: DoorDep, paging: PageDep, partnership_id: UUID | None = None, state: BoardState | None = None
) -> Page[BoardOut]:
    """List boards."""
    wanted = {"partnership_id": partnership_id, "state": state}
    boards = await door.read(queries.list_boards, wanted, paging.after, paging.limit + 1)
    return paging.page(boards, BoardOut.of, lambda item: item.id)


@operations.get("/{board_id}", may=PUBLIC)
async def show_board(board_id: UUID, door: DoorDep, response: Response) -> BoardOut:
    """Show one board."""
    board = await door.read(queries.board, board_id)
    response.headers["ETag"] = etag(board.version)
    return BoardOut.of(board)


@operations.get("/{board_id}/timeline", may=PUBLIC)
async def show_board_timeline(board_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a board, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, board_id)]
