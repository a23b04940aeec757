"""Stage planning: dates and responsible party."""

from __future__ import annotations

from uuid import UUID

from services.programs.commands import changes, deadlines
from services.programs.commands.approval import ResponsibleIsNoParty
from services.programs.commands.changes import NOBODY_ELSE, Consent
from services.programs.commands.deadlines import facts
from services.programs.model.plan import check_dates
from services.programs.model.program import Program
from services.programs.model.stage import ResponsibleAlready
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import StageReassigned, StageReplanned
from shared.contracts.vocabulary import ChangeKind
from shared.database.transaction import Transaction
from shared.fields import Day, Prose
from shared.partnership.registry_copy import represented


class ReplanStage(Command):
    """Change the planned dates of a stage, for a reason.

    The responsible party does it alone where it concerns nobody else: within the programme's days, and before
    the stages of others that wait for it. Otherwise it needs a decision of the board; without one it is
    proposed to the parties. Null removes a planned date.
    """

    program_id: UUID
    stage_id: UUID
    reason: Prose
    planned_start: Day | None
    planned_end: Day | None
    decision_id: UUID | None = None


class ReassignStage(Command):
    """Reassign a stage to another party, on a decision of the board; without one it is proposed.

    The stage has not been submitted, or was returned.
    """

    program_id: UUID
    stage_id: UUID
    reason: Prose
    responsible: UUID
    decision_id: UUID | None = None


def replan_stage(tx: Transaction, command: ReplanStage) -> Program:
    """Change the planned dates of one's own stage; what concerns others is decided, or proposed to them."""
    program = tx.get(Program, command.program_id)
    stage = program.stage(command.stage_id)
    party = represented(tx, REGISTRY.permit(tx, program))
    dates = command.planned_start, command.planned_end
    if party is not None and command.decision_id is None and program.concerns_only(party, stage, *dates):
        replan(tx, program, command, NOBODY_ELSE)
        return program
    consent = changes.consent(tx, program, command.decision_id)
    _check_replan(tx, program, command)
    consent = consent or changes.propose(tx, program, ChangeKind.REPLAN_STAGE, command, stage.id)
    if consent is not None:
        replan(tx, program, command, consent)
    return program


def reassign_stage(tx: Transaction, command: ReassignStage) -> Program:
    """Reassign a stage that does not await judgement, on a decision of the board; else propose it.

    The previous party may have left the partnership. Raises ``ResponsibleIsNoParty``.
    """
    program = tx.get(Program, command.program_id)
    consent = changes.consent(tx, program, command.decision_id)
    _check_reassign(tx, program, command)
    consent = consent or changes.propose(tx, program, ChangeKind.REASSIGN_STAGE, command, command.stage_id)
    if consent is not None:
        reassign(tx, program, command, consent)
    return program


def _check_replan(_tx: Transaction, program: Program, command: ReplanStage) -> None:
    program.check_change("replan", program.stage(command.stage_id))
    check_dates(command.planned_start, command.planned_end)


def replan(tx: Transaction, program: Program, command: ReplanStage, consent: Consent) -> None:
    """Carry it out, with consent."""
    _check_replan(tx, program, command)
    stage = program.stage(command.stage_id)
    if program.replan(stage, command.planned_start, command.planned_end):
        deadlines.watch(tx, program, stage)
    tx.record(
        StageReplanned(
            **facts(program, stage),
            planned_start=stage.planned_start,
            planned_end=stage.planned_end,
            reason=command.reason,
            **consent._asdict(),
        )
    )


def _check_reassign(tx: Transaction, program: Program, command: ReassignStage) -> None:
    stage = program.stage(command.stage_id)
    if command.responsible not in REGISTRY.bound_by(tx.session, program.partnership_id):
        raise ResponsibleIsNoParty(position=stage.position)
    program.check_change("reassign", stage)
    if command.responsible == stage.responsible:
        raise ResponsibleAlready(position=stage.position)


def reassign(tx: Transaction, program: Program, command: ReassignStage, consent: Consent) -> None:
    """Carry it out, with consent."""
    _check_reassign(tx, program, command)
    stage = program.stage(command.stage_id)
    before = program.reassign(stage, command.responsible)
    tx.record(
        StageReassigned(
            **facts(program, stage),
            before=before,
            responsible=stage.responsible,
            reason=command.reason,
            **consent._asdict(),
        )
    )
