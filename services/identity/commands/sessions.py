"""Sessions are ended: by whoever holds one, one by one, or all at once; those of others by administrators."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.authority import end_sessions, of_another, own, revoke, session_of
from services.identity.model.account import Account
from services.identity.model.secret import kept
from services.identity.model.session import Session
from shared.contracts.identity import SignedOut
from shared.database.transaction import Transaction, UnknownAggregate, noun


@dataclass(frozen=True, slots=True)
class SignOut:
    """End the session that a secret opens."""

    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndSession:
    """End one of one's own sessions."""

    session_id: UUID


@dataclass(frozen=True, slots=True)
class SignOutEverywhere:
    """End all of one's own sessions."""


@dataclass(frozen=True, slots=True)
class EndAccountSessions:
    """End all sessions of somebody of one's agency."""

    account_id: UUID


def sign_out(tx: Transaction, command: SignOut) -> None:
    """End it; ending what has ended is the same."""
    session = session_of(tx, kept(command.secret))
    if session is not None:
        _end(tx, tx.get(Account, session.account_id), session)


def end_session(tx: Transaction, command: EndSession) -> Account:
    """End one session."""
    account = own(tx)
    session = tx.session.scalars(sa.select(Session).filter_by(id=command.session_id)).first()
    if session is None or session.account_id != account.id:
        raise UnknownAggregate(kind=noun(Session), id=str(command.session_id))
    _end(tx, account, session)
    return account


def sign_out_everywhere(tx: Transaction, _command: SignOutEverywhere) -> Account:
    """End them all, the one with which this is asked for too."""
    return _end_all(tx, own(tx))


def end_account_sessions(tx: Transaction, command: EndAccountSessions) -> Account:
    """End them all, such as after a device was lost; the account can sign in again."""
    return _end_all(tx, of_another(tx, command.account_id))


def _end_all(tx: Transaction, account: Account) -> Account:
    account.generation += 1
    end_sessions(tx, account)
    tx.record(SignedOut(account_id=account.id, session_id=None))
    revoke(tx, account)
    return account


def _end(tx: Transaction, account: Account, session: Session) -> None:
    tx.session.delete(session)
    tx.record(SignedOut(account_id=account.id, session_id=session.id))
    revoke(tx, account, only=session.id)
