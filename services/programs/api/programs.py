"""Programmes API."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.programs.api.views import ProgramOut
from services.programs.commands import approval
from services.programs.commands import programs as commands
from services.programs.permissions import COORDINATOR, LEAD
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
    approval.approve_program,
    may=COORDINATOR,
    label=N_("approve a programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/close",
    commands.close_program,
    may=COORDINATOR + LEAD,
    label=N_("close a programme"),
    shows=ProgramOut,
)
operations.do(
    "/programs/{program_id}/abandon",
    commands.abandon_program,
    may=COORDINATOR + LEAD,
    label=N_("abandon a programme"),
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
