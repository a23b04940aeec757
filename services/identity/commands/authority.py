"""Whose an account is, and what follows when it may do less than before."""

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
    """What ties an actor to an account."""
    found = {Relation.OWN_AGENCY} if account.agency == actor.agency else set()
    acting = (actor.person, actor.agency, actor.organisation)
    if acting == (str(account.person_id), account.agency, account.organisation_id):
        found.add(Relation.OWN)
    return found


def of_another(tx: Transaction, account_id: UUID) -> Account:
    """Load an account of somebody else on which the actor may act: every such act asks here."""
    take_turns(tx)
    account = tx.get(Account, account_id)
    require_power_over(tx, account)
    return account


def take_turns(tx: Transaction) -> None:
    """Let one administrator of an agency act on accounts at a time: two would shut each other out."""
    tx.execute(sa.select(agencies.c.id).where(agencies.c.agency == tx.actor.agency).with_for_update())


def require_power_over(tx: Transaction, account: Account) -> None:
    """Refuse who may not act on the account of somebody else, by what he or she holds at this moment.

    Raises ``OwnAccount``, ``AccountAbove`` and what the table of permissions refuses with.
    """
    ties = relations(tx.actor, account)
    tx.permit(ties)
    if is_same_person(tx.actor, account):
        raise OwnAccount
    now = replace(tx.actor, roles=_held_now(tx))
    tx.context.permission.require(now, ties)
    require_not_above(now.roles, account.roles)


def is_same_person(actor: Actor, account: Account) -> bool:
    """Whether the account is one of the actor's: a person has one for each part to play."""
    return (actor.person, actor.agency) == (str(account.person_id), account.agency)


def _held_now(tx: Transaction) -> frozenset[str]:
    """The actor's roles without those that were withdrawn meanwhile; who was minted on the host keeps all."""
    query = sa.select(Account).where(own_account(ActorViewer(tx.actor)))
    mine = tx.session.scalars(query, execution_options={"populate_existing": True}).first()
    if mine is None:
        return tx.actor.roles
    held = mine.roles if mine.state is AccountState.ACTIVE else []
    return tx.actor.roles.intersection(held)


def own(tx: Transaction) -> Account:
    """Load the account of the actor, who has signed in; raises ``UnknownAggregate`` where there is none."""
    require_signed_in(tx.actor)
    found = tx.session.scalars(sa.select(Account).where(own_account(ActorViewer(tx.actor)))).first()
    if found is None:
        raise UnknownAggregate(kind=noun(Account), id=tx.actor.person)
    account = tx.get(Account, found.id)
    tx.permit(relations(tx.actor, account))
    return account


def revoke(tx: Transaction, account: Account, only: UUID | None = None) -> None:
    """Have no service believe what the account was given before, or through one session or token alone."""
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
    with tx.unhidden():  # whoever ends them: they are their owner's to see
        tx.execute(sa.delete(sessions).where(sessions.c.account_id == account.id))


def session_of(tx: Transaction, secret: str) -> Session | None:
    """The session that a secret (as it is kept) opens, if there is one."""
    return tx.session.scalars(sa.select(Session).where(sessions.c.secret == secret).with_for_update()).first()
