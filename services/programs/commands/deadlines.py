"""Stage deadlines: due soon a week before the planned end, overdue the day after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.programs.model.program import Program
from services.programs.model.stage import Stage
from shared.contracts.programs import StageDueSoon, StageOverdue
from shared.database.timers import Due
from shared.database.transaction import Transaction

DUE_SOON = "stage-due-soon"
OVERDUE = "stage-overdue"
NOTICE = timedelta(days=7)
"""How long before its planned end a stage is announced as due soon."""
DAY = timedelta(days=1)


def watch(tx: Transaction, program: Program, stage: Stage) -> None:
    """Set both timers of the stage's planned end, replacing those of an earlier plan.

    A planned end within the notice period needs no reminder.
    """
    forget(tx, program, stage)
    if stage.planned_end is None:
        return
    if stage.planned_end - NOTICE > tx.today:
        due = tx.start_of(stage.planned_end - NOTICE)
        tx.set_timer(DUE_SOON, about=program.id, due_at=due, key=str(stage.id))
    watch_end(tx, program, stage)


def watch_end(tx: Transaction, program: Program, stage: Stage) -> None:
    """Set the timer that fires after the planned end."""
    if stage.planned_end is not None:
        due = tx.start_of(stage.planned_end + DAY)
        tx.set_timer(OVERDUE, about=program.id, due_at=due, key=str(stage.id))


def forget(tx: Transaction, program: Program, stage: Stage) -> None:
    """Drop both timers."""
    tx.drop_timer(DUE_SOON, about=program.id, key=str(stage.id))
    tx.drop_timer(OVERDUE, about=program.id, key=str(stage.id))


def stage_due_soon(tx: Transaction, due: Due) -> None:
    """Announce that the stage is due within a week, if it is neither done nor late."""
    program, stage = _found(tx, due)
    if program.alive and stage.open and stage.planned_end is not None and tx.today <= stage.planned_end:
        tx.record(StageDueSoon(**_ending(program, stage)))


def stage_overdue(tx: Transaction, due: Due) -> None:
    """Record that the planned end passed before the stage was submitted; once for each planned end."""
    program, stage = _found(tx, due)
    if program.alive and stage.pass_end(tx.today, due.due_at):
        tx.record(StageOverdue(**_ending(program, stage)))


def _found(tx: Transaction, due: Due) -> tuple[Program, Stage]:
    program = tx.get(Program, due.about)
    return program, program.stage(UUID(due.key))


def facts(program: Program, stage: Stage) -> dict[str, Any]:
    """The fields of every event of a stage."""
    return {
        "program_id": program.id,
        "partnership_id": program.partnership_id,
        "stage_id": stage.id,
        "position": stage.position,
        "title": stage.title,
    }


def _ending(program: Program, stage: Stage) -> dict[str, Any]:
    return {
        **facts(program, stage),
        "responsible": stage.responsible,
        "planned_end": stage.planned_end,
    }
