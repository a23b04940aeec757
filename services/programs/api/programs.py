"""Programmes over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from babel.numbers import is_currency
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.programs.api.views import ProgramOut
from services.programs.commands import approval
from services.programs.commands import programs as commands
from services.programs.commands.fields import Before
from services.programs.model.plan import StagePlan
from services.programs.model.program import HandOver, ProgramState
from services.programs.permissions import COORDINATOR, LEAD
from services.programs.queries import programs as queries
from shared.contracts.programs import Phase
from shared.fields import Day, Line, Prose, ReasonIn, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep, Words
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("programmes")
LARGEST_BUDGET = 10**15


def _known(code: str) -> str:
    if not is_currency(code):
        raise PydanticCustomError("unknown_currency", N_("not a currency code of ISO 4217"))
    return code


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["IDR"]), AfterValidator(_known)]


class StagePlanIn(RequestBody):
    """A stage to come: what is done, which party does it, after which other stages, and when."""

    title: Line
    responsible: UUID
    phase: Phase | None = None
    deliverables: list[Line] = Field(default_factory=list, max_length=20)
    depends_on: list[Annotated[int, Field(ge=1, le=50)]] | None = Field(
        default=None,
        max_length=50,
        description="Positions of stages, counted from 1. Left out: the stage before; []: none.",
    )
    planned_start: Day | None = None
    planned_end: Day | None = None


class MoneyIn(RequestBody):
    """An amount in whole units of a currency (ISO 4217)."""

    amount: int = Field(ge=0, le=LARGEST_BUDGET)
    currency: Currency


class RecommendationAnswerIn(RequestBody):
    """What becomes of a recommendation of the programme before; a rejection needs a reason."""

    recommendation_id: UUID
    adopted: bool
    reason: Prose | None = None


class ProgramIn(RequestBody):
    """A programme with its ordered stages; ``previous_id`` makes it the next cycle of a closed one.

    A budget is reported (IATI) over the planned days, of the stages where the programme has none; without any
    it counts as one of the calendar year in which the programme begins.
    """

    partnership_id: UUID
    title: Line
    context: Prose | None = None
    objectives: list[Prose] = Field(min_length=1, max_length=20)
    problems: list[UUID] = Field(default_factory=list, max_length=50)
    budget: MoneyIn | None = None
    planned_start: Day | None = None
    planned_end: Day | None = None
    template_id: UUID | None = None
    previous_id: UUID | None = None
    answers: list[RecommendationAnswerIn] = Field(default_factory=list, max_length=50)
    approved_on: Before = None
    stages: list[StagePlanIn] = Field(min_length=1, max_length=50)


class HandOverIn(RequestBody):
    """Who carries on what the programme began, and what that needs."""

    organisation_id: UUID
    note: Prose


class ClosingIn(RequestBody):
    """What the next cycle should do, and to whom the work is handed over when none shall follow.

    ``decision_id`` is the decision of the partnership's board that closed it, where there was one.
    """

    recommendations: list[Prose] = Field(default_factory=list, max_length=50)
    handover: HandOverIn | None = None
    decision_id: UUID | None = None
    on: Before = None


class AbandoningIn(ReasonIn):
    """Why a programme is given up."""

    on: Before = None


@operations.post(
    "/programs", may=COORDINATOR, label=N_("approve a programme"), status_code=201, response_model=ProgramOut
)
async def approve_program(body: ProgramIn, door: DoorDep) -> Response:
    """Approve a programme for a signed partnership (role coordinator, of the partnership's agency)."""
    command = approval.ApproveProgram(
        partnership_id=body.partnership_id,
        title=body.title,
        context=body.context or "",
        objectives=tuple(body.objectives),
        stages=tuple(_plan(one) for one in body.stages),
        problems=tuple(body.problems),
        budget=(body.budget.amount, body.budget.currency) if body.budget else None,
        planned_start=body.planned_start,
        planned_end=body.planned_end,
        template_id=body.template_id,
        previous_id=body.previous_id,
        answers=tuple((one.recommendation_id, one.adopted, one.reason or "") for one in body.answers),
        approved_on=body.approved_on,
    )
    return await door.create(approval.approve_program, command, ProgramOut.of)


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

    With ``q`` those in whose title, context, objectives or place every one of its words stands.
    """
    found = await door.read(
        queries.list_programs, partnership_id, state, problem_id, q, paging.after, paging.limit + 1
    )
    return paging.page(found, ProgramOut.of, lambda one: one.id)


@operations.get("/programs/{program_id}", may=PUBLIC)
async def show_program(program_id: UUID, door: DoorDep, response: Response) -> ProgramOut:
    """Show one programme with its stages."""
    found = await door.read(queries.program, program_id)
    response.headers["ETag"] = etag(found.version)
    return ProgramOut.of(found)


@operations.get("/programs/{program_id}/timeline", may=PUBLIC)
async def show_program_timeline(program_id: UUID, door: DoorDep) -> list[Happened]:
    """Show what happened to a programme and its stages, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.timeline, program_id)]


@operations.post(
    "/programs/{program_id}/close",
    may=COORDINATOR + LEAD,
    label=N_("close a programme"),
    response_model=ProgramOut,
)
async def close_program(program_id: UUID, body: ClosingIn, door: DoorDep) -> Response:
    """Close a programme whose stages are completed or skipped (a coordinator, or the lead party)."""
    handover = HandOver(body.handover.organisation_id, body.handover.note) if body.handover else None
    advice = tuple(body.recommendations)
    command = commands.CloseProgram(program_id, advice, handover, body.decision_id, body.on)
    return await door.do(commands.close_program, command, ProgramOut.of)


@operations.post(
    "/programs/{program_id}/abandon",
    may=COORDINATOR + LEAD,
    label=N_("abandon a programme"),
    response_model=ProgramOut,
)
async def abandon_program(program_id: UUID, body: AbandoningIn, door: DoorDep) -> Response:
    """Give a programme up, for a reason (a coordinator, or the lead party)."""
    command = commands.AbandonProgram(program_id, body.reason, body.on)
    return await door.do(commands.abandon_program, command, ProgramOut.of)


def _plan(stage: StagePlanIn) -> StagePlan:
    return StagePlan(
        title=stage.title,
        responsible=stage.responsible,
        phase=stage.phase,
        deliverables=tuple(stage.deliverables),
        depends_on=None if stage.depends_on is None else tuple(stage.depends_on),
        planned_start=stage.planned_start,
        planned_end=stage.planned_end,
    )
