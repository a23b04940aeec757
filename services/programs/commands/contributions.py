"""Contributions: recorded, verified, disputed, corrected."""

from __future__ import annotations

from uuid import UUID

from services.programs.commands.fields import Amount, Money
from services.programs.commands.references import program_of, stage_of
from services.programs.model.contribution import CURRENCY, Contribution, Correction
from services.programs.tables.partnerships import REGISTRY
from shared.command import Command
from shared.contracts.programs import ContributionDisputed, ContributionRecorded, ContributionVerified
from shared.contracts.vocabulary import ContributionKind, ContributionUnit
from shared.database import outbox
from shared.database.transaction import Transaction
from shared.fields import Day, Note, Prose


class RecordContribution(Command):
    """Record a contribution of your organisation (representative of a bound party).

    ``value`` is an estimate in whole units of the programme's currency. It may be 0 for contributions
    without a price: verified, they count, but add nothing to the party's share. A unit that is not in the
    list is ``other``, and named in the note.
    """

    program_id: UUID
    stage_id: UUID | None = None
    kind: ContributionKind
    amount: Amount
    unit: ContributionUnit
    value: Money
    on: Day
    note: Note = ""


class VerifyContribution(Command):
    """Verify a contribution (another person, from another bound party)."""

    contribution_id: UUID


class DisputeContribution(Command):
    """Dispute a contribution with a reason (another person, from another bound party)."""

    contribution_id: UUID
    reason: Prose


class CorrectContribution(Command):
    """Correct a disputed contribution (its contributor); it then awaits verification again."""

    contribution_id: UUID
    amount: Amount
    value: Money
    note: Note = ""


def record_contribution(tx: Transaction, command: RecordContribution) -> Contribution:
    """Record a contribution of the actor's own organisation."""
    program = program_of(tx, command.program_id)
    party = REGISTRY.acting_party(tx, program)
    program.require_alive()
    contribution = Contribution(
        id=tx.new_id(),
        agency=program.agency,
        program_id=program.id,
        partnership_id=program.partnership_id,
        stage_id=stage_of(program, command.stage_id),
        organisation_id=party,
        kind=command.kind,
        amount=command.amount,
        unit=command.unit,
        value=command.value,
        currency=program.budget_currency or CURRENCY,
        on=command.on,
        note=command.note,
        stated_by=tx.actor.person,
        stated_at=tx.now,
    )
    contribution.check(REGISTRY.today_of(tx, program))
    tx.add(contribution)
    _recorded(tx, contribution)
    return contribution


def verify_contribution(tx: Transaction, command: VerifyContribution) -> Contribution:
    """Verify a contribution as another bound party and another person."""
    contribution, party = _judged(tx, command.contribution_id)
    contribution.verify(party, tx.actor.person, tx.now, belongs=_belongs(tx, contribution))
    _require_other_custodian(tx, contribution)
    tx.record(
        ContributionVerified(
            contribution_id=contribution.id,
            program_id=contribution.program_id,
            partnership_id=contribution.partnership_id,
            stage_id=contribution.stage_id,
            organisation_id=contribution.organisation_id,
            kind=contribution.kind,
            value=contribution.value,
            currency=contribution.currency,
            on=contribution.on,
            verified_by=party,
            amount=contribution.amount,
            unit=contribution.unit,
        )
    )
    return contribution


def dispute_contribution(tx: Transaction, command: DisputeContribution) -> Contribution:
    """Dispute a contribution as another bound party and another person."""
    contribution, party = _judged(tx, command.contribution_id)
    belongs = _belongs(tx, contribution)
    contribution.dispute(party, tx.actor.person, command.reason, tx.now, belongs=belongs)
    _require_other_custodian(tx, contribution)
    tx.record(
        ContributionDisputed(
            contribution_id=contribution.id,
            program_id=contribution.program_id,
            partnership_id=contribution.partnership_id,
            organisation_id=contribution.organisation_id,
            disputed_by=party,
            reason=command.reason,
        )
    )
    return contribution


def correct_contribution(tx: Transaction, command: CorrectContribution) -> Contribution:
    """Correct a disputed contribution as its contributor; it awaits verification again."""
    contribution, party = _judged(tx, command.contribution_id)
    said = Correction(command.amount, command.value, command.note)
    contribution.correct(tx.new_id(), party, tx.actor.person, tx.now, said)
    _recorded(tx, contribution)
    return contribution


def _judged(tx: Transaction, contribution_id: UUID) -> tuple[Contribution, UUID]:
    contribution = tx.get(Contribution, contribution_id)
    party = REGISTRY.acting_party(tx, contribution)
    program_of(tx, contribution.program_id).require_alive()
    return contribution, party


def _belongs(tx: Transaction, contribution: Contribution) -> bool:
    return REGISTRY.people.belongs(tx, tx.actor.person, contribution.organisation_id)


def _require_other_custodian(tx: Transaction, contribution: Contribution) -> None:
    history = outbox.history(tx.session, contribution.id)
    owner = contribution.organisation_id
    REGISTRY.require_other_custodian(tx, contribution, owner, history, ContributionRecorded)


def _recorded(tx: Transaction, contribution: Contribution) -> None:
    tx.record(
        ContributionRecorded(
            contribution_id=contribution.id,
            program_id=contribution.program_id,
            partnership_id=contribution.partnership_id,
            stage_id=contribution.stage_id,
            organisation_id=contribution.organisation_id,
            kind=contribution.kind,
            amount=contribution.amount,
            unit=contribution.unit,
            value=contribution.value,
            currency=contribution.currency,
            on=contribution.on,
        )
    )
