"""The stages of a programme over HTTP."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from services.programs.api.fields import Before
from services.programs.api.views import ProgramOut
from services.programs.commands import planning
from services.programs.commands import stages as commands
from services.programs.permissions import COORDINATOR, LEAD, PARTY
from shared.fields import Day, ReasonIn, RequestBody
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("programmes", at="/programs/{program_id}/stages/{stage_id}")


class BeginningIn(RequestBody):
    """Who leads the work, by an opaque id; left out, the one who starts it."""

    led_by: UUID | None = None
    on: Before = None


class SubmissionIn(RequestBody):
    """The evidence of a stage, by the ids of the uploads."""

    evidence: list[UUID] = Field(max_length=50)
    on: Before = None


class AcceptanceIn(RequestBody):
    """When a stage was accepted."""

    on: Before = None


class ReplanIn(ReasonIn):
    """The planned dates from now on (null: none), and why they are others."""

    planned_start: Day | None
    planned_end: Day | None


class ReassignmentIn(ReasonIn):
    """The party that does a stage from now on, and why."""

    responsible: UUID


@operations.post("/start", may=PARTY, label=N_("start a stage"), response_model=ProgramOut)
async def start_stage(
    program_id: UUID, stage_id: UUID, door: DoorDep, body: BeginningIn | None = None
) -> Response:
    """Start a stage (the responsible party), after the stages for which it waits."""
    command = commands.StartStage(
        program_id, stage_id, body.led_by if body else None, body.on if body else None
    )
    return await door.do(commands.start_stage, command, ProgramOut.of)


@operations.post("/submit", may=PARTY, label=N_("submit a stage"), response_model=ProgramOut)
async def submit_stage(program_id: UUID, stage_id: UUID, body: SubmissionIn, door: DoorDep) -> Response:
    """Submit a stage with its evidence (the responsible party)."""
    command = commands.SubmitStage(program_id, stage_id, tuple(body.evidence), body.on)
    return await door.do(commands.submit_stage, command, ProgramOut.of)


@operations.post("/accept", may=PARTY, label=N_("accept a stage"), response_model=ProgramOut)
async def accept_stage(
    program_id: UUID, stage_id: UUID, door: DoorDep, body: AcceptanceIn | None = None
) -> Response:
    """Accept a submitted stage (another party and another person than the submitter)."""
    command = commands.AcceptStage(program_id, stage_id, body.on if body else None)
    return await door.do(commands.accept_stage, command, ProgramOut.of)


@operations.post("/return", may=PARTY, label=N_("return a stage"), response_model=ProgramOut)
async def return_stage(program_id: UUID, stage_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Return a submitted stage with a reason (another party and another person than the submitter)."""
    command = commands.ReturnStage(program_id, stage_id, body.reason)
    return await door.do(commands.return_stage, command, ProgramOut.of)


@operations.post("/skip", may=COORDINATOR + LEAD, label=N_("skip a stage"), response_model=ProgramOut)
async def skip_stage(program_id: UUID, stage_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Give a stage up, for a reason (a coordinator, or the lead party)."""
    command = commands.SkipStage(program_id, stage_id, body.reason)
    return await door.do(commands.skip_stage, command, ProgramOut.of)


@operations.post("/replan", may=COORDINATOR + PARTY, label=N_("replan a stage"), response_model=ProgramOut)
async def replan_stage(program_id: UUID, stage_id: UUID, body: ReplanIn, door: DoorDep) -> Response:
    """Give a stage other planned dates, for a reason (a coordinator, or a representative)."""
    command = planning.ReplanStage(program_id, stage_id, body.planned_start, body.planned_end, body.reason)
    return await door.do(planning.replan_stage, command, ProgramOut.of)


@operations.post(
    "/reassign", may=COORDINATOR + LEAD, label=N_("give a stage to another party"), response_model=ProgramOut
)
async def reassign_stage(program_id: UUID, stage_id: UUID, body: ReassignmentIn, door: DoorDep) -> Response:
    """Have another party do a stage before it is submitted (a coordinator, or the lead party)."""
    command = planning.ReassignStage(program_id, stage_id, body.responsible, body.reason)
    return await door.do(planning.reassign_stage, command, ProgramOut.of)
