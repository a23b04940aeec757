"""Queries of accounts, sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session as Reading

from services.identity.model.account import Account
from services.identity.model.agency import Agency, AgencyUnknown
from services.identity.model.secret import kept
from services.identity.model.session import ApiToken, Link, Session
from services.identity.tables.accounts import accounts, agencies
from services.identity.tables.sessions import api_tokens, links, sessions
from services.identity.visibility import own_account
from shared.contracts.envelope import Envelope
from shared.database import outbox
from shared.database.transaction import UnknownAggregate, noun
from shared.identity.actor import Actor
from shared.plain_text import letters
from shared.rows.viewer import ActorViewer


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """A filter of accounts: with a text in their names, in a state, with a role; or certain ones.

    ``of`` are ids of accounts or of persons; empty: all.
    """

    q: str | None = None
    state: str | None = None
    role: str | None = None
    of: tuple[UUID, ...] = ()

    def narrow(self, query: sa.Select[Account]) -> sa.Select[Account]:
        """The query for these accounts, without the names filter."""
        if self.state is not None:
            query = query.where(accounts.c.state == self.state)
        if self.role is not None:
            query = query.where(sa.cast(accounts.c.roles, sa.Text).contains(f'"{self.role}"'))
        if self.of:
            query = query.where(sa.or_(accounts.c.id.in_(self.of), accounts.c.person_id.in_(self.of)))
        return query

    def names(self, owner: Account) -> bool:
        """Whether the text is in one of the account's names, by letters: databases fold case differently."""
        wanted = letters(self.q or "")
        return any(
            wanted in letters(name or "") for name in (owner.display_name, owner.user_name, owner.email)
        )


def kept_password(reading: Reading, user_name: str) -> str | None:
    """The password hash of an account, if it exists and has one."""
    return reading.connection().scalar(
        sa.select(accounts.c.password).where(accounts.c.user_name == user_name)
    )


def account(reading: Reading, account_id: UUID) -> Account:
    """One account that the actor may see; raises ``UnknownAggregate``."""
    account_row = reading.get(Account, account_id)
    if account_row is None:
        raise UnknownAggregate(kind=noun(Account), id=str(account_id))
    return account_row


def own(reading: Reading, actor: Actor) -> Account:
    """The actor's account; raises ``UnknownAggregate`` if there is none."""
    account_row = reading.scalars(sa.select(Account).where(own_account(ActorViewer(actor)))).first()
    if account_row is None:
        raise UnknownAggregate(kind=noun(Account), id=actor.person)
    return account_row


def behind_link(reading: Reading, secret: str) -> Account | None:
    """The account whose password a link sets."""
    query = sa.select(Account).join(Link, links.c.account_id == accounts.c.id)
    return reading.scalars(query.where(links.c.secret == kept(secret))).first()


def list_accounts(reading: Reading, wanted: AccountFilter, after: UUID | None, limit: int) -> list[Account]:
    """The accounts that the actor may see, in the order in which they were opened."""
    query = wanted.narrow(sa.select(Account).order_by(accounts.c.id))
    if after is not None:
        query = query.where(accounts.c.id > after)
    if wanted.q is None:
        return list(reading.scalars(query.limit(limit)))
    return list(islice(filter(wanted.names, reading.scalars(query)), limit))


def timeline(reading: Reading, account_id: UUID) -> list[Envelope]:
    """Everything that happened to an account that the actor may see, oldest first."""
    account(reading, account_id)
    return outbox.history(reading, account_id)


def sessions_of(
    reading: Reading, actor: Actor, after: UUID | None = None, limit: int | None = None
) -> list[Session]:
    """The actor's sessions, oldest first."""
    account_row = own(reading, actor)
    query = (
        sa.select(Session).where(sessions.c.account_id == account_row.id).order_by(sessions.c.id).limit(limit)
    )
    if after is not None:
        query = query.where(sessions.c.id > after)
    return list(reading.scalars(query))


def list_api_tokens(reading: Reading, after: UUID | None, limit: int) -> list[ApiToken]:
    """The API tokens that the actor may see, in the order in which they were created."""
    query = sa.select(ApiToken).order_by(api_tokens.c.id).limit(limit)
    if after is not None:
        query = query.where(api_tokens.c.id > after)
    return list(reading.scalars(query))


def own_agency(reading: Reading, actor: Actor) -> Agency:
    """The actor's agency; raises ``AgencyUnknown`` if it has no workspace."""
    agency = reading.scalars(sa.select(Agency).where(agencies.c.agency == actor.agency)).first()
    if agency is None:
        raise AgencyUnknown(slug=actor.agency)
    return agency


def list_agencies(reading: Reading, after: UUID | None, limit: int) -> list[Agency]:
    """Every agency, in the order in which they were added."""
    query = sa.select(Agency).order_by(agencies.c.id).limit(limit)
    if after is not None:
        query = query.where(agencies.c.id > after)
    return list(reading.scalars(query))


def everything_on(reading: Reading, actor: Actor) -> tuple[Account, list[Session], list[ApiToken]]:
    """All data stored about the actor's account."""
    account_row = own(reading, actor)
    mine = sa.select(ApiToken).where(api_tokens.c.account_id == account_row.id).order_by(api_tokens.c.id)
    return account_row, sessions_of(reading, actor), list(reading.scalars(mine))
