"""Own account: password and authenticator."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from services.identity.commands import attempts
from services.identity.commands.access import Entry, Lives, begin_session
from services.identity.commands.attempts import Attempt
from services.identity.commands.authority import end_sessions, of_another, own, revoke
from services.identity.commands.fields import Code, Password
from services.identity.commands.links import context_of
from services.identity.commands.sign_in import Refused
from services.identity.model import totp
from services.identity.model.account import Account
from services.identity.model.attempts import SignInTooSoon, require_patience
from services.identity.model.password import require_good
from shared.command import Command
from shared.contracts import identity as events
from shared.contracts.vocabulary import Way
from shared.database.transaction import Transaction
from shared.refusal import Refusal


class PasswordWrong(Refusal):
    """Sensitive changes need the password, even in an open session."""

    kind = "invalid"
    message = "The password is wrong."
    remedy = "Enter the password with which you sign in."


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of checking a password before the transaction: the stored hash that it matched, if any."""

    attempt: Attempt
    matched: str | None = field(repr=False)


class ChangePassword(Command):
    """Change your password: every session ends, and a new one begins."""

    password: Password
    new_password: Password


class EnrolTotp(Command):
    """Get the secret of an authenticator; once a code has confirmed it, every sign-in needs a code."""

    password: Password


class ConfirmTotp(Command):
    """Confirm the authenticator with a code."""

    code: Code


class DropTotp(Command):
    """Remove your authenticator; signing in then needs no code."""

    password: Password


class DropAccountTotp(Command):
    """Remove the authenticator of someone who has lost it (administrator)."""

    account_id: UUID


def change_password(
    tx: Transaction, command: ChangePassword, proof: Proof, hashed: str, lives: Lives
) -> Entry | Refused:
    """Change the password to ``hashed``; all sessions end, and a new one begins."""
    account = own(tx)
    if refused := unproven(tx, account, proof):
        return refused
    require_good(command.new_password.get_secret_value(), context_of(account))
    account.set_password(hashed, tx.now)
    end_sessions(tx, account)
    tx.record(events.PasswordChanged(account_id=account.id, by_link=False))
    revoke(tx, account)
    return begin_session(tx, account, Way.PASSWORD, lives)


def enrol_totp(tx: Transaction, _command: EnrolTotp, proof: Proof) -> Account | Refused:
    """Give the account a secret that has to be confirmed; until then signing in needs no code."""
    account = own(tx)
    if refused := unproven(tx, account, proof):
        return refused
    account.enrol_totp(totp.new_secret())
    account.version += 1
    return account


def confirm_totp(tx: Transaction, command: ConfirmTotp) -> Account:
    """Require a code at every sign-in from now on."""
    account = own(tx)
    step = totp.step_of(account.totp_secret, command.code, tx.now) if account.totp_secret else None
    account.confirm_totp(step)
    tx.record(events.TotpEnrolled(account_id=account.id))
    return account


def drop_totp(tx: Transaction, _command: DropTotp, proof: Proof) -> Account | Refused:
    """Remove the actor's own authenticator."""
    account = own(tx)
    if refused := unproven(tx, account, proof):
        return refused
    return _drop(tx, account)


def drop_account_totp(tx: Transaction, command: DropAccountTotp) -> Account:
    """Remove the authenticator if its owner has lost it."""
    return _drop(tx, of_another(tx, command.account_id))


def _drop(tx: Transaction, account: Account) -> Account:
    account.drop_totp()
    tx.record(events.TotpDropped(account_id=account.id))
    return account


def unproven(tx: Transaction, account: Account, proof: Proof) -> Refused | None:
    """Count a wrong password as a failed sign-in, so that a stolen session cannot be used to guess it."""
    try:
        require_patience(attempts.waits(tx, proof.attempt))
    except SignInTooSoon as refusal:
        return Refused(refusal)
    if account.password is not None and account.password == proof.matched:
        return None
    attempts.count(tx, proof.attempt)
    return Refused(PasswordWrong())
