"""Partnerships are formed, go through their life cycle, and end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.partners.commands import facts
from services.partners.commands.agreements import drop_reminders
from services.partners.commands.authority import own_party, permit
from services.partners.commands.boards import dissolve_boards_of
from services.partners.commands.participation import PartyTerms, invited, new_party
from services.partners.commands.trust import close_rounds_of
from services.partners.model.partnership import Partnership
from shared import areas
from shared.contracts.partners import (
    ExitPlanned,
    LifecycleAdvanced,
    PartnershipEnded,
    PartnershipFormed,
)
from shared.contracts.vocabulary import LifecycleStage
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FormPartnership:
    """Bring organisations together as parties."""

    title: str
    area: str
    problem: str
    parties: tuple[PartyTerms, ...]


@dataclass(frozen=True, slots=True)
class AdvanceLifecycle:
    """Go to another stage of the life cycle."""

    partnership_id: UUID
    stage: LifecycleStage
    reason: str


@dataclass(frozen=True, slots=True)
class PlanExit:
    """Say how the partnership would end in good order."""

    partnership_id: UUID
    plan: str


@dataclass(frozen=True, slots=True)
class EndPartnership:
    """End a partnership for good."""

    partnership_id: UUID
    reason: str


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
    """Go one stage on, or back, as the lead or as a coordinator."""
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
    """Write down the exit plan, as the lead party."""
    partnership = tx.get(Partnership, command.partnership_id)
    partnership.plan_exit(own_party(tx, partnership), command.plan)
    tx.record(ExitPlanned(partnership_id=partnership.id))
    return partnership


def end_partnership(tx: Transaction, command: EndPartnership) -> Partnership:
    """End the partnership, as the lead or as a coordinator.

    Its boards are dissolved with their coming meetings, its open trust round is closed. Agreements and
    commitments run on until their own ends; only nobody is reminded to renew an agreement.
    """
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    partnership.end(command.reason, tx.now)
    tx.record(PartnershipEnded(partnership_id=partnership.id, title=partnership.title, reason=command.reason))
    dissolve_boards_of(tx, partnership.id)
    close_rounds_of(tx, partnership.id)
    drop_reminders(tx, partnership.id)
    return partnership
