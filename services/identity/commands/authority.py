"""Whose an account is, and what follows when it may do less than before."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.identity.model.account import Account
from services.identity.model.session import Session
from services.identity.tables.sessions import sessions
from services.identity.visibility import own_account
from shared.backbone.seer import ActorSeer
from shared.backbone.transaction import Transaction, UnknownAggregate, noun
from shared.contracts.identity import AccessRevoked
from shared.identity.actor import Actor
from shared.identity.permissions import Relation, require_signed_in
from shared.identity.signing import LONGEST_LIFE

CLOCKS_DIFFER = timedelta(minutes=1)


def relations(actor: Actor, account: Account) -> set[Relation]:
    """What ties an actor to an account."""
    found = {Relation.OWN_AGENCY} if account.agency == actor.agency else set()
    acting = (actor.person, actor.agency, actor.organisation)
    if acting == (str(account.person_id), account.agency, account.organisation_id):
        found.add(Relation.OWN)
    return found


def permitted(tx: Transaction, account_id: UUID) -> Account:
    """Load an account with which the actor may do what is asked for."""
    account = tx.get(Account, account_id)
    tx.permit(relations(tx.actor, account))
    return account


def own(tx: Transaction) -> Account:
    """Load the account of the actor, who has signed in; raises ``UnknownAggregate`` where there is none."""
    require_signed_in(tx.actor)
    found = tx.session.scalars(sa.select(Account).where(own_account(ActorSeer(tx.actor)))).first()
    if found is None:
        raise UnknownAggregate(kind=noun(Account), id=tx.actor.person)
    return permitted(tx, found.id)


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
