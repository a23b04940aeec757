"""Authorisation in the registry: relations of an actor to an object."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from services.partners.model.agreement import Agreement
from services.partners.model.board import Board
from services.partners.model.commitment import Commitment
from services.partners.model.meeting import Meeting
from services.partners.model.organisation import Organisation
from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from services.partners.model.trust import TrustRound
from services.partners.tables.custodians import CUSTODIANS
from services.partners.tables.organisations import memberships, organisations, persons
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.database.transaction import Aggregate, Transaction
from shared.identity.actor import NotAParty
from shared.identity.permissions import Relation, Role
from shared.partnership.refusals import LeftTheOrganisation


def permit(tx: Transaction, thing: Aggregate) -> frozenset[str]:
    """Refuse an actor who may not do this to ``thing``; returns the roles in which the actor may."""
    ties = _ties(tx, thing)
    if thing.agency == tx.actor.agency:
        ties.add(Relation.OWN_AGENCY)
    roles = tx.permit(ties)
    if Role.REPRESENTATIVE in roles and not still_belongs(tx):
        roles -= {Role.REPRESENTATIVE}
        if not roles:
            raise LeftTheOrganisation
    return roles


def speaks_for(tx: Transaction, organisation: Organisation) -> bool:
    """Whether the actor speaks for the organisation: as its representative, or its agency's coordinator.

    If so, asking the organisation (to be a party, an observer, a signatory) also answers for it; else the
    organisation answers itself.
    """
    actor = tx.actor
    if actor.has(Role.REPRESENTATIVE) and actor.organisation == organisation.id:
        return True
    return actor.has(Role.COORDINATOR) and actor.agency == organisation.agency


def own_party(tx: Transaction, partnership: Partnership) -> Party:
    """The actor's party, which may do this."""
    if Role.REPRESENTATIVE not in permit(tx, partnership):
        raise NotAParty
    return partnership.party_of(tx.actor.organisation)


def bound_party(tx: Transaction, partnership: Partnership) -> Party:
    """The actor's party, which may do this if it is bound."""
    party = own_party(tx, partnership)
    partnership.require_bound(party)
    return party


def permit_bound(tx: Transaction, partnership: Partnership) -> None:
    """Refuse an actor who may not do this to a partnership; a party may only if it is bound."""
    if permit(tx, partnership) == {Role.REPRESENTATIVE}:
        partnership.require_bound(partnership.party_of(tx.actor.organisation))


def require_other_custodian(
    tx: Transaction, owner: UUID, history: Iterable[Envelope], *work: type[Event]
) -> None:
    """Refuse a judge whose account the custodian of the work opened: two parties would be one hand.

    ``work`` are the events of the ``history`` by which it was done.
    """
    registered_by: str = tx.execute(
        sa.select(organisations.c.agency).where(organisations.c.id == owner)
    ).scalar_one()
    CUSTODIANS.require_another(tx, owner, registered_by, history, work)


def still_belongs(tx: Transaction) -> bool:
    """Whether the actor still belongs to their organisation, if the registry knows the person.

    An account without a person cannot be checked.
    """
    try:
        person = UUID(tx.actor.person)
    except ValueError:
        return True
    known = sa.select(persons.c.id).where(persons.c.id == person, persons.c.agency == tx.actor.agency)
    running = sa.select(memberships.c.id).where(
        memberships.c.person_id == person,
        memberships.c.organisation_id == tx.actor.organisation,
        memberships.c.until.is_(None),
    )
    with tx.unhidden():
        return tx.execute(known).first() is None or tx.execute(running).first() is not None


def _ties(tx: Transaction, thing: Aggregate) -> set[Relation]:
    organisation = tx.actor.organisation
    match thing:
        case Partnership():
            return _as_party(tx, thing)
        case Agreement() if thing.signed_for(organisation):
            return {Relation.SIGNATORY}
        case Commitment() if thing.organisation_id == organisation:
            return {Relation.OWN}
        case TrustRound() if any(party.organisation_id == organisation for party in thing.parties):
            return {Relation.PARTY}
        case TrustRound():
            return _as_party(tx, tx.get(Partnership, thing.partnership_id))
        case Meeting() if thing.attended_by(tx.actor.person):
            return _if_registered(tx)
        case Meeting():
            return _seat(tx, tx.get(Board, thing.board_id))
    return set()


def _as_party(tx: Transaction, partnership: Partnership) -> set[Relation]:
    for party in partnership.parties:
        if party.organisation_id == tx.actor.organisation:
            leads = party is partnership.lead and party.takes_part
            return {Relation.PARTY, Relation.LEAD} if leads else {Relation.PARTY}
    return set()


def _seat(tx: Transaction, board: Board) -> set[Relation]:
    holds = any(str(seat.holder) == tx.actor.person for seat in board.filled(tx.today))
    return _if_registered(tx) if holds else set()


def _if_registered(tx: Transaction) -> set[Relation]:
    """Look up the person only in the agency that registered them: accounts of others may have any id."""
    own = sa.select(persons.c.id).where(
        persons.c.id == UUID(tx.actor.person), persons.c.agency == tx.actor.agency
    )
    with tx.unhidden():
        return {Relation.BOARD} if tx.execute(own).first() is not None else set()
