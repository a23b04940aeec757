"""Authorisation on accounts, and revocation of access when an account loses rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.identity.model.account import Account, OwnAccount
from services.identity.model.authority import require_not_above
from services.identity.model.session import Session
from services.identity.tables.accounts import agencies
from services.identity.tables.sessions import sessions
from services.identity.visibility import own_account
from shared.contracts.identity import AccessRevoked
from shared.contracts.vocabulary import AccountState
from shared.database.transaction import Transaction, UnknownAggregate, noun
from shared.identity.actor import Actor
from shared.identity.permissions import Relation, require_signed_in
from shared.identity.signing import LONGEST_LIFE
from shared.rows.viewer import ActorViewer

CLOCKS_DIFFER = timedelta(minutes=1)


def relations(actor: Actor, account: Account) -> set[Relation]:
    """The relations of an actor to an account."""
    listed_relations = {Relation.OWN_AGENCY} if account.agency == actor.agency else set()
    acting = (actor.person, actor.agency, actor.organisation)
    if acting == (str(account.person_id), account.agency, account.organisation_id):
        listed_relations.add(Relation.OWN)
    return listed_relations


def of_another(tx: Transaction, account_id: UUID) -> Account:
    """Load another person's account for the actor to act on; every such command calls this."""
    take_turns(tx)
    account = tx.get(Account, account_id)
    require_power_over(tx, account)
    return account


def take_turns(tx: Transaction) -> None:
    """Serialise administrators of an agency, so that two cannot lock each other out."""
    tx.execute(sa.select(agencies.c.id).where(agencies.c.agency == tx.actor.agency).with_for_update())


def require_power_over(tx: Transaction, account: Account) -> None:
    """Refuse an actor who may not act on somebody else's account, by the roles held at this moment.

    Raises ``OwnAccount``, ``AccountAbove`` and the refusals of the permission.
    """
    ties = relations(tx.actor, account)
    tx.permit(ties)
    if is_same_person(tx.actor, account):
        raise OwnAccount
    now = replace(tx.actor, roles=_held_now(tx))
    tx.context.permission.require(now, ties)
    require_not_above(now.roles, account.roles)


def is_same_person(actor: Actor, account: Account) -> bool:
    """Whether the account belongs to the actor's person, who has one for each organisation."""
    return (actor.person, actor.agency) == (str(account.person_id), account.agency)


def _held_now(tx: Transaction) -> frozenset[str]:
    """The actor's roles without those withdrawn meanwhile; tokens minted on the host keep all."""
    query = sa.select(Account).where(own_account(ActorViewer(tx.actor)))
    mine = tx.session.scalars(query, execution_options={"populate_existing": True}).first()
    if mine is None:
        return tx.actor.roles
    held = mine.roles if mine.state is AccountState.ACTIVE else []
    return tx.actor.roles.intersection(held)


def own(tx: Transaction) -> Account:
    """Load the account of the signed-in actor; raises ``UnknownAggregate`` if there is none."""
    require_signed_in(tx.actor)
    account_row = tx.session.scalars(sa.select(Account).where(own_account(ActorViewer(tx.actor)))).first()
    if account_row is None:
        raise UnknownAggregate(kind=noun(Account), id=tx.actor.person)
    account = tx.get(Account, account_row.id)
    tx.permit(relations(tx.actor, account))
    return account


def revoke(tx: Transaction, account: Account, only: UUID | None = None) -> None:
    """Revoke the access tokens of an account: all issued so far, or those of one session or API token."""
    tx.record(
        AccessRevoked(
            account_id=account.id,
            only=only,
            generation=account.generation,
            until=tx.now + LONGEST_LIFE + CLOCKS_DIFFER,
        )
    )


def end_sessions(tx: Transaction, account: Account) -> None:
    """End every session of an account."""
    with tx.unhidden():  # also if an administrator ends them, only their owner may see them
        tx.execute(sa.delete(sessions).where(sessions.c.account_id == account.id))


def session_of(tx: Transaction, secret: str) -> Session | None:
    """The session of a secret (as it is stored), if there is one."""
    return tx.session.scalars(sa.select(Session).where(sessions.c.secret == secret).with_for_update()).first()
