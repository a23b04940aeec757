"""Consent to proposed changes: endorsed, declined, withdrawn, or decided by the board."""

from __future__ import annotations

from uuid import UUID

import orjson

from services.programs.commands.changes import Consent, endorse, facts
from services.programs.commands.planning import ReassignStage, ReplanStage, reassign, replan
from services.programs.commands.programs import AbandonProgram, CloseProgram, abandon, close
from services.programs.commands.stages import SkipStage, skip
from services.programs.model.change import Change
from services.programs.model.program import Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from shared.command import Command
from shared.contracts.programs import ChangeDeclined, ChangeWithdrawn
from shared.contracts.vocabulary import ChangeKind
from shared.database.transaction import Transaction
from shared.fields import Prose


class EndorseChange(Command):
    """Endorse a proposed change of a programme for your party; the last bound party puts it in force."""

    program_id: UUID
    change_id: UUID


class DeclineChange(Command):
    """Decline a proposed change of a programme for your party, for a reason."""

    program_id: UUID
    change_id: UUID
    reason: Prose


class WithdrawChange(Command):
    """Withdraw a proposed change of a programme, for a reason (the party that proposed it)."""

    program_id: UUID
    change_id: UUID
    reason: Prose


class ApproveChange(Command):
    """Put a proposed change in force on a decision of the board (a bound party or coordinator)."""

    program_id: UUID
    change_id: UUID
    decision_id: UUID


def endorse_change(tx: Transaction, command: EndorseChange) -> Program:
    """Endorse a change as a bound party; the last one has it carried out."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    change = program.change(command.change_id)
    consent = endorse(tx, program, change, party)
    if consent is not None:
        _carry_out(tx, program, change, consent)
    return program


def decline_change(tx: Transaction, command: DeclineChange) -> Program:
    """Decline a change as a bound party, for a reason."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    change = program.change(command.change_id)
    change.decline(party, command.reason)
    tx.record(ChangeDeclined(**facts(program, change), organisation_id=party, reason=command.reason))
    return program


def withdraw_change(tx: Transaction, command: WithdrawChange) -> Program:
    """Withdraw a change as the party that proposed it."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    change = program.change(command.change_id)
    change.require_proposer(party, REGISTRY.bound_by(tx.session, program.partnership_id))
    change.withdraw(command.reason)
    tx.record(ChangeWithdrawn(**facts(program, change), organisation_id=party, reason=command.reason))
    return program


def approve_change(tx: Transaction, command: ApproveChange) -> Program:
    """Carry a proposed change out on a decision that the partnership's board has taken."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    DECISIONS.require(tx, program.partnership_id, command.decision_id)
    change = program.change(command.change_id)
    change.approve(command.decision_id)
    _carry_out(tx, program, change, Consent(command.decision_id, change.endorsed_by, change.id))
    return program


def _carry_out(tx: Transaction, program: Program, change: Change, consent: Consent) -> None:
    content = orjson.dumps(change.content)
    match change.kind:
        case ChangeKind.REPLAN_STAGE:
            replan(tx, program, ReplanStage.model_validate_json(content), consent)
        case ChangeKind.REASSIGN_STAGE:
            reassign(tx, program, ReassignStage.model_validate_json(content), consent)
        case ChangeKind.SKIP_STAGE:
            skip(tx, program, SkipStage.model_validate_json(content), consent)
        case ChangeKind.CLOSE:
            close(tx, program, CloseProgram.model_validate_json(content), consent)
        case ChangeKind.ABANDON:
            abandon(tx, program, AbandonProgram.model_validate_json(content), consent)
