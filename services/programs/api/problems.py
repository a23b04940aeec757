"""Problems API.

No field is meant for names of people: identities of suspects, victims and witnesses are not stored.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.programs.commands import problems as commands
from services.programs.model.problem import Problem
from services.programs.permissions import COORDINATOR, PARTY
from services.programs.queries import problems as queries
from shared.contracts.vocabulary import FindingSource, Impact, ProblemPhase, Severity, Side
from shared.fields import Slug
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("problems")


class IncidentOut(BaseModel):
    """An incident; ``recurrence`` tells that its day is after that of the response.

    ``severity`` and ``source`` are null if nobody said them.
    """

    id: UUID
    reference: str
    on: date
    area: str
    note: str
    recurrence: bool
    recorded_at: datetime
    severity: Severity | None
    source: FindingSource | None


class SignalOut(BaseModel):
    """An early sign, and the organisation that acted on it.

    ``severity`` is that of what it points to; it and ``source`` are null if nobody said them.
    """

    id: UUID
    on: date
    area: str
    note: str
    observed_at: datetime
    acted_on: date | None
    acted_by: UUID | None
    act: str
    severity: Severity | None
    source: FindingSource | None


class RootCauseOut(BaseModel):
    """A root cause and its evidence: a text, the ids of uploaded files, or both."""

    id: UUID
    side: Side
    statement: str
    evidence: str
    files: list[UUID]
    identified_at: datetime


class OptionOut(BaseModel):
    """A possible response."""

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
    """A problem with its whole analysis.

    ``response_on`` is the day of the response: when it was carried out, else when a programme for the
    problem first completed a stage.
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


operations.create(
    "/problems",
    commands.register_problem,
    may=COORDINATOR + PARTY,
    label=N_("register a problem"),
    shows=ProblemOut,
)
operations.create(
    "/problems/{problem_id}/incidents",
    commands.record_incident,
    may=COORDINATOR + PARTY,
    label=N_("record an incident"),
    shows=ProblemOut,
)
operations.create(
    "/problems/{problem_id}/signals",
    commands.observe_signal,
    may=COORDINATOR + PARTY,
    label=N_("record an early sign"),
    shows=ProblemOut,
)
operations.do(
    "/problems/{problem_id}/signals/{signal_id}/act",
    commands.act_on_signal,
    may=PARTY,
    label=N_("record that an early sign was acted on"),
    shows=ProblemOut,
)
operations.do(
    "/problems/{problem_id}/move",
    commands.move_problem,
    may=COORDINATOR + PARTY,
    label=N_("move a problem to another phase"),
    shows=ProblemOut,
)


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

    ``q`` finds those with all its words in the title, description or place.
    """
    problems = await door.read(
        queries.list_problems, partnership_id, phase, problem_type, q, paging.after, paging.limit + 1
    )
    return paging.page(problems, ProblemLine.of, lambda item: item.id)


@operations.get("/problems/{problem_id}", may=PUBLIC)
async def show_problem(problem_id: UUID, door: DoorDep, response: Response) -> ProblemOut:
    """Show one problem with its incidents, signals, root causes and options."""
    problem = await door.read(queries.problem, problem_id)
    response.headers["ETag"] = etag(problem.version)
    return ProblemOut.of(problem)


@operations.get("/problems/{problem_id}/timeline", may=PUBLIC)
async def show_problem_timeline(problem_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a problem, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, problem_id)]
