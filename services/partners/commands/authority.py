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
from services.partners.model.person import Membership
from services.partners.model.trust import TrustRound
from services.partners.tables.boards import boards
from services.partners.tables.custodians import CUSTODIANS
from services.partners.tables.organisations import memberships, organisations, persons
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.vocabulary import BoardState
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

    An account without a person cannot be checked. A person whom the registrar of the organisation registered
    is known in its own workspace, too: it can only refuse them.
    """
    try:
        person = UUID(tx.actor.person)
    except ValueError:
        return True
    registrar = sa.select(organisations.c.agency).where(organisations.c.id == tx.actor.organisation)
    known = sa.select(persons.c.id).where(
        persons.c.id == person,
        sa.or_(persons.c.agency == tx.actor.agency, persons.c.agency == registrar.scalar_subquery()),
    )
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
            return _as_party(tx, thing) | _presiding(tx, thing)
        case Agreement() if thing.signed_for(organisation):
            return {Relation.SIGNATORY}
        case Commitment() | Membership() if thing.organisation_id == organisation:
            return {Relation.OWN}
        case Organisation() if thing.id == organisation:
            return {Relation.OWN}
        case TrustRound():
            partnership = tx.get(Partnership, thing.partnership_id)
            scores = any(party.organisation_id == organisation for party in thing.parties)
            return ({Relation.PARTY} if scores else _as_party(tx, partnership)) | _presiding(tx, partnership)
        case Board():
            if not _asked_for(tx, Relation.LEAD):
                return _seat(tx, thing)
            return _seat(tx, thing) | _as_party(tx, tx.get(Partnership, thing.partnership_id))
        case Meeting():
            board = tx.get(Board, thing.board_id)
            attended = _if_registered(tx) if thing.attended_by(tx.actor.person) else set()
            return attended | _seat(tx, board)
    return set()


def _as_party(tx: Transaction, partnership: Partnership) -> set[Relation]:
    for party in partnership.parties:
        if party.organisation_id == tx.actor.organisation:
            leads = party is partnership.lead and party.takes_part
            return {Relation.PARTY, Relation.LEAD} if leads else {Relation.PARTY}
    return set()


def _presiding(tx: Transaction, partnership: Partnership) -> set[Relation]:
    """Whether the actor presides over any board of the partnership; asked only where it matters."""
    if not _asked_for(tx, Relation.PRESIDING):
        return set()
    theirs = sa.select(Board).where(
        boards.c.partnership_id == partnership.id, boards.c.state == BoardState.STANDING
    )
    with tx.unhidden():
        standing = list(tx.session.scalars(theirs))
    return {Relation.PRESIDING} & {relation for board in standing for relation in _seat(tx, board)}


def _asked_for(tx: Transaction, relation: Relation) -> bool:
    return any(grant.relation is relation for grant in tx.context.permission.grants)


def _seat(tx: Transaction, board: Board) -> set[Relation]:
    """The relations to a board: of who sits on it, or of its agency while nobody presides over it."""
    presiding = board.presiding(tx.today)
    if any(str(seat.holder) == tx.actor.person for seat in presiding):
        return _if_registered(tx, Relation.BOARD, Relation.PRESIDING)
    ties = set[Relation]()
    if not presiding and board.agency == tx.actor.agency:
        ties.add(Relation.STANDING_IN)
    if any(str(seat.holder) == tx.actor.person for seat in board.filled(tx.today)):
        ties |= _if_registered(tx)
    return ties


def _if_registered(tx: Transaction, *relations: Relation) -> set[Relation]:
    """Look up the person only in the agency that registered them: accounts of others may have any id."""
    own = sa.select(persons.c.id).where(
        persons.c.id == UUID(tx.actor.person), persons.c.agency == tx.actor.agency
    )
    with tx.unhidden():
        return set(relations or {Relation.BOARD}) if tx.execute(own).first() is not None else set()
