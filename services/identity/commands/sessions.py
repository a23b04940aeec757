"""Ending sessions: by their owner, or by administrators."""

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
    """Sign out: the session ends, and its access tokens are revoked."""

    secret: Secret


class EndSession(Command):
    """End one of your sessions, such as one on a lost device."""

    session_id: UUID


class SignOutEverywhere(Command):
    """End all your sessions."""


class EndAccountSessions(Command):
    """End every session of an account (administrator), for example after a device was lost."""

    account_id: UUID


def sign_out(tx: Transaction, command: SignOut) -> None:
    """End the session; ending it again changes nothing."""
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
    """End all sessions, including the current one."""
    return _end_all(tx, own(tx))


def end_account_sessions(tx: Transaction, command: EndAccountSessions) -> Account:
    """End all sessions of an account; it can sign in again."""
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
