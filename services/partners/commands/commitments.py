"""Commitments: made, confirmed, given up; reminders and due dates."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from services.partners.commands.authority import bound_party, permit, require_other_custodian
from services.partners.commands.memberships import acts_for
from services.partners.model.commitment import GRACE, REMINDED, Commitment
from services.partners.model.partnership import Partnership
from shared.command import Command
from shared.contracts.partners import (
    CommitmentBroken,
    CommitmentDueSoon,
    CommitmentKept,
    CommitmentMade,
    CommitmentOverdue,
)
from shared.contracts.vocabulary import CommitmentState, Mandate
from shared.database import outbox
from shared.database.backdating import entered
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Prose

DUE_SOON, OVERDUE, BROKEN = "commitment-due-soon", "commitment-overdue", "commitment-broken"
A_DAY = timedelta(days=1)


class MakeCommitment(Command):
    """Make a commitment for your organisation (representative of a bound party).

    ``due_on`` is the last day on which it is on time. ``made_on`` is the day on which it was made, if it is
    entered afterwards; today by default.
    """

    partnership_id: UUID
    title: Line
    mandate: Mandate
    due_on: Day
    made_on: Day | None = None


class ConfirmCommitment(Command):
    """Confirm that a commitment was kept (another bound party, and another person than made it).

    ``note`` describes the evidence, ``kept_on`` is the day; today by default. A commitment that is confirmed
    more than 14 days after its day is late, whatever day is named.
    """

    commitment_id: UUID
    note: Prose
    kept_on: Day | None = None


class GiveUpCommitment(Command):
    """Give up a commitment (representative of its owner); it is permanently broken."""

    commitment_id: UUID
    reason: Prose


def make_commitment(tx: Transaction, command: MakeCommitment) -> Commitment:
    """Make a commitment outside a meeting, as representative of a bound party."""
    partnership = tx.get(Partnership, command.partnership_id)
    owner = bound_party(tx, partnership).organisation_id
    partnership.require_running()
    made_on = entered(tx, command.made_on, tx.today_in(partnership.area)).on
    return promise(tx, partnership, owner, command.title, command.mandate, made_on, command.due_on)


def promise(
    tx: Transaction,
    partnership: Partnership,
    owner: UUID,
    title: str,
    mandate: Mandate,
    made_on: date,
    due_on: date,
    meeting_id: UUID | None = None,
) -> Commitment:
    """Add a commitment of the organisation ``owner``, made or recorded by the actor."""
    commitment = tx.add(
        Commitment(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=partnership.id,
            meeting_id=meeting_id,
            organisation_id=owner,
            title=title,
            mandate=mandate,
            made_on=made_on,
            due_on=due_on,
            made_by=tx.actor.person,
            entered_afterwards=made_on < tx.today,
        )
    )
    if due_on - REMINDED > tx.today:
        tx.set_timer(DUE_SOON, commitment.id, tx.start_of(due_on - REMINDED))
    tx.set_timer(OVERDUE, commitment.id, tx.start_of(due_on + A_DAY))
    tx.record(
        CommitmentMade(
            commitment_id=commitment.id,
            partnership_id=commitment.partnership_id,
            meeting_id=meeting_id,
            organisation_id=owner,
            title=title,
            due_on=due_on,
            mandate=mandate,
            made_on=made_on,
            entered_afterwards=commitment.entered_afterwards,
        )
    )
    return commitment


def confirm_commitment(tx: Transaction, command: ConfirmCommitment) -> Commitment:
    """Confirm as representative of another bound party that a commitment was kept (four eyes)."""
    commitment = tx.get(Commitment, command.commitment_id)
    partnership = tx.get(Partnership, commitment.partnership_id)
    party, person, owner = bound_party(tx, partnership), tx.actor.person, commitment.organisation_id
    owners = partnership.people_of(owner) | ({person} if acts_for(tx, person, owner) else set())
    kept_on = command.kept_on or tx.today
    today = tx.today_in(partnership.area)
    commitment.keep(party.organisation_id, person, kept_on, command.note, today, owners)
    require_other_custodian(tx, owner, outbox.history(tx.session, commitment.id), CommitmentMade)
    _drop_timers(tx, commitment)
    tx.record(
        CommitmentKept(
            commitment_id=commitment.id,
            partnership_id=commitment.partnership_id,
            organisation_id=commitment.organisation_id,
            title=commitment.title,
            due_on=commitment.due_on,
            kept_on=kept_on,
            late=commitment.late,
            confirmed_by=party.organisation_id,
        )
    )
    return commitment


def give_up_commitment(tx: Transaction, command: GiveUpCommitment) -> Commitment:
    """Give up a commitment as representative of its owner."""
    commitment = tx.get(Commitment, command.commitment_id)
    permit(tx, commitment)
    commitment.give_up(command.reason, tx.today)
    _drop_timers(tx, commitment)
    _record_broken(tx, commitment)
    return commitment


def commitment_due_soon(tx: Transaction, due: Due) -> None:
    """Remind of a commitment, unless its day has passed during a downtime."""
    commitment = tx.get(Commitment, due.about)
    if commitment.state is CommitmentState.OPEN and tx.today <= commitment.due_on:
        tx.record(
            CommitmentDueSoon(
                commitment_id=commitment.id,
                partnership_id=commitment.partnership_id,
                organisation_id=commitment.organisation_id,
                title=commitment.title,
                due_on=commitment.due_on,
            )
        )


def commitment_overdue(tx: Transaction, due: Due) -> None:
    """Fires after the day of a commitment; from now on it can only be kept late."""
    commitment = tx.get(Commitment, due.about)
    if commitment.state is not CommitmentState.OPEN:
        return
    commitment.pass_day()
    after = commitment.due_on + A_DAY
    # A commitment entered after its day can be confirmed afterwards, too.
    since = max(after, tx.today) if commitment.entered_afterwards else after
    tx.set_timer(BROKEN, commitment.id, tx.start_of(since + GRACE))
    tx.record(
        CommitmentOverdue(
            commitment_id=commitment.id,
            partnership_id=commitment.partnership_id,
            organisation_id=commitment.organisation_id,
            title=commitment.title,
            due_on=commitment.due_on,
        )
    )


def commitment_broken(tx: Transaction, due: Due) -> None:
    """Fires after the days of grace."""
    commitment = tx.get(Commitment, due.about)
    if commitment.state is CommitmentState.OVERDUE:
        commitment.pass_grace(tx.today)
        _record_broken(tx, commitment)


def _record_broken(tx: Transaction, commitment: Commitment) -> None:
    tx.record(
        CommitmentBroken(
            commitment_id=commitment.id,
            partnership_id=commitment.partnership_id,
            organisation_id=commitment.organisation_id,
            title=commitment.title,
            due_on=commitment.due_on,
            reason=commitment.broken_because,
        )
    )


def _drop_timers(tx: Transaction, commitment: Commitment) -> None:
    for name in (DUE_SOON, OVERDUE, BROKEN):
        tx.drop_timer(name, commitment.id)
