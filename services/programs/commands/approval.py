"""Programme approval: by the endorsement of every bound party, or by a decision of the board."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.programs.commands import deadlines
from services.programs.commands.fields import Before, Revision
from services.programs.model.program import Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from services.programs.tables.programs import programs
from shared.command import Command
from shared.contracts.programs import (
    MoneyFacts,
    ProgramApproved,
    ProgramDeclined,
    ProgramEndorsed,
    RecommendationAnswered,
    StageFacts,
)
from shared.contracts.vocabulary import ProgramState
from shared.database.backdating import Entered, entered
from shared.database.transaction import Transaction
from shared.fields import Prose
from shared.refusal import Refusal

CONTINUING = (ProgramState.APPROVED, ProgramState.RUNNING, ProgramState.CLOSED)
"""The states in which a programme takes the place of the next cycle; proposals may compete for it."""


class ResponsibleIsNoParty(Refusal):
    """The responsible organisation of a stage is bound by the partnership."""

    kind = "invalid"
    message = "The organisation responsible for stage %(position)s is not a party of the partnership."
    remedy = "Choose one of the partnership's parties that is not an observer."


class PreviousContinuedAlready(Refusal):
    """A programme has only one following cycle."""

    kind = "conflict"
    message = "The programme %(id)s already has a following programme."
    remedy = "Continue the following programme once it is closed, or abandon it first."


class EndorseProgram(Command):
    """Endorse a proposed programme for your party; the last bound party's endorsement approves it.

    ``revision`` is the one that you read.
    """

    program_id: UUID
    revision: Revision
    on: Before = None


class DeclineProgram(Command):
    """Decline a proposed programme for your party, for a reason.

    It can then be revised, withdrawn, or approved by the board.
    """

    program_id: UUID
    revision: Revision
    reason: Prose


class ApproveProgram(Command):
    """Approve a proposed programme on a decision of the partnership's board (a bound party or coordinator).

    ``decision_id`` is the outcome of a meeting, in approved minutes.
    """

    program_id: UUID
    revision: Revision
    decision_id: UUID
    on: Before = None


def endorse_program(tx: Transaction, command: EndorseProgram) -> Program:
    """Endorse a revision as a bound party; the last one approves the programme."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    program.require_read(command.revision)
    endorse(tx, program, party, _when(tx, program, command))
    return program


def decline_program(tx: Transaction, command: DeclineProgram) -> Program:
    """Decline a revision as a bound party, for a reason."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    program.decline(party, command.revision, command.reason)
    tx.record(
        ProgramDeclined(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            revision=program.revision,
            organisation_id=party,
            reason=command.reason,
        )
    )
    return program


def approve_program(tx: Transaction, command: ApproveProgram) -> Program:
    """Approve a revision on a decision that the partnership's board has taken."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    program.require_read(command.revision)
    DECISIONS.require(tx, program.partnership_id, command.decision_id)
    _put_in_force(tx, program, _when(tx, program, command), command.decision_id)
    return program


def endorse(tx: Transaction, program: Program, party: UUID, when: Entered) -> None:
    """Endorse the newest revision for a party, and approve it if no bound party is missing."""
    bound = REGISTRY.bound_by(tx.session, program.partnership_id)
    new = party not in program.endorsed_by
    complete = program.endorse(party, tx.actor.person, program.revision, bound)
    if new:
        tx.record(
            ProgramEndorsed(
                program_id=program.id,
                partnership_id=program.partnership_id,
                title=program.title,
                revision=program.revision,
                organisation_id=party,
                on=when.on,
                entered_afterwards=when.afterwards,
            )
        )
    if complete:
        _put_in_force(tx, program, when, None)


def require_bound(tx: Transaction, program: Program) -> None:
    """Refuse stages of organisations that are not bound, with :class:`ResponsibleIsNoParty`."""
    bound = REGISTRY.bound_by(tx.session, program.partnership_id)
    for stage in program.stages:
        if not {stage.responsible, *stage.answerable} <= bound:
            raise ResponsibleIsNoParty(position=stage.position)


def previous_of(tx: Transaction, previous_id: UUID) -> Program:
    """The programme that another one continues.

    Raises :class:`PreviousContinuedAlready`.
    """
    # Locked, so that the second of two concurrent continuations sees the first.
    previous = tx.get(Program, previous_id)
    query = sa.select(programs.c.id).where(
        programs.c.previous_id == previous.id, programs.c.state.in_(CONTINUING)
    )
    if tx.session.execute(query).first() is not None:
        raise PreviousContinuedAlready(id=str(previous.id))
    return previous


def budget_of(program: Program) -> MoneyFacts | None:
    """The budget, for subscribers."""
    if program.budget_amount is None or program.budget_currency is None:
        return None
    return MoneyFacts(amount=program.budget_amount, currency=program.budget_currency)


def stages_of(program: Program) -> tuple[StageFacts, ...]:
    """The planned stages, for subscribers."""
    ids = {stage.position: stage.id for stage in program.stages}
    return tuple(
        StageFacts(
            stage_id=stage.id,
            position=stage.position,
            title=stage.title,
            responsible=stage.responsible,
            depends_on=tuple(ids[position] for position in stage.depends_on),
            planned_start=stage.planned_start,
            planned_end=stage.planned_end,
            phase=stage.phase,
            co_responsible=stage.answerable,
        )
        for stage in program.stages
    )


def _when(tx: Transaction, program: Program, command: EndorseProgram | ApproveProgram) -> Entered:
    when = entered(tx, command.on, REGISTRY.today_of(tx, program), program.proposed_at)
    program.entered_afterwards = program.entered_afterwards or when.afterwards
    return when


def _put_in_force(tx: Transaction, program: Program, when: Entered, decision_id: UUID | None) -> None:
    """Approve it, unless something in the partnership has changed so that it can no longer begin."""
    REGISTRY.partnership(tx.session, program.partnership_id).require_open()
    require_bound(tx, program)
    if program.previous_id is not None:
        previous_of(tx, program.previous_id)
    program.approve(when.at, decision_id)
    tx.record(
        ProgramApproved(
            program_id=program.id,
            partnership_id=program.partnership_id,
            title=program.title,
            cycle=program.cycle,
            previous_id=program.previous_id,
            problems=program.problems,
            planned_start=program.planned_start,
            planned_end=program.planned_end,
            stages=stages_of(program),
            on=when.on,
            entered_afterwards=when.afterwards,
            proposed_by=program.proposed_by,
            decision_id=decision_id,
            endorsed_by=program.endorsed_by,
            budget=budget_of(program),
        )
    )
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
    for stage in program.stages:
        deadlines.watch(tx, program, stage)
