"""Participation of parties: invitation, joining, senior responsible person, leaving."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from services.partners.commands import facts
from services.partners.commands.authority import own_party, permit, speaks_for
from services.partners.commands.memberships import require_member
from services.partners.commands.parties import OrganisationNotAParty
from services.partners.commands.vacancies import vacate_seats_of
from services.partners.model.charter import Charter
from services.partners.model.organisation import Organisation
from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from shared.command import Command, Part
from shared.contracts.partners import (
    CharterWithdrawn,
    InvitationEnded,
    PartyInvited,
    PartyJoined,
    PartyLeft,
    SeniorNamed,
)
from shared.contracts.vocabulary import AutomaticReason, PartyRole
from shared.database.transaction import Transaction
from shared.fields import Prose
from shared.identity.permissions import Role


class PartyTerms(Part):
    """An organisation as a party: its role, its contribution and its benefit."""

    organisation_id: UUID
    role: PartyRole = PartyRole.MEMBER
    contributes: Prose
    gains: Prose


class JoinPartnership(PartyTerms, Command):
    """Add a party (representative of the lead, or coordinator of the agency).

    It is only invited until it accepts or signs, unless a coordinator adds an organisation of their own
    agency. A member is bound once it has signed a new version of the charter with the others.
    """

    partnership_id: UUID
    role: Literal[PartyRole.MEMBER, PartyRole.OBSERVER] = PartyRole.MEMBER


class AcceptInvitation(Command):
    """Accept the invitation of your organisation (role representative)."""

    partnership_id: UUID


class TakeBackInvitation(Command):
    """Withdraw an invitation that was not accepted yet (representative of the lead, or coordinator)."""

    partnership_id: UUID
    organisation_id: UUID
    reason: Prose


class LeavePartnership(Command):
    """Leave the partnership with your organisation (role representative); the lead cannot."""

    partnership_id: UUID
    reason: Prose


class NameSenior(Command):
    """Name your party's senior responsible person (role representative).

    ``senior`` is a member of your organisation.
    """

    partnership_id: UUID
    senior: UUID


def join_partnership(tx: Transaction, command: JoinPartnership) -> Partnership:
    """Add a party, as the lead or as a coordinator; it is invited unless the actor speaks for it."""
    partnership = tx.get(Partnership, command.partnership_id)
    roles = permit(tx, partnership)
    if Role.COORDINATOR not in roles:
        partnership.party_of(tx.actor.organisation).require_accepted()
    party = new_party(tx, command)
    fallen = partnership.join(party)
    if party.takes_part:
        _joined(tx, partnership, party)
    else:
        invited(tx, partnership, party)
    withdraw_void(tx, partnership, fallen)
    return partnership


def accept_invitation(tx: Transaction, command: AcceptInvitation) -> Partnership:
    """Accept for the actor's organisation; from now on the public sees the party."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    partnership.accept(party, tx.now)
    _joined(tx, partnership, party)
    return partnership


def take_back_invitation(tx: Transaction, command: TakeBackInvitation) -> Partnership:
    """Withdraw an invitation that was not accepted yet, as the lead or as a coordinator."""
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    party = next(
        (party for party in partnership.parties if party.organisation_id == command.organisation_id), None
    )
    if party is None:
        raise OrganisationNotAParty(organisation=command.organisation_id)
    fallen = partnership.take_back(party, command.reason, tx.now)
    _declined(tx, partnership, party)
    withdraw_void(tx, partnership, fallen)
    return partnership


def leave_partnership(tx: Transaction, command: LeavePartnership) -> Partnership:
    """Leave with the actor's organisation, or decline; its seats on boards become vacant."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    fallen = partnership.leave(party, command.reason, tx.now)
    if party.accepted_at is None:
        _declined(tx, partnership, party)
    else:
        tx.record(
            PartyLeft(
                partnership_id=partnership.id,
                party_id=party.id,
                organisation_id=party.organisation_id,
                reason=command.reason,
            )
        )
    withdraw_void(tx, partnership, fallen)
    vacate_seats_of(tx, partnership.id, party.organisation_id, command.reason)
    return partnership


def name_senior(tx: Transaction, command: NameSenior) -> Partnership:
    """Name the senior responsible person of the actor's organisation, who must be a member of it."""
    partnership = tx.get(Partnership, command.partnership_id)
    party = own_party(tx, partnership)
    require_member(tx, command.senior, party.organisation_id)
    partnership.name_senior(party, command.senior)
    tx.record(
        SeniorNamed(
            partnership_id=partnership.id, organisation_id=party.organisation_id, senior=command.senior
        )
    )
    return partnership


def invited(tx: Transaction, partnership: Partnership, party: Party) -> None:
    """Record that an organisation was invited; only those inside the partnership see this."""
    invitation = {
        "partnership_id": partnership.id,
        "party_id": party.id,
        "organisation_id": party.organisation_id,
        "role": party.role,
    }
    tx.record(PartyInvited.model_validate(invitation))


def _joined(tx: Transaction, partnership: Partnership, party: Party) -> None:
    tx.record(PartyJoined(partnership_id=partnership.id, party=facts.of_party(party)))


def _declined(tx: Transaction, partnership: Partnership, party: Party) -> None:
    tx.record(
        InvitationEnded(
            partnership_id=partnership.id, party_id=party.id, organisation_id=party.organisation_id
        )
    )


def withdraw_void(tx: Transaction, partnership: Partnership, fallen: Charter | None) -> None:
    """Record that a proposed charter is void, if one is, because the parties changed."""
    if fallen is not None:
        tx.record(
            CharterWithdrawn(
                partnership_id=partnership.id,
                charter_version=fallen.number,
                reason=AutomaticReason.PARTIES_CHANGED.value,
            )
        )


def new_party(tx: Transaction, terms: PartyTerms) -> Party:
    """A registered organisation as a party; only invited, unless the actor speaks for it."""
    organisation = tx.get(Organisation, terms.organisation_id)
    return Party(
        id=tx.new_id(),
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        kind=organisation.kind,
        role=terms.role,
        contributes=terms.contributes,
        gains=terms.gains,
        joined_at=tx.now,
        accepted_at=tx.now if speaks_for(tx, organisation) else None,
    )
