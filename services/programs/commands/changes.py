"""Changes that bind others: in force by a decision of the board, or endorsed by every bound party."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from services.programs.model.change import Change, DecisionMissing
from services.programs.model.program import Program
from services.programs.tables.partnerships import DECISIONS, REGISTRY
from shared.command import Command
from shared.contracts.programs import ChangeEndorsed, ChangeProposed
from shared.contracts.vocabulary import ChangeKind
from shared.database.transaction import Transaction
from shared.partnership.registry_copy import represented


class Consent(NamedTuple):
    """By what a change is in force: a decision, or a proposed change that the parties endorsed."""

    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None


NOBODY_ELSE = Consent()
"""For a change that concerns only the party that makes it."""


def consent(tx: Transaction, program: Program, decision_id: UUID | None) -> Consent | None:
    """The consent to a change that the actor brings: a decision of the board; None, if it is to be proposed.

    Raises :class:`DecisionMissing` for an actor who represents no bound party.
    """
    roles = REGISTRY.permit(tx, program)
    if decision_id is not None:
        DECISIONS.require(tx, program.partnership_id, decision_id)
        return Consent(decision_id)
    if represented(tx, roles) is None:
        raise DecisionMissing
    return None


def propose(
    tx: Transaction, program: Program, kind: ChangeKind, command: Command, stage_id: UUID | None = None
) -> Consent | None:
    """Propose a change as a party, which endorses it thereby; the consent, if no other party is bound."""
    party = REGISTRY.acting_party(tx, program)
    content = command.model_dump(mode="json")
    change = Change(tx.new_id(), kind, stage_id, content, tx.now, proposed_by=party)
    program.changes.append(change)
    tx.record(
        ChangeProposed(
            **facts(program, change),
            proposed_by=party,
            reason=change.reason,
            planned_start=content.get("planned_start"),
            planned_end=content.get("planned_end"),
            responsible=content.get("responsible"),
        )
    )
    return endorse(tx, program, change, party)


def endorse(tx: Transaction, program: Program, change: Change, party: UUID) -> Consent | None:
    """Endorse a change for a party; the consent, if no bound party is missing."""
    bound = REGISTRY.bound_by(tx.session, program.partnership_id)
    new = party not in change.endorsed_by
    complete = change.endorse(party, tx.actor.person, bound)
    if new:
        tx.record(ChangeEndorsed(**facts(program, change), organisation_id=party))
    if not complete:
        return None
    change.approve()
    return Consent(None, change.endorsed_by, change.id)


def facts(program: Program, change: Change) -> dict[str, Any]:
    """The fields of every event of a change."""
    return {
        "program_id": program.id,
        "partnership_id": program.partnership_id,
        "title": program.title,
        "change_id": change.id,
        "kind": change.kind,
        "stage_id": change.stage_id,
    }
