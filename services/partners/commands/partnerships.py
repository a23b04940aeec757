"""Partnerships: formation, life cycle, end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.partners.commands import facts
from services.partners.commands.agreements import drop_reminders
from services.partners.commands.authority import bound_party, own_party, permit
from services.partners.commands.boards import dissolve_boards_of
from services.partners.commands.decisions import require_decision
from services.partners.commands.participation import PartyTerms, invited, new_party
from services.partners.commands.trust import close_rounds_of
from services.partners.model.partnership import Partnership
from services.partners.model.party import MOST
from shared import areas
from shared.command import Command
from shared.contracts.partners import (
    EndingObjected,
    EndingProposed,
    EndingWithdrawn,
    ExitPlanned,
    LifecycleAdvanced,
    PartnershipEnded,
    PartnershipFormed,
)
from shared.contracts.vocabulary import LifecycleStage
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Line, Prose

UNOPPOSED = "partnership-ended"


class FormPartnership(Command):
    """Form a partnership (role coordinator).

    ``problem`` is what brings the parties together.
    """

    title: Line
    area: AreaCode
    problem: Prose
    parties: Annotated[tuple[PartyTerms, ...], Field(min_length=2, max_length=MOST)]


class AdvanceLifecycle(Command):
    """Move one stage on, or back (representative of the lead, or coordinator of the agency).

    ``stage`` is the next one, or any earlier one.
    """

    partnership_id: UUID
    stage: LifecycleStage
    reason: Prose


class PlanExit(Command):
    """Record the exit plan of the partnership (representative of the lead).

    ``plan`` says who takes over what.
    """

    partnership_id: UUID
    plan: Prose


class EndPartnership(Command):
    """End the partnership permanently (representative of the lead), by a decision of its board.

    ``decision_id`` is the outcome of a meeting, in approved minutes. A partnership that was never signed
    ends without one.
    """

    partnership_id: UUID
    decision_id: UUID | None = None
    reason: Prose


class ProposeEnding(Command):
    """Propose to end the partnership (representative of a bound party).

    It ends after the time for objections (30 days), unless another bound party objects.
    """

    partnership_id: UUID
    reason: Prose


class ObjectToEnding(Command):
    """Object to the proposed ending (representative of another bound party); the partnership continues."""

    partnership_id: UUID
    reason: Prose


class WithdrawEnding(Command):
    """Withdraw the proposed ending (representative of the party that proposed it).

    The partnership continues.
    """

    partnership_id: UUID
    reason: Prose


def form_partnership(tx: Transaction, command: FormPartnership) -> Partnership:
    """Form a partnership of registered organisations; nothing is signed yet."""
    areas.require(command.area)
    partnership = tx.add(
        Partnership(
            id=tx.new_id(),
            agency=tx.actor.agency,
            title=command.title,
            area=command.area,
            problem=command.problem,
            formed_at=tx.now,
            all_parties=[new_party(tx, terms) for terms in command.parties],
        )
    )
    tx.record(
        PartnershipFormed(
            partnership_id=partnership.id,
            title=partnership.title,
            area=partnership.area,
            parties=facts.of_parties(partnership),
        )
    )
    for party in partnership.invited:
        invited(tx, partnership, party)
    return partnership


def advance_lifecycle(tx: Transaction, command: AdvanceLifecycle) -> Partnership:
    """Move one stage on, or back, as the lead or as a coordinator."""
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    before = partnership.go_to(command.stage)
    tx.record(
        LifecycleAdvanced(
            partnership_id=partnership.id,
            before=before,
            after=command.stage,
            reason=command.reason,
        )
    )
    return partnership


def plan_exit(tx: Transaction, command: PlanExit) -> Partnership:
    """Record the exit plan, as the lead party."""
    partnership = tx.get(Partnership, command.partnership_id)
    partnership.plan_exit(own_party(tx, partnership), command.plan)
    tx.record(ExitPlanned(partnership_id=partnership.id))
    return partnership


def end_partnership(tx: Transaction, command: EndPartnership) -> Partnership:
    """End the partnership as the lead, by a decision of its board."""
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    if command.decision_id is not None:
        require_decision(tx, partnership.id, command.decision_id)
    partnership.end_by_decision(command.decision_id, command.reason, tx.now)
    tx.drop_timer(UNOPPOSED, partnership.id)
    _ended(tx, partnership, command.reason)
    return partnership


def propose_ending(tx: Transaction, command: ProposeEnding) -> Partnership:
    """Propose the ending as a bound party; the clock ends the partnership, unless another one objects."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = bound_party(tx, partnership)
    proposed = partnership.propose_ending(party, command.reason, tx.now)
    tx.set_timer(UNOPPOSED, partnership.id, proposed.ends_at)
    tx.record(
        EndingProposed(
            partnership_id=partnership.id,
            title=partnership.title,
            organisation_id=party.organisation_id,
            ends_at=proposed.ends_at,
            reason=command.reason,
        )
    )
    return partnership


def object_to_ending(tx: Transaction, command: ObjectToEnding) -> Partnership:
    """Object as another bound party; the partnership continues."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = bound_party(tx, partnership)
    proposed = partnership.object_to_ending(party)
    tx.drop_timer(UNOPPOSED, partnership.id)
    tx.record(
        EndingObjected(
            partnership_id=partnership.id,
            title=partnership.title,
            organisation_id=party.organisation_id,
            proposed_by=proposed.proposed_by,
            reason=command.reason,
        )
    )
    return partnership


def withdraw_ending(tx: Transaction, command: WithdrawEnding) -> Partnership:
    """Withdraw the proposed ending as the party that proposed it; the partnership continues."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = bound_party(tx, partnership)
    partnership.withdraw_ending(party)
    tx.drop_timer(UNOPPOSED, partnership.id)
    tx.record(
        EndingWithdrawn(
            partnership_id=partnership.id,
            title=partnership.title,
            organisation_id=party.organisation_id,
            reason=command.reason,
        )
    )
    return partnership


def ending_unopposed(tx: Transaction, due: Due) -> None:
    """Fires when nobody has objected to a proposed ending in time."""
    partnership = tx.get(Partnership, due.about)
    proposed = partnership.pass_objection_period(tx.now)
    if proposed is not None:
        _ended(tx, partnership, proposed.reason)


def _ended(tx: Transaction, partnership: Partnership, reason: str) -> None:
    """Dissolve its boards with their coming meetings, and close its open trust round.

    Agreements and commitments continue until their own ends, without reminders to renew an agreement.
    """
    tx.record(
        PartnershipEnded(
            partnership_id=partnership.id,
            title=partnership.title,
            reason=reason,
            decision_id=partnership.ended_by_decision,
            proposed_by=partnership.ended_on_proposal_of,
        )
    )
    dissolve_boards_of(tx, partnership.id)
    close_rounds_of(tx, partnership.id)
    drop_reminders(tx, partnership.id)
