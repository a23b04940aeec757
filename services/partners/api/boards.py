"""Boards over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.partners.commands import boards as commands
from services.partners.model.board import Board
from services.partners.permissions import COORDINATOR, SECRETARY
from services.partners.queries import boards as queries
from shared.contracts.vocabulary import BoardKind, BoardState, Position, QuorumRule
from shared.fields import Day, Line, ReasonIn, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("boards")

Votes = Annotated[int, Field(ge=0, le=10_000)]


class SeatIn(RequestBody):
    """Who holds a seat, for which party, in which position; ``until`` is the last day of the term."""

    holder: UUID
    organisation_id: UUID
    position: Position
    since: Day | None = None
    until: Day | None = None


class BoardIn(RequestBody):
    """A board to constitute; ``quorum`` in percent of the filled seats (50: at least half of them).

    ``quorum_rule`` says it as a law does, more than half or two thirds, instead. A board that was constituted
    earlier gives the day.
    """

    partnership_id: UUID
    kind: BoardKind
    name: Line
    quorum: int = Field(default=50, ge=1, le=100)
    quorum_rule: QuorumRule = QuorumRule.PERCENT
    constituted_on: Day | None = None
    seats: list[SeatIn] = Field(min_length=1, max_length=200)


class ElectionIn(RequestBody):
    """An election: at a quorate meeting of the board, or (without ``meeting_id``) by half of its members."""

    holder: UUID
    organisation_id: UUID
    position: Position
    until: Day | None = None
    votes: Votes
    cast: Votes
    meeting_id: UUID | None = None


class SeatOut(BaseModel):
    """A seat, filled or not any more; on ``ended_on`` itself it is no longer held."""

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
    """A board with every seat that it ever had, in the order in which they were filled.

    It is ``incomplete`` while it stands without a chair, or without anybody who is not police. ``in_office``
    are the seats (by their ids) that are held; of a board that was dissolved none is.
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


@operations.post(
    "/boards", may=COORDINATOR, label=N_("constitute a board"), status_code=201, response_model=BoardOut
)
async def constitute_board(body: BoardIn, door: DoorDep) -> Response:
    """Constitute a board of a partnership (role coordinator)."""
    seats = tuple(
        commands.SeatTerms(seat.holder, seat.organisation_id, seat.position, seat.since, seat.until)
        for seat in body.seats
    )
    command = commands.ConstituteBoard(
        body.partnership_id, body.kind, body.name, body.quorum, seats, body.quorum_rule, body.constituted_on
    )
    return await door.create(commands.constitute_board, command, BoardOut.of)


@operations.get("/boards", may=PUBLIC)
async def list_boards(
    door: DoorDep, paging: PageDep, partnership_id: UUID | None = None, state: BoardState | None = None
) -> Page[BoardOut]:
    """List boards."""
    wanted = {"partnership_id": partnership_id, "state": state}
    found = await door.read(queries.list_boards, wanted, paging.after, paging.limit + 1)
    return paging.page(found, BoardOut.of, lambda item: item.id)


@operations.get("/boards/{board_id}", may=PUBLIC)
async def show_board(board_id: UUID, door: DoorDep, response: Response) -> BoardOut:
    """Show one board."""
    found = await door.read(queries.board, board_id)
    response.headers["ETag"] = etag(found.version)
    return BoardOut.of(found)


@operations.post(
    "/boards/{board_id}/elections",
    may=SECRETARY,
    label=N_("fill a seat of a board"),
    status_code=201,
    response_model=BoardOut,
)
async def elect_member(board_id: UUID, body: ElectionIn, door: DoorDep) -> Response:
    """Record an election (role secretary); a new chair takes the old one's place."""
    command = commands.ElectMember(board_id=board_id, **body.model_dump())
    return await door.create(commands.elect_member, command, BoardOut.of)


@operations.post(
    "/boards/{board_id}/seats/{seat_id}/vacate",
    may=SECRETARY,
    label=N_("free a seat of a board"),
    response_model=BoardOut,
)
async def vacate_seat(board_id: UUID, seat_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Record that the holder of a seat leaves (role secretary)."""
    command = commands.VacateSeat(board_id, seat_id, body.reason)
    return await door.do(commands.vacate_seat, command, BoardOut.of)


@operations.post(
    "/boards/{board_id}/dissolve", may=COORDINATOR, label=N_("dissolve a board"), response_model=BoardOut
)
async def dissolve_board(board_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Dissolve a board and call its coming meetings off (role coordinator)."""
    command = commands.DissolveBoard(board_id, body.reason)
    return await door.do(commands.dissolve_board, command, BoardOut.of)


@operations.get("/boards/{board_id}/timeline", may=PUBLIC)
async def show_board_timeline(board_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a board, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, board_id)]
