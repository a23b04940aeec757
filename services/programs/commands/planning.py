"""Stage planning: dates and responsible party."""

from __future__ import annotations

from uuid import UUID

from services.programs.commands import deadlines
from services.programs.commands.approval import ResponsibleIsNoParty
from services.programs.commands.deadlines import facts
from services.programs.model.program import Program
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import StageReassigned, StageReplanned
from shared.database.transaction import Transaction
from shared.fields import Day, Prose


class ReplanStage(Command):
    """Change the planned dates of a stage, for a reason (a coordinator, or a representative).

    Null removes a planned date.
    """

    program_id: UUID
    stage_id: UUID
    reason: Prose
    planned_start: Day | None
    planned_end: Day | None


class ReassignStage(Command):
    """Reassign a stage to another party before it is submitted (a coordinator, or the lead party)."""

    program_id: UUID
    stage_id: UUID
    reason: Prose
    responsible: UUID


def replan_stage(tx: Transaction, command: ReplanStage) -> Program:
    """Change the planned dates of a stage, for a reason (a coordinator, or a party's representative)."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    stage = program.stage(command.stage_id)
    if program.replan(stage, command.planned_start, command.planned_end):
        deadlines.watch(tx, program, stage)
    tx.record(
        StageReplanned(
            **facts(program, stage),
            planned_start=stage.planned_start,
            planned_end=stage.planned_end,
            reason=command.reason,
        )
    )
    return program


def reassign_stage(tx: Transaction, command: ReassignStage) -> Program:
    """Reassign a stage that does not await judgement to another party (a coordinator, or the lead party).

    The previous party may have left the partnership. Raises ``ResponsibleIsNoParty``.
    """
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    stage = program.stage(command.stage_id)
    if command.responsible not in REGISTRY.bound_by(tx.session, program.partnership_id):
        raise ResponsibleIsNoParty(position=stage.position)
    before = program.reassign(stage, command.responsible)
    tx.record(
        StageReassigned(
            **facts(program, stage), before=before, responsible=stage.responsible, reason=command.reason
        )
    )
    return program
