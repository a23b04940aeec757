"""Who acts on what: the relations of an actor to a thing of the registry."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.partners.model.agreement import Agreement
from services.partners.model.board import Board
from services.partners.model.commitment import Commitment
from services.partners.model.meeting import Meeting
from services.partners.model.partnership import Partnership
from services.partners.model.party import Party
from services.partners.model.trust import TrustRound
from services.partners.tables.organisations import persons
from shared.backbone.transaction import Aggregate, Transaction
from shared.identity.permissions import Relation, Role


def permit(tx: Transaction, thing: Aggregate) -> frozenset[str]:
    """Refuse whoever may not do this to ``thing``; returns the roles in which the actor may."""
    ties = _ties(tx, thing)
    if thing.agency == tx.actor.agency:
        ties.add(Relation.OWN_AGENCY)
    return tx.permit(ties)


def own_party(tx: Transaction, partnership: Partnership) -> Party:
    """The party for which the actor may do this."""
    permit(tx, partnership)
    return partnership.party_of(tx.actor.organisation)


def bound_party(tx: Transaction, partnership: Partnership) -> Party:
    """The party for which the actor may do this, if it is bound."""
    party = own_party(tx, partnership)
    partnership.require_bound(party)
    return party


def permit_bound(tx: Transaction, partnership: Partnership) -> None:
    """Refuse whoever may not do this to a partnership; whoever may as a party alone, only if it is bound."""
    if permit(tx, partnership) == {Role.REPRESENTATIVE}:
        partnership.require_bound(partnership.party_of(tx.actor.organisation))


def _ties(tx: Transaction, thing: Aggregate) -> set[Relation]:
    organisation = tx.actor.organisation
    match thing:
        case Partnership():
            return _as_party(tx, thing)
        case Agreement() if thing.signed_for(organisation):
            return {Relation.SIGNATORY}
        case Commitment() if thing.organisation_id == organisation:
            return {Relation.OWN}
        case TrustRound() if any(one.organisation_id == organisation for one in thing.parties):
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
            return {Relation.PARTY, Relation.LEAD} if party is partnership.lead else {Relation.PARTY}
    return set()


def _seat(tx: Transaction, board: Board) -> set[Relation]:
    holds = any(str(seat.holder) == tx.actor.person for seat in board.filled(tx.today))
    return _if_registered(tx) if holds else set()


def _if_registered(tx: Transaction) -> set[Relation]:
    """Only the agency that registered a person says who that is: another's accounts may bear any id."""
    own = sa.select(persons.c.id).where(
        persons.c.id == UUID(tx.actor.person), persons.c.agency == tx.actor.agency
    )
    with tx.unhidden():
        return {Relation.BOARD} if tx.execute(own).first() is not None else set()
