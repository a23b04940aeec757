"""What is changed in the plan of a programme: when a stage is done, and by which party."""

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
    """Give a stage other planned dates, for a reason (a coordinator, or a representative).

    A planned day that is null is none.
    """

    program_id: UUID
    stage_id: UUID
    reason: Prose
    planned_start: Day | None
    planned_end: Day | None


class ReassignStage(Command):
    """Have another party do a stage before it is submitted (a coordinator, or the lead party)."""

    program_id: UUID
    stage_id: UUID
    reason: Prose
    responsible: UUID


def replan_stage(tx: Transaction, command: ReplanStage) -> Program:
    """Give a stage other planned dates, for a reason (a coordinator, or a party's representative)."""
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
    """Have another party do a stage that waits for no judgement (a coordinator, or the lead party).

    The one that did it may have left the partnership. Raises ``ResponsibleIsNoParty``.
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
