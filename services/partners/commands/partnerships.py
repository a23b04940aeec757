"""Partnerships: formation, life cycle, end."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.partners.commands import facts
from services.partners.commands.agreements import drop_reminders
from services.partners.commands.authority import own_party, permit
from services.partners.commands.boards import dissolve_boards_of
from services.partners.commands.participation import PartyTerms, invited, new_party
from services.partners.commands.trust import close_rounds_of
from services.partners.model.partnership import Partnership
from services.partners.model.party import MOST
from shared import areas
from shared.command import Command
from shared.contracts.partners import ExitPlanned, LifecycleAdvanced, PartnershipEnded, PartnershipFormed
from shared.contracts.vocabulary import LifecycleStage
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Line, Prose


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
    """End the partnership permanently (representative of the lead, or coordinator of the agency)."""

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
    """End the partnership, as the lead or as a coordinator.

    Its boards are dissolved with their coming meetings, its open trust round is closed. Agreements and
    commitments continue until their own ends, without reminders to renew an agreement.
    """
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    partnership.end(command.reason, tx.now)
    tx.record(PartnershipEnded(partnership_id=partnership.id, title=partnership.title, reason=command.reason))
    dissolve_boards_of(tx, partnership.id)
    close_rounds_of(tx, partnership.id)
    drop_reminders(tx, partnership.id)
    return partnership
