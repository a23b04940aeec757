"""The analysis of a problem over HTTP: root causes, options, the response."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from services.programs.api.problems import ProblemOut
from services.programs.commands import analysis as commands
from services.programs.permissions import COORDINATOR, PARTY
from shared.contracts.programs import Side
from shared.fields import Day, Line, Prose, ReasonIn, RequestBody
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.i18n import N_

operations = Operations("problems", at="/problems/{problem_id}")


class RootCauseIn(RequestBody):
    """A cause on one side of the problem-analysis triangle, with evidence as text, as files, or both."""

    side: Side
    statement: Prose = Field(description="No names of people")
    evidence: Prose | None = None
    files: list[UUID] = Field(default_factory=list, max_length=20, description="Ids of uploaded evidence")


class OptionIn(RequestBody):
    """A way to respond, as it is compared with the others."""

    title: Line
    description: Prose
    expected_effect: Prose
    cost: Prose | None = None
    effort: Prose | None = None


class CarriedOutIn(RequestBody):
    """When the response was carried out, how, and by which party (a coordinator must name it)."""

    on: Day
    note: Prose
    organisation_id: UUID | None = Field(default=None, description="Left out: the representative's own")


@operations.post(
    "/root-causes",
    may=COORDINATOR + PARTY,
    label=N_("record a root cause"),
    status_code=201,
    response_model=ProblemOut,
)
async def identify_root_cause(problem_id: UUID, body: RootCauseIn, door: DoorDep) -> Response:
    """Name a root cause with what shows it (a coordinator, or a party's representative)."""
    command = commands.IdentifyRootCause(
        problem_id, body.side, body.statement, body.evidence or "", tuple(body.files)
    )
    return await door.create(commands.identify_root_cause, command, ProblemOut.of)


@operations.post(
    "/options",
    may=COORDINATOR + PARTY,
    label=N_("propose a way to respond"),
    status_code=201,
    response_model=ProblemOut,
)
async def propose_option(problem_id: UUID, body: OptionIn, door: DoorDep) -> Response:
    """Propose a way to respond (a coordinator, or a party's representative)."""
    command = commands.ProposeOption(
        problem_id, body.title, body.description, body.expected_effect, body.cost or "", body.effort or ""
    )
    return await door.create(commands.propose_option, command, ProblemOut.of)


@operations.post(
    "/options/{option_id}/choose",
    may=COORDINATOR + PARTY,
    label=N_("choose a response"),
    response_model=ProblemOut,
)
async def choose_response(problem_id: UUID, option_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Choose the response among at least two options (a coordinator, or a party's representative)."""
    command = commands.ChooseResponse(problem_id, option_id, body.reason)
    return await door.do(commands.choose_response, command, ProblemOut.of)


@operations.post(
    "/carry-out",
    may=COORDINATOR + PARTY,
    label=N_("record that a response was carried out"),
    response_model=ProblemOut,
)
async def carry_out_response(problem_id: UUID, body: CarriedOutIn, door: DoorDep) -> Response:
    """Record that the response was carried out by other work than a programme's stages."""
    command = commands.CarryOutResponse(problem_id, body.on, body.note, body.organisation_id)
    return await door.do(commands.carry_out_response, command, ProblemOut.of)
