"""Access tokens: issued for a session or an API token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.authority import session_of
from services.identity.commands.cleanup import schedule_cleanup
from services.identity.commands.fields import Secret
from services.identity.model.account import Account
from services.identity.model.secret import kept, new_secret
from services.identity.model.session import ApiToken, ApiTokenUnknown, Session, SessionUnknown
from services.identity.tables.sessions import api_tokens
from shared.command import Command
from shared.contracts.identity import SignedIn
from shared.contracts.vocabulary import AccountState, Way
from shared.database.transaction import Transaction
from shared.identity.actor import Actor
from shared.identity.revocations import Origin
from shared.identity.tokens import API_TOKEN_PREFIX

TOUCHED_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lives:
    """The lifetimes of a session: when idle, and at most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Access:
    """Whom an access token is for, and through what; it is valid for some minutes."""

    actor: Actor
    origin: Origin


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that began; its secret is known only now.

    ``browser`` is the secret that identifies the browser at its next attempt, "" if it has one.
    """

    session: Session
    secret: str = field(repr=False)
    access: Access
    browser: str = field(default="", repr=False)


class GiveAccess(Command):
    """Exchange a session or an API token for an access token."""

    secret: Secret


def begin_session(tx: Transaction, account: Account, way: Way, lives: Lives) -> Entry:
    """Begin a session. Its secret is always new, which prevents session fixation."""
    secret = new_secret()
    session = Session(
        id=tx.new_id(),
        account_id=account.id,
        secret=kept(secret),
        way=way,
        began_at=tx.now,
        used_at=tx.now,
        ends_at=tx.now + lives.longest,
    )
    tx.session.add(session)
    schedule_cleanup(tx)
    tx.record(SignedIn(account_id=account.id, session_id=session.id, way=way))
    return Entry(session, secret, _access(account, frozenset(account.roles), session.id))


def give_access(tx: Transaction, command: GiveAccess, lives: Lives) -> Access:
    """Give access for a session or an API token; a refusal does not say why."""
    secret = command.secret.get_secret_value()
    if secret.startswith(API_TOKEN_PREFIX):
        return _by_token(tx, kept(secret))
    session = session_of(tx, kept(secret))
    if session is None or session.is_over(tx.now, lives.idle):
        raise SessionUnknown
    account = _active(tx, session.account_id)
    if account is None:
        raise SessionUnknown
    if tx.now - session.used_at >= TOUCHED_AFTER:
        session.used_at = tx.now
    return _access(account, frozenset(account.roles), session.id)


def _by_token(tx: Transaction, secret: str) -> Access:
    query = sa.select(ApiToken).where(api_tokens.c.secret == secret).with_for_update()
    token = tx.session.scalars(query).first()
    if token is None or not token.is_good(tx.now):
        raise ApiTokenUnknown
    account = _active(tx, token.account_id)
    if account is None:
        raise ApiTokenUnknown
    token.used_on = tx.today
    return _access(account, token.roles_of(account.roles), token.id)


def _active(tx: Transaction, account_id: UUID) -> Account | None:
    account = tx.session.get(Account, account_id)
    return account if account is not None and account.state is AccountState.ACTIVE else None


def _access(account: Account, roles: frozenset[str], through: UUID) -> Access:
    actor = Actor(
        person=str(account.person_id),
        agency=account.agency,
        organisation=account.organisation_id,
        roles=roles,
    )
    return Access(actor, Origin(account.id, account.generation, through))
