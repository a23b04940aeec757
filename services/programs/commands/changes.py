"""Changes that bind others: in force by a decision of the board, or endorsed by every bound party."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.programs.model.change import Change, DecisionMissing
from services.programs.model.program import Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from shared.command import Command
from shared.contracts.programs import ChangeDeclined, ChangeEndorsed, ChangeProposed, ChangeWithdrawn
from shared.contracts.vocabulary import ChangeKind
from shared.database.transaction import Transaction
from shared.fields import Prose
from shared.partnership.registry_copy import represented


class Consent(NamedTuple):
    """By what a change is in force: a decision, or a proposed change that the parties endorsed."""

    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None


NOBODY_ELSE = Consent()
"""For a change that concerns only the party that makes it."""


class Binding(NamedTuple):
    """How a kind of change is carried out: its command, whether it is possible, and what it does."""

    command: type[Command]
    check: Callable[[Transaction, Program, Any], None]
    carry_out: Callable[[Transaction, Program, Any, Consent], None]


BINDINGS: dict[ChangeKind, Binding] = {}
"""Filled by the modules that have these commands."""


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


def make(
    tx: Transaction,
    program: Program,
    kind: ChangeKind,
    command: Any,
    *,
    decision_id: UUID | None,
    stage_id: UUID | None = None,
) -> Program:
    """Carry a change out on a decision of the board; without one, propose it to the other parties."""
    roles = REGISTRY.permit(tx, program)
    if decision_id is not None:
        DECISIONS.require(tx, program.partnership_id, decision_id)
        _carry_out(tx, program, kind, command, Consent(decision_id))
        return program
    party = represented(tx, roles)
    if party is None:
        raise DecisionMissing
    BINDINGS[kind].check(tx, program, command)
    content = command.model_dump(mode="json")
    change = Change(tx.new_id(), kind, stage_id, content, tx.now, proposed_by=party)
    program.changes.append(change)
    tx.record(
        ChangeProposed(
            **_facts(program, change),
            proposed_by=party,
            reason=change.reason,
            planned_start=content.get("planned_start"),
            planned_end=content.get("planned_end"),
            responsible=content.get("responsible"),
        )
    )
    _endorse(tx, program, change, party)
    return program


def endorse_change(tx: Transaction, command: EndorseChange) -> Program:
    """Endorse a change as a bound party; the last one has it carried out."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    _endorse(tx, program, program.change(command.change_id), party)
    return program


def decline_change(tx: Transaction, command: DeclineChange) -> Program:
    """Decline a change as a bound party, for a reason."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    change = program.change(command.change_id)
    change.decline(party, command.reason)
    tx.record(ChangeDeclined(**_facts(program, change), organisation_id=party, reason=command.reason))
    return program


def withdraw_change(tx: Transaction, command: WithdrawChange) -> Program:
    """Withdraw a change as the party that proposed it."""
    program = tx.get(Program, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    change = program.change(command.change_id)
    change.require_proposer(party, REGISTRY.bound_by(tx.session, program.partnership_id))
    change.withdraw(command.reason)
    tx.record(ChangeWithdrawn(**_facts(program, change), organisation_id=party, reason=command.reason))
    return program


def approve_change(tx: Transaction, command: ApproveChange) -> Program:
    """Carry a proposed change out on a decision that the partnership's board has taken."""
    program = tx.get(Program, command.program_id)
    REGISTRY.permit(tx, program)
    DECISIONS.require(tx, program.partnership_id, command.decision_id)
    change = program.change(command.change_id)
    change.approve(command.decision_id)
    _put_in_force(tx, program, change)
    return program


def _endorse(tx: Transaction, program: Program, change: Change, party: UUID) -> None:
    bound = REGISTRY.bound_by(tx.session, program.partnership_id)
    new = party not in change.endorsed_by
    complete = change.endorse(party, tx.actor.person, bound)
    if new:
        tx.record(ChangeEndorsed(**_facts(program, change), organisation_id=party))
    if complete:
        change.approve()
        _put_in_force(tx, program, change)


def _put_in_force(tx: Transaction, program: Program, change: Change) -> None:
    command = BINDINGS[change.kind].command.model_validate_json(orjson.dumps(change.content))
    consent = Consent(change.approval_decision_id, change.endorsed_by, change.id)
    _carry_out(tx, program, change.kind, command, consent)


def _carry_out(
    tx: Transaction, program: Program, kind: ChangeKind, command: Command, consent: Consent
) -> None:
    BINDINGS[kind].check(tx, program, command)
    BINDINGS[kind].carry_out(tx, program, command, consent)


def _facts(program: Program, change: Change) -> dict[str, Any]:
    return {
        "program_id": program.id,
        "partnership_id": program.partnership_id,
        "title": program.title,
        "change_id": change.id,
        "kind": change.kind,
        "stage_id": change.stage_id,
    }
