"""Problems over HTTP: what happens, and the phases of the work on it.

No field here is for the name of a person: no suspect's, no victim's, no witness's identity is stored.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field
from starlette.responses import Response

from services.programs.commands import problems as commands
from services.programs.model.problem import Problem
from services.programs.model.sara import ProblemPhase
from services.programs.permissions import COORDINATOR, PARTY
from services.programs.queries import problems as queries
from shared.contracts.programs import Impact, Side
from shared.fields import AreaCode, Day, Line, Prose, RequestBody, Slug
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("problems")


class ProblemIn(RequestBody):
    """What disturbs, hinders, damages or destroys; ``problem_type`` is a slug that chooses templates."""

    partnership_id: UUID
    title: Line
    description: Prose
    area: AreaCode
    problem_type: Slug = Field(examples=["street-racing"])
    impact: Impact


class IncidentIn(RequestBody):
    """Something that happened, by its reference in the records of whoever handled it; no names of people."""

    reference: Line
    on: Day
    area: AreaCode
    note: Prose | None = Field(default=None, description="No names of people")


class ObservationIn(RequestBody):
    """An early sign; no names of people."""

    on: Day
    area: AreaCode
    note: Prose = Field(description="No names of people")


class SignalActIn(RequestBody):
    """What the actor's organisation did about an early sign."""

    on: Day
    act: Prose


class PhaseIn(RequestBody):
    """The phase to go to.

    Going back needs a ``reason``; an analysis with fewer than two incidents needs an ``exception_reason``.
    """

    to: ProblemPhase
    reason: Prose | None = None
    exception_reason: Prose | None = None


class IncidentOut(BaseModel):
    """An incident; ``recurrence`` tells that its day is after that of the response."""

    id: UUID
    reference: str
    on: date
    area: str
    note: str
    recurrence: bool
    recorded_at: datetime


class SignalOut(BaseModel):
    """An early sign, and who acted on it."""

    id: UUID
    on: date
    area: str
    note: str
    observed_at: datetime
    acted_on: date | None
    acted_by: UUID | None
    act: str


class RootCauseOut(BaseModel):
    """A cause, and what shows it: a text, the ids of uploaded evidence, or both."""

    id: UUID
    side: Side
    statement: str
    evidence: str
    files: list[UUID]
    identified_at: datetime


class OptionOut(BaseModel):
    """A way to respond."""

    id: UUID
    title: str
    description: str
    expected_effect: str
    cost: str
    effort: str
    proposed_at: datetime


class ProblemLine(BaseModel):
    """A problem in a list."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    area: str
    problem_type: str
    impact: Impact
    phase: str
    registered_at: datetime

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The view of a problem."""
        return cls.model_validate(problem, from_attributes=True)


class ProblemOut(ProblemLine):
    """A problem with all that is known of it.

    ``response_on`` is the day of the response: when it was carried out, else when a stage of a programme for
    the problem was completed first.
    """

    description: str
    exception_reason: str
    chosen_option: UUID | None
    choice_reason: str
    carried_out_on: date | None
    carried_out_by: UUID | None
    carried_out_note: str
    response_on: date | None
    incidents: list[IncidentOut]
    signals: list[SignalOut]
    root_causes: list[RootCauseOut]
    options: list[OptionOut]


@operations.post(
    "/problems",
    may=COORDINATOR + PARTY,
    label=N_("register a problem"),
    status_code=201,
    response_model=ProblemOut,
)
async def register_problem(body: ProblemIn, door: DoorDep) -> Response:
    """Register a problem of a signed partnership (a coordinator, or a party's representative)."""
    command = commands.RegisterProblem(**body.model_dump())
    return await door.create(commands.register_problem, command, ProblemOut.of)


@operations.get("/problems", may=PUBLIC)
async def list_problems(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    phase: ProblemPhase | None = None,
    problem_type: Slug | None = None,
    q: Words | None = None,
) -> Page[ProblemLine]:
    """List problems: of one partnership, in one phase, of one type, or all.

    With ``q`` those in whose title, description or place every one of its words stands.
    """
    found = await door.read(
        queries.list_problems, partnership_id, phase, problem_type, q, paging.after, paging.limit + 1
    )
    return paging.page(found, ProblemLine.of, lambda one: one.id)


@operations.get("/problems/{problem_id}", may=PUBLIC)
async def show_problem(problem_id: UUID, door: DoorDep, response: Response) -> ProblemOut:
    """Show one problem with its incidents, signals, root causes and options."""
    found = await door.read(queries.problem, problem_id)
    response.headers["ETag"] = etag(found.version)
    return ProblemOut.of(found)


@operations.get("/problems/{problem_id}/timeline", may=PUBLIC)
async def show_problem_timeline(problem_id: UUID, door: DoorDep) -> list[Happened]:
    """Show what happened to a problem, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.timeline, problem_id)]


@operations.post(
    "/problems/{problem_id}/incidents",
    may=COORDINATOR + PARTY,
    label=N_("record an incident"),
    status_code=201,
    response_model=ProblemOut,
)
async def record_incident(problem_id: UUID, body: IncidentIn, door: DoorDep) -> Response:
    """Record an incident, without names of people (a coordinator, or a party's representative)."""
    command = commands.RecordIncident(problem_id, body.reference, body.on, body.area, body.note or "")
    return await door.create(commands.record_incident, command, ProblemOut.of)


@operations.post(
    "/problems/{problem_id}/signals",
    may=COORDINATOR + PARTY,
    label=N_("record an early sign"),
    status_code=201,
    response_model=ProblemOut,
)
async def observe_signal(problem_id: UUID, body: ObservationIn, door: DoorDep) -> Response:
    """Record an early sign, without names of people (a coordinator, or a party's representative)."""
    command = commands.ObserveSignal(problem_id, body.on, body.area, body.note)
    return await door.create(commands.observe_signal, command, ProblemOut.of)


@operations.post(
    "/problems/{problem_id}/signals/{signal_id}/act",
    may=PARTY,
    label=N_("record that an early sign was acted on"),
    response_model=ProblemOut,
)
async def act_on_signal(problem_id: UUID, signal_id: UUID, body: SignalActIn, door: DoorDep) -> Response:
    """Note that one's own organisation, a party, acted on an early sign (role representative)."""
    command = commands.ActOnSignal(problem_id, signal_id, body.on, body.act)
    return await door.do(commands.act_on_signal, command, ProblemOut.of)


@operations.post(
    "/problems/{problem_id}/move",
    may=COORDINATOR + PARTY,
    label=N_("move a problem to another phase"),
    response_model=ProblemOut,
)
async def move_problem(problem_id: UUID, body: PhaseIn, door: DoorDep) -> Response:
    """Move the work on a problem to another phase (a coordinator, or a party's representative)."""
    command = commands.MoveProblem(problem_id, body.to, body.reason or "", body.exception_reason or "")
    return await door.do(commands.move_problem, command, ProblemOut.of)
