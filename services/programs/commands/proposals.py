"""Programme proposals: stages, problems, template, preceding cycle."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from babel.numbers import is_currency
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.programs.commands import approval
from services.programs.commands.fields import Before
from services.programs.model.cycle import Answer, RecommendationUnknown
from services.programs.model.plan import check_dates, dependencies
from services.programs.model.program import Addressed, Program
from services.programs.model.stage import Stage
from services.programs.model.template import StageTemplate
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.problems import problems
from services.programs.tables.templates import shipped
from shared.command import Command, Part
from shared.contracts.programs import ProgramProposed, ProgramWithdrawn
from shared.contracts.vocabulary import Phase
from shared.database.backdating import Entered, entered
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Once, Prose
from shared.partnership.registry_copy import represented
from shared.refusal import N_, Refusal
from shared.search_key import search_key

LARGEST_BUDGET = 10**15


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


def _known(code: str) -> str:
    if not is_currency(code):
        raise PydanticCustomError("unknown_currency", N_("not an ISO 4217 currency code"))
    return code


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["IDR"]), AfterValidator(_known)]


class StagePlanIn(Part):
    """A planned stage: its work, its responsible party, its dependencies and its dates.

    ``co_responsible`` are the parties that answer for it together with the responsible one.
    """

    title: Line
    responsible: UUID
    co_responsible: Annotated[tuple[UUID, ...], Field(max_length=50), Once] = ()
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


class ProgramPlan(Command):
    """A programme with its stages, as it is proposed or revised."""

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
    proposed_by: UUID | None = None
    on: Before = None
    stages: Annotated[tuple[StagePlanIn, ...], Field(min_length=1, max_length=50)]


class ProposeProgram(ProgramPlan):
    """Propose a programme for a signed partnership (a bound party, or a coordinator for a named party).

    It is approved by a decision of the board, or once every bound party has endorsed it; a representative's
    own proposal counts as an endorsement. ``previous_id`` makes it the next cycle of a closed one, whose
    recommendations ``answers`` answer. A budget is reported (IATI) over the planned days; without dates of
    the programme, those of its stages; without any, over the calendar year in which the programme begins.
    """

    partnership_id: UUID


class ReviseProgram(ProgramPlan):
    """Revise a proposed programme (the party that proposed it, or a coordinator for that party).

    The whole programme is sent again as the next revision, which every bound party has to endorse.
    """

    program_id: UUID


class WithdrawProgram(Command):
    """Withdraw a proposed programme, for a reason (the proposing party, or a coordinator for that party)."""

    program_id: UUID
    reason: Prose
    proposed_by: UUID | None = None


def propose_program(tx: Transaction, command: ProposeProgram) -> Program:
    """Propose a programme for a signed partnership that has not ended."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
    party = REGISTRY.party_that_acted(tx, partnership, command.proposed_by)
    partnership.require_open()
    when = entered(tx, command.on, tx.today_in(partnership.area))
    program = Program(
        id=tx.new_id(),
        agency=partnership.agency,
        partnership_id=command.partnership_id,
        title=command.title,
        context="",
        objectives=[],
        proposed_at=when.at,
        proposed_by=party,
        entered_afterwards=when.afterwards,
    )
    _plan(tx, program, command, partnership.area)
    tx.add(program)
    _proposed(tx, program, party, when)
    return program


def revise_program(tx: Transaction, command: ReviseProgram) -> Program:
    """Replace a proposal that is not in force by its next revision, as the party that proposed it."""
    program = tx.get(Program, command.program_id)
    party = program.proposed_by = _proposer(tx, program, command.proposed_by)
    partnership = REGISTRY.partnership(tx.session, program.partnership_id)
    partnership.require_open()
    when = entered(tx, command.on, tx.today_in(partnership.area), program.proposed_at)
    program.revise()
    program.entered_afterwards = program.entered_afterwards or when.afterwards
    _plan(tx, program, command, partnership.area)
    _proposed(tx, program, party, when)
    return program


def withdraw_program(tx: Transaction, command: WithdrawProgram) -> Program:
    """Withdraw a proposal that is not in force, as the party that proposed it."""
    program = tx.get(Program, command.program_id)
    party = _proposer(tx, program, command.proposed_by)
    program.withdraw(command.reason)
    tx.record(
        ProgramWithdrawn(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            organisation_id=party,
            reason=command.reason,
        )
    )
    return program


def _proposer(tx: Transaction, program: Program, named: UUID | None) -> UUID:
    party = REGISTRY.party_that_acted(tx, program, named)
    program.require_proposer(party, REGISTRY.bound_by(tx.session, program.partnership_id))
    return party


def _plan(tx: Transaction, program: Program, plan: ProgramPlan, area: str) -> None:
    """Give a proposal its content; raises what the content breaks."""
    check_dates(plan.planned_start, plan.planned_end)
    budget = plan.budget
    program.title, program.context, program.objectives = plan.title, plan.context or "", list(plan.objectives)
    program.template_id = _template(tx, plan.template_id)
    program.budget_amount = budget.amount if budget else None
    program.budget_currency = budget.currency if budget else None
    program.planned_start, program.planned_end = plan.planned_start, plan.planned_end
    program.stages = _stages(tx, plan)
    approval.require_bound(tx, program)
    program.addressed = _addressed(tx, program.partnership_id, plan)
    program.search_key = search_key(area, program.title, program.context, *program.objectives)
    _continue(tx, program, plan)


def _proposed(tx: Transaction, program: Program, party: UUID, when: Entered) -> None:
    """Record a proposal or a revision; a representative's own party endorses it thereby."""
    tx.record(
        ProgramProposed(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            revision=program.revision,
            proposed_by=party,
            cycle=program.cycle,
            previous_id=program.previous_id,
            problems=program.problems,
            budget=approval.budget_of(program),
            planned_start=program.planned_start,
            planned_end=program.planned_end,
            stages=approval.stages_of(program),
            on=when.on,
            entered_afterwards=when.afterwards,
        )
    )
    if represented(tx, REGISTRY.permit(tx, program)) == party:
        approval.endorse(tx, program, party, when)


def _stages(tx: Transaction, plan: ProgramPlan) -> list[Stage]:
    waits = dependencies([stage.depends_on for stage in plan.stages])
    stages = []
    for position, stage in enumerate(plan.stages, 1):
        check_dates(stage.planned_start, stage.planned_end)
        stages.append(
            Stage(
                id=tx.new_id(),
                position=position,
                title=stage.title,
                responsible=stage.responsible,
                co_responsible=[str(party) for party in stage.co_responsible if party != stage.responsible],
                phase=stage.phase,
                deliverables=list(stage.deliverables),
                depends_on=waits[position - 1],
                planned_start=stage.planned_start,
                planned_end=stage.planned_end,
            )
        )
    return stages


def _addressed(tx: Transaction, partnership_id: UUID, plan: ProgramPlan) -> list[Addressed]:
    query = sa.select(problems.c.id).where(
        problems.c.partnership_id == partnership_id, problems.c.id.in_(plan.problems)
    )
    known = set(tx.session.execute(query).scalars())
    wanted = sorted(set(plan.problems))
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


def _continue(tx: Transaction, program: Program, plan: ProgramPlan) -> None:
    answers = [
        Answer(answer.recommendation_id, answer.adopted, answer.reason or "") for answer in plan.answers
    ]
    if plan.previous_id is None:
        if answers:
            raise RecommendationUnknown(id=str(answers[0].recommendation_id))
        program.previous_id, program.cycle, program.answers = None, 1, []
        return
    program.continue_from(approval.previous_of(tx, plan.previous_id), answers)
