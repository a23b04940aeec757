"""What is changed in the plan of a programme: when a stage is done, and by which party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.programs.commands import deadlines
from services.programs.commands.approval import ResponsibleIsNoParty
from services.programs.commands.authority import permit
from services.programs.commands.deadlines import facts
from services.programs.commands.parties import parties_of
from services.programs.model.program import Program
from shared.contracts.programs import StageReassigned, StageReplanned
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReplanStage:
    """Give a stage other planned dates, with a reason."""

    program_id: UUID
    stage_id: UUID
    planned_start: date | None
    planned_end: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReassignStage:
    """Give a stage to another party, with a reason."""

    program_id: UUID
    stage_id: UUID
    responsible: UUID
    reason: str


def replan_stage(tx: Transaction, command: ReplanStage) -> Program:
    """Give a stage other planned dates, for a reason (a coordinator, or a party's representative)."""
    program = tx.get(Program, command.program_id)
    permit(tx, program)
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
    permit(tx, program)
    stage = program.stage(command.stage_id)
    if command.responsible not in parties_of(tx, program.partnership_id):
        raise ResponsibleIsNoParty(position=stage.position)
    before = program.reassign(stage, command.responsible)
    tx.record(
        StageReassigned(
            **facts(program, stage), before=before, responsible=stage.responsible, reason=command.reason
        )
    )
    return program
