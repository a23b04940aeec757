"""What somebody does with his or her own account: the password, the authenticator."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.identity.commands import attempts
from services.identity.commands.access import Entry, Lives, begin_session
from services.identity.commands.accounts import OfAccount
from services.identity.commands.attempts import Attempt
from services.identity.commands.authority import end_sessions, of_another, own, revoke
from services.identity.commands.links import context_of
from services.identity.commands.sign_in import Refused
from services.identity.model import totp
from services.identity.model.account import Account
from services.identity.model.attempts import SignInTooSoon, require_patience
from services.identity.model.password import require_good
from shared.contracts import identity as events
from shared.contracts.vocabulary import Way
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class PasswordWrong(Refusal):
    """What is dangerous is asked for with the password, also of those who are signed in."""

    kind = "invalid"
    message = "This is not your password."
    remedy = "Enter the password with which you sign in."


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knows the password of the own account, as ``SignIn`` has it."""

    attempt: Attempt
    matched: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Take another password."""

    proof: Proof
    password: str = field(repr=False)
    hashed: str = field(repr=False)
    lives: Lives


@dataclass(frozen=True, slots=True)
class EnrolTotp:
    """Get a secret for an authenticator."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class ConfirmTotp:
    """Show that the authenticator makes the right codes."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DropTotp:
    """Sign in without a code from now on."""

    proof: Proof


def change_password(tx: Transaction, command: ChangePassword) -> Entry | Refused:
    """Change it; all sessions end, and a new one begins."""
    account = own(tx)
    if refused := unproven(tx, account, command.proof):
        return refused
    require_good(command.password, context_of(account))
    account.set_password(command.hashed, tx.now)
    end_sessions(tx, account)
    tx.record(events.PasswordChanged(account_id=account.id, by_link=False))
    revoke(tx, account)
    return begin_session(tx, account, Way.PASSWORD, command.lives)


def enrol_totp(tx: Transaction, command: EnrolTotp) -> Account | Refused:
    """Give the account a secret that has to be confirmed; until then signing in needs no code."""
    account = own(tx)
    if refused := unproven(tx, account, command.proof):
        return refused
    account.enrol_totp(totp.new_secret())
    account.version += 1
    return account


def confirm_totp(tx: Transaction, command: ConfirmTotp) -> Account:
    """Have signing in need a code from now on."""
    account = own(tx)
    step = totp.step_of(account.totp_secret, command.code, tx.now) if account.totp_secret else None
    account.confirm_totp(step)
    tx.record(events.TotpEnrolled(account_id=account.id))
    return account


def drop_totp(tx: Transaction, command: DropTotp) -> Account | Refused:
    """Drop one's own authenticator."""
    account = own(tx)
    if refused := unproven(tx, account, command.proof):
        return refused
    return _drop(tx, account)


def drop_account_totp(tx: Transaction, command: OfAccount) -> Account:
    """Drop the authenticator of somebody who has lost it."""
    return _drop(tx, of_another(tx, command.account_id))


def _drop(tx: Transaction, account: Account) -> Account:
    account.drop_totp()
    tx.record(events.TotpDropped(account_id=account.id))
    return account


def unproven(tx: Transaction, account: Account, proof: Proof) -> Refused | None:
    """Count a wrong password like one at the door, so that a stolen session does not help to find it."""
    try:
        require_patience(attempts.waits(tx, proof.attempt))
    except SignInTooSoon as refusal:
        return Refused(refusal)
    if account.password is not None and account.password == proof.matched:
        return None
    attempts.count(tx, proof.attempt)
    return Refused(PasswordWrong())
