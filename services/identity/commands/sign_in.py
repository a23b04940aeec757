"""Sign-in with user name, password and code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import SecretStr

from services.identity.commands import attempts
from services.identity.commands.access import Entry, Lives, begin_session
from services.identity.commands.attempts import Attempt
from services.identity.commands.fields import Browser, Code, Password, UserName
from services.identity.model import totp
from services.identity.model.account import Account, CodeWrong
from services.identity.model.attempts import SignInRefused, SignInTooSoon, require_patience
from services.identity.tables.accounts import accounts
from shared.command import Command
from shared.contracts import identity as events
from shared.contracts.vocabulary import AccountState, Way, WhyRefused
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class SignIn(Command):
    """Sign in. The answer is the same, and takes as long, whether the account or the password is wrong.

    The code is that of an authenticator, if the account has one. ``browser`` is the value of an earlier
    answer: failures of others do not delay a browser that sends it.
    """

    user_name: UserName
    password: Password
    code: Code = ""
    browser: Browser = SecretStr("")


@dataclass(frozen=True, slots=True)
class Matched:
    """The stored hash that the given password matched, if it did.

    Hashing takes long, so it is done before the transaction, which then checks that the stored hash is
    still the same. ``rehashed`` is a new hash with current parameters, if they have changed.
    """

    kept: str | None = field(repr=False)
    rehashed: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused sign-in: a result and not an exception, so that the failure is stored."""

    refusal: Refusal


def sign_in(
    tx: Transaction, command: SignIn, attempt: Attempt, matched: Matched, lives: Lives
) -> Entry | Refused:
    """Sign in, or count the failure; failures of a known browser are counted separately."""
    browser = command.browser.get_secret_value()
    if attempts.is_known(tx, browser, command.user_name):
        attempt = Attempt.in_known_browser(browser)
    try:
        require_patience(attempts.waits(tx, attempt))
    except SignInTooSoon as refusal:
        return Refused(refusal)  # not audited: repeated attempts must not fill the log
    query = sa.select(Account).where(accounts.c.user_name == command.user_name).with_for_update()
    account = tx.session.scalars(query).first()
    why = _why_not(account, command.code, matched, tx.now)
    if account is None or why is not None:
        return refuse(tx, attempt, account, why or WhyRefused.CREDENTIALS)
    attempts.forget(tx, attempt)
    if matched.rehashed is not None:
        account.password = matched.rehashed
    entry = begin_session(tx, tx.get(Account, account.id), Way.PASSWORD, lives)
    return replace(entry, browser=attempts.know(tx, account.id, browser))


def refuse(tx: Transaction, attempt: Attempt, account: Account | None, why: WhyRefused) -> Refused:
    """Count a failure and record it; the answer is the same, whatever is wrong."""
    attempts.count(tx, attempt)
    event = events.SignInRefused(
        attempt_id=tx.new_id(), account_id=account.id if account else None, way=Way.PASSWORD, why=why
    )
    tx.audit(event, account.agency if account else "")
    return Refused(SignInRefused())


def _why_not(account: Account | None, code: str, matched: Matched, now: datetime) -> WhyRefused | None:
    if account is None or account.password is None or account.password != matched.kept:
        return WhyRefused.CREDENTIALS
    if account.state is not AccountState.ACTIVE:
        return WhyRefused.LOCKED
    if account.totp_secret is None or not account.totp_confirmed:
        return None
    try:
        account.use_code(totp.step_of(account.totp_secret, code, now))
    except CodeWrong:
        return WhyRefused.CODE
    return None
