"""Sessions are ended: by whoever holds one, one by one, or all at once; those of others by administrators."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from services.identity.commands.authority import end_sessions, of_another, own, revoke, session_of
from services.identity.commands.fields import Secret
from services.identity.model.account import Account
from services.identity.model.secret import kept
from services.identity.model.session import Session
from shared.command import Command
from shared.contracts.identity import SignedOut
from shared.database.transaction import Transaction, UnknownAggregate, noun


class SignOut(Command):
    """Sign out: the session ends, and access that was given for it is withdrawn."""

    secret: Secret


class EndSession(Command):
    """End one of one's sessions, such as one on a device that was lost."""

    session_id: UUID


class SignOutEverywhere(Command):
    """End all of one's sessions."""


class EndAccountSessions(Command):
    """End every session of an account (administrator), such as after a device was lost."""

    account_id: UUID


def sign_out(tx: Transaction, command: SignOut) -> None:
    """End it; ending what has ended is the same."""
    session = session_of(tx, kept(command.secret.get_secret_value()))
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
