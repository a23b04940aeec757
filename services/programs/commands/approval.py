"""Programme approval: stages, problems, template, preceding cycle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from babel.numbers import is_currency
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.programs.commands import deadlines
from services.programs.commands.fields import Before
from services.programs.model.cycle import Answer, RecommendationUnknown
from services.programs.model.plan import check_dates, dependencies
from services.programs.model.program import Addressed, Program
from services.programs.model.stage import Stage
from services.programs.model.template import StageTemplate
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.problems import problems
from services.programs.tables.programs import programs
from services.programs.tables.templates import shipped
from shared.command import Command, Part
from shared.contracts.programs import ProgramApproved, RecommendationAnswered, StageFacts
from shared.contracts.vocabulary import Phase, ProgramState
from shared.database.backdating import Entered, entered
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Prose
from shared.refusal import N_, Refusal
from shared.search_key import search_key

LARGEST_BUDGET = 10**15


class ResponsibleIsNoParty(Refusal):
    """The responsible organisation of a stage is bound by the partnership."""

    kind = "invalid"
    message = "The organisation responsible for stage %(position)s is not a party of the partnership."
    remedy = "Choose one of the partnership's parties that is not an observer."


class ProblemUnknown(Refusal):
    """A programme addresses problems of its own partnership."""

    kind = "invalid"
    message = "The partnership has no problem with the id %(id)s."
    remedy = "Register the problem for this partnership first."


class TemplateUnknown(Refusal):
    """The template of the stages must exist."""

    kind = "invalid"
    message = "There is no stage template with the id %(id)s."
    remedy = "List the templates to see their ids, or leave the template out."


class PreviousContinuedAlready(Refusal):
    """A programme has only one following cycle."""

    kind = "conflict"
    message = "The programme %(id)s already has a following programme."
    remedy = "Continue the following programme once it is closed, or abandon it first."


def _known(code: str) -> str:
    if not is_currency(code):
        raise PydanticCustomError("unknown_currency", N_("not an ISO 4217 currency code"))
    return code


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["IDR"]), AfterValidator(_known)]


class StagePlanIn(Part):
    """A planned stage: its work, its responsible party, its dependencies and its dates."""

    title: Line
    responsible: UUID
    phase: Phase | None = None
    deliverables: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    depends_on: Annotated[
        tuple[Annotated[int, Field(ge=1, le=50)], ...] | None,
        Field(
            max_length=50,
            description="Positions of stages, counted from 1. By default the previous stage; []: none.",
        ),
    ] = None
    planned_start: Day | None = None
    planned_end: Day | None = None


class MoneyIn(Part):
    """An amount in whole units of a currency (ISO 4217)."""

    amount: Annotated[int, Field(ge=0, le=LARGEST_BUDGET)]
    currency: Currency


class RecommendationAnswerIn(Part):
    """The answer to a recommendation of the previous programme; a rejection needs a reason."""

    recommendation_id: UUID
    adopted: bool
    reason: Prose | None = None


class ApproveProgram(Command):
    """Approve a programme for a signed partnership (coordinator of the partnership's agency).

    ``previous_id`` makes it the next cycle of a closed one, whose recommendations ``answers`` answer. A
    budget is reported (IATI) over the planned days; without dates of the programme, those of its stages;
    without any, over the calendar year in which the programme begins.
    """

    partnership_id: UUID
    title: Line
    context: Prose | None = None
    objectives: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=20)]
    problems: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()
    budget: MoneyIn | None = None
    planned_start: Day | None = None
    planned_end: Day | None = None
    template_id: UUID | None = None
    previous_id: UUID | None = None
    answers: Annotated[tuple[RecommendationAnswerIn, ...], Field(max_length=50)] = ()
    approved_on: Before = None
    stages: Annotated[tuple[StagePlanIn, ...], Field(min_length=1, max_length=50)]


def approve_program(tx: Transaction, command: ApproveProgram) -> Program:
    """Approve a programme for a signed partnership that has not ended (a coordinator of its agency)."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
    REGISTRY.permit(tx, partnership)
    partnership.require_open()
    check_dates(command.planned_start, command.planned_end)
    context, budget = command.context or "", command.budget
    when = entered(tx, command.approved_on, tx.today_in(partnership.area))
    program = Program(
        id=tx.new_id(),
        agency=partnership.agency,
        partnership_id=command.partnership_id,
        title=command.title,
        context=context,
        objectives=list(command.objectives),
        approved_at=when.at,
        entered_afterwards=when.afterwards,
        template_id=_template(tx, command.template_id),
        budget_amount=budget.amount if budget else None,
        budget_currency=budget.currency if budget else None,
        planned_start=command.planned_start,
        planned_end=command.planned_end,
        stages=_stages(tx, command),
        addressed=_addressed(tx, command),
        search_key=search_key(partnership.area, command.title, context, *command.objectives),
    )
    _continue(tx, program, command)
    tx.add(program)
    tx.record(_approved(program, when))
    _record_answers(tx, program)
    for stage in program.stages:
        deadlines.watch(tx, program, stage)
    return program


def _stages(tx: Transaction, command: ApproveProgram) -> list[Stage]:
    members = REGISTRY.bound_by(tx.session, command.partnership_id)
    waits = dependencies([plan.depends_on for plan in command.stages])
    stages = []
    for position, plan in enumerate(command.stages, 1):
        if plan.responsible not in members:
            raise ResponsibleIsNoParty(position=position)
        check_dates(plan.planned_start, plan.planned_end)
        stages.append(
            Stage(
                id=tx.new_id(),
                position=position,
                title=plan.title,
                responsible=plan.responsible,
                phase=plan.phase,
                deliverables=list(plan.deliverables),
                depends_on=waits[position - 1],
                planned_start=plan.planned_start,
                planned_end=plan.planned_end,
            )
        )
    return stages


def _addressed(tx: Transaction, command: ApproveProgram) -> list[Addressed]:
    query = sa.select(problems.c.id).where(
        problems.c.partnership_id == command.partnership_id, problems.c.id.in_(command.problems)
    )
    known = set(tx.session.execute(query).scalars())
    wanted = sorted(set(command.problems))
    for problem in wanted:
        if problem not in known:
            raise ProblemUnknown(id=str(problem))
    return [Addressed(problem_id=problem) for problem in wanted]


def _template(tx: Transaction, template_id: UUID | None) -> UUID | None:
    if template_id is None or template_id in shipped():
        return template_id
    if tx.session.get(StageTemplate, template_id) is None:
        raise TemplateUnknown(id=str(template_id))
    return template_id


def _continue(tx: Transaction, program: Program, command: ApproveProgram) -> None:
    answers = [
        Answer(answer.recommendation_id, answer.adopted, answer.reason or "") for answer in command.answers
    ]
    if command.previous_id is None:
        if answers:
            raise RecommendationUnknown(id=str(answers[0].recommendation_id))
        return
    # Locked, so that the second of two concurrent continuations sees the first.
    previous = tx.get(Program, command.previous_id)
    program.continue_from(previous, answers)
    query = sa.select(programs.c.id).where(
        programs.c.previous_id == previous.id, programs.c.state != ProgramState.ABANDONED
    )
    if tx.session.execute(query).first() is not None:
        raise PreviousContinuedAlready(id=str(previous.id))


def _approved(program: Program, when: Entered) -> ProgramApproved:
    return ProgramApproved(
        program_id=program.id,
        partnership_id=program.partnership_id,
        title=program.title,
        cycle=program.cycle,
        previous_id=program.previous_id,
        problems=program.problems,
        planned_start=program.planned_start,
        planned_end=program.planned_end,
        stages=_facts(program.stages),
        on=when.on,
        entered_afterwards=when.afterwards,
    )


def _facts(stages: Sequence[Stage]) -> tuple[StageFacts, ...]:
    ids = {stage.position: stage.id for stage in stages}
    return tuple(
        StageFacts(
            stage_id=stage.id,
            position=stage.position,
            title=stage.title,
            responsible=stage.responsible,
            depends_on=tuple(ids[position] for position in stage.depends_on),
            planned_start=stage.planned_start,
            planned_end=stage.planned_end,
        )
        for stage in stages
    )


def _record_answers(tx: Transaction, program: Program) -> None:
    for answer in program.answers:
        tx.record(
            RecommendationAnswered(
                program_id=program.id,
                partnership_id=program.partnership_id,
                recommendation_id=answer.recommendation_id,
                adopted=answer.adopted,
                reason=answer.reason,
            )
        )
