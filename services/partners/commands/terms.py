"""Terms of parties: lead handed over, role, contribution and benefit amended, benefits confirmed."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.partners.commands.authority import own_party
from services.partners.commands.participation import withdraw_void
from services.partners.commands.parties import named
from services.partners.model.partnership import Partnership
from services.partners.model.party import Benefit, Party
from shared.command import Command
from shared.contracts.partners import (
    BenefitConfirmed,
    LeadHandedOver,
    LeadOffered,
    PartyAmended,
    RoleProposed,
    TermsFacts,
)
from shared.contracts.vocabulary import PartyRole
from shared.database.backdating import entered
from shared.database.transaction import Transaction
from shared.fields import Day, Prose


class OfferLead(Command):
    """Offer the lead of the partnership to another bound party (representative of the lead)."""

    partnership_id: UUID
    organisation_id: UUID
    reason: Prose


class AcceptLead(Command):
    """Accept the lead that was offered to your organisation (role representative).

    The previous lead becomes a member, and may leave.
    """

    partnership_id: UUID


class AmendTerms(Command):
    """Amend what your organisation contributes and gains (role representative)."""

    partnership_id: UUID
    contributes: Prose
    gains: Prose
    reason: Prose


class ProposeRole(Command):
    """Propose to make a party a member or an observer (representative of that party, or of the lead).

    The other one of the two has to agree.
    """

    partnership_id: UUID
    organisation_id: UUID
    role: Literal[PartyRole.MEMBER, PartyRole.OBSERVER]
    reason: Prose


class AgreeToRole(Command):
    """Agree to the role that was proposed for a party (by that party, or by the lead)."""

    partnership_id: UUID
    organisation_id: UUID
    reason: Prose


class ConfirmBenefit(Command):
    """Confirm that the partnership has benefited your organisation (role representative).

    ``benefit`` says how, ``on`` is the day; today by default.
    """

    partnership_id: UUID
    benefit: Prose
    on: Day | None = None


def offer_lead(tx: Transaction, command: OfferLead) -> Partnership:
    """Offer the lead to another bound party, as the lead."""
    partnership = tx.get(Partnership, command.partnership_id)
    partnership.offer_lead(own_party(tx, partnership), named(partnership, command.organisation_id))
    tx.record(
        LeadOffered(
            partnership_id=partnership.id,
            organisation_id=command.organisation_id,
            reason=command.reason,
        )
    )
    return partnership


def accept_lead(tx: Transaction, command: AcceptLead) -> Partnership:
    """Accept the lead; the previous lead is a member from now on."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    before = partnership.accept_lead(party)
    tx.record(
        LeadHandedOver(
            partnership_id=partnership.id,
            title=partnership.title,
            before=before.organisation_id,
            after=party.organisation_id,
        )
    )
    return partnership


def amend_terms(tx: Transaction, command: AmendTerms) -> Partnership:
    """Amend the terms of the actor's party; the event keeps the earlier ones."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    before = _terms(party)
    partnership.amend_terms(party, command.contributes, command.gains)
    _amended(tx, partnership, party, before, command.reason)
    return partnership


def propose_role(tx: Transaction, command: ProposeRole) -> Partnership:
    """Propose another role, as the party or as the lead."""
    partnership = tx.get(Partnership, command.partnership_id)
    by, party = own_party(tx, partnership), named(partnership, command.organisation_id)
    partnership.propose_role(by, party, command.role)
    tx.record(
        RoleProposed(
            partnership_id=partnership.id,
            organisation_id=party.organisation_id,
            role=command.role,
            proposed_by=by.organisation_id,
            reason=command.reason,
        )
    )
    return partnership


def agree_to_role(tx: Transaction, command: AgreeToRole) -> Partnership:
    """Agree to a proposed role, as the side that did not propose it; the charter has to be signed again."""
    partnership = tx.get(Partnership, command.partnership_id)
    by, party = own_party(tx, partnership), named(partnership, command.organisation_id)
    before = _terms(party)
    void = partnership.agree_to_role(by, party, tx.now)
    _amended(tx, partnership, party, before, command.reason)
    withdraw_void(tx, partnership, void)
    return partnership


def confirm_benefit(tx: Transaction, command: ConfirmBenefit) -> Partnership:
    """Confirm as a party that it has gained from the partnership."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    on = entered(tx, command.on, tx.today_in(partnership.area)).on
    partnership.confirm_benefit(party, Benefit(tx.new_id(), on, command.benefit, tx.now))
    tx.record(
        BenefitConfirmed(
            partnership_id=partnership.id,
            party_id=party.id,
            organisation_id=party.organisation_id,
            gains=party.gains,
            benefit=command.benefit,
            on=on,
        )
    )
    return partnership


def _terms(party: Party) -> TermsFacts:
    return TermsFacts.model_validate(party, from_attributes=True)


def _amended(
    tx: Transaction, partnership: Partnership, party: Party, before: TermsFacts, reason: str
) -> None:
    tx.record(
        PartyAmended(
            partnership_id=partnership.id,
            party_id=party.id,
            organisation_id=party.organisation_id,
            before=before,
            after=_terms(party),
            bound=partnership.is_bound(party),
            reason=reason,
        )
    )
