"""Programmes API."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.programs.api.views import ProgramOut
from services.programs.commands import approval, learning, proposals
from services.programs.commands import programs as commands
from services.programs.permissions import COORDINATOR, PARTY
from services.programs.queries import programs as queries
from shared.contracts.vocabulary import ProgramState
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("programmes")

operations.create(
    "/programs",
    proposals.propose_program,
    may=COORDINATOR + PARTY,
    label=N_("propose a programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/revise",
    proposals.revise_program,
    may=COORDINATOR + PARTY,
    label=N_("revise a proposed programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/withdraw",
    proposals.withdraw_program,
    may=COORDINATOR + PARTY,
    label=N_("withdraw a proposed programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/endorse",
    approval.endorse_program,
    may=PARTY,
    label=N_("endorse a proposed programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/decline",
    approval.decline_program,
    may=PARTY,
    label=N_("decline a proposed programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/approve",
    approval.approve_program,
    may=COORDINATOR + PARTY,
    label=N_("approve a proposed programme on a decision of the board"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/close",
    commands.close_program,
    may=COORDINATOR + PARTY,
    label=N_("close a programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/abandon",
    commands.abandon_program,
    may=COORDINATOR + PARTY,
    label=N_("abandon a programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/recommendations/{recommendation_id}/follow",
    learning.follow_recommendation,
    may=PARTY,
    label=N_("record what followed a recommendation"),
    shows=ProgramOut,
)


@operations.get("/programs", may=PUBLIC)
async def list_programs(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    state: ProgramState | None = None,
    problem_id: UUID | None = None,
    q: Words | None = None,
) -> Page[ProgramOut]:
    """List programmes: of one partnership, in one state, on one problem, or all.

    ``q`` finds those with all its words in the title, context, objectives or place.
    """
    programs = await door.read(
        queries.list_programs, partnership_id, state, problem_id, q, paging.after, paging.limit + 1
    )
    return paging.page(programs, ProgramOut.of, lambda item: item.id)


@operations.get("/programs/{program_id}", may=PUBLIC)
async def show_program(program_id: UUID, door: DoorDep, response: Response) -> ProgramOut:
    """Show one programme with its stages."""
    program = await door.read(queries.program, program_id)
    response.headers["ETag"] = etag(program.version)
    return ProgramOut.of(program)


@operations.get("/programs/{program_id}/timeline", may=PUBLIC)
async def show_program_timeline(program_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a programme and its stages, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, program_id)]
