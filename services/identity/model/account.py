"""Accounts: roles, credentials and states."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.vocabulary import AccountState
from shared.identity.permissions import GRANTED, Role
from shared.refusal import Refusal, Term
from shared.states import Machine

MACHINE = Machine(
    "account",
    {
        (AccountState.ACTIVE, "lock"): AccountState.LOCKED,
        (AccountState.LOCKED, "unlock"): AccountState.ACTIVE,
        (AccountState.ACTIVE, "close"): AccountState.CLOSED,
        (AccountState.LOCKED, "close"): AccountState.CLOSED,
    },
)

ROLES = tuple(role for role in GRANTED if role is not Role.CUSTODIAN)
"""The roles that an account can have; a custodian is minted on the host only."""


class RoleNotGiven(Refusal):
    """Some roles are not granted by an agency's administrators."""

    kind = "forbidden"
    message = "The role %(role)s cannot be granted by an administrator of an agency."
    remedy = "Ask the operator of the system."
    reason = "administrators cannot grant this role"


class RoleHeld(Refusal):
    """A role is granted once."""

    kind = "conflict"
    message = "The account already has the role %(role)s."
    remedy = "Nothing needs to be done."


class RoleNotHeld(Refusal):
    """Only a role that an account has can be withdrawn."""

    kind = "conflict"
    message = "The account does not have the role %(role)s."
    remedy = "Open the account to see its roles."


class RepresentsNobody(Refusal):
    """A representative acts for an organisation."""

    kind = "invalid"
    message = "A representative acts for an organisation, but this account has none."
    remedy = "Open an account with that organisation for the person."


class OwnAccount(Refusal):
    """Administrators cannot lock themselves out, so that an agency keeps one."""

    kind = "conflict"
    message = "This is your own account."
    remedy = "Ask another administrator of your agency to do this."


class NotOpen(Refusal):
    """A closed account cannot be changed."""

    kind = "conflict"
    message = "The account is closed."
    remedy = "Open another account for the person."


class CodeWrong(Refusal):
    """The authenticator's code is not the current one, or was used before."""

    kind = "invalid"
    message = "The code is not valid."
    remedy = "Enter the latest code from your authenticator, and check that its device shows the right time."


class TotpEnrolled(Refusal):
    """An account has one authenticator."""

    kind = "conflict"
    message = "The account already has an authenticator."
    remedy = "Remove it before you enrol another one."


class TotpMissing(Refusal):
    """There is no authenticator, or none that awaits confirmation."""

    kind = "conflict"
    message = "The account has no authenticator."
    remedy = "Enrol an authenticator first."


@dataclass(eq=False)
class Account:
    """An account in an agency. ``person_id`` is its opaque id in events and tokens.

    Names, address, password and authenticator never leave this service; an erased account has none. Roles
    that are ``resting`` are suspended, because the owner left the organisation that the account acts for.
    ``generation`` increases with every loss of rights: tokens of earlier generations are void.
    """

    id: UUID
    agency: str
    organisation_id: UUID | None
    person_id: UUID
    user_name: str | None
    display_name: str
    email: str | None
    roles: list[str]
    opened_at: datetime
    state: AccountState = AccountState.ACTIVE
    password: str | None = None
    password_at: datetime | None = None
    totp_secret: str | None = None
    totp_confirmed: bool = False
    totp_step: int = 0
    issuer: str | None = None
    subject: str | None = None
    closed_at: datetime | None = None
    resting: list[str] = field(default_factory=list)
    generation: int = 1
    version: int = 0

    def require_open(self) -> None:
        """Refuse a closed account with :class:`NotOpen`."""
        if self.state is AccountState.CLOSED:
            raise NotOpen

    def take_role(self, role: str) -> None:
        """Add a role; raises :class:`RoleHeld` and :class:`RepresentsNobody`."""
        self.require_open()
        if role in self.roles:
            raise RoleHeld(role=Term(role))
        require_organisation([role], self.organisation_id)
        self.roles = sorted([*self.roles, role])
        self.resting = [name for name in self.resting if name != role]

    def lose_role(self, role: str) -> None:
        """Remove a role; tokens that contain it are void."""
        self.require_open()
        if role not in self.roles:
            raise RoleNotHeld(role=Term(role))
        self.roles = [held for held in self.roles if held != role]
        self.generation += 1

    def rest_role(self, role: str) -> None:
        """Suspend a role until it is granted again."""
        self.lose_role(role)
        self.resting = sorted({*self.resting, role})

    def lock(self) -> None:
        """Lock the account."""
        self.state = MACHINE.after(self.state, "lock")
        self.generation += 1

    def unlock(self) -> None:
        """Unlock the account."""
        self.state = MACHINE.after(self.state, "unlock")

    def close(self, at: datetime) -> None:
        """Close the account permanently."""
        self.state = MACHINE.after(self.state, "close")
        self.closed_at = at
        self.generation += 1

    def set_password(self, hashed: str, at: datetime) -> None:
        """Set another password; tokens issued under the old one are void."""
        self.require_open()
        self.password, self.password_at = hashed, at
        self.generation += 1

    def enrol_totp(self, secret: str) -> None:
        """Add an authenticator, which has to be confirmed with a code."""
        self.require_open()
        if self.totp_confirmed:
            raise TotpEnrolled
        self.totp_secret, self.totp_step = secret, 0

    def confirm_totp(self, step: int | None) -> None:
        """Confirm the authenticator with the time step of its code; raises :class:`CodeWrong`."""
        if self.totp_secret is None or self.totp_confirmed:
            raise TotpMissing
        if step is None:
            raise CodeWrong
        self.totp_confirmed, self.totp_step = True, step

    def use_code(self, step: int | None) -> None:
        """Use the code of a time step; each step is used once, and no earlier one afterwards."""
        if step is None or step <= self.totp_step:
            raise CodeWrong
        self.totp_step = step

    def drop_totp(self) -> None:
        """Remove the authenticator; signing in then needs no code."""
        if self.totp_secret is None:
            raise TotpMissing
        self.totp_secret, self.totp_confirmed, self.totp_step = None, False, 0


def require_organisation(roles: list[str], organisation_id: UUID | None) -> None:
    """Refuse a representative without an organisation with :class:`RepresentsNobody`."""
    if Role.REPRESENTATIVE in roles and organisation_id is None:
        raise RepresentsNobody


def can_hold(account: Account, role: str) -> bool:
    """Whether an account can have a role: a representative needs an organisation."""
    return role != Role.REPRESENTATIVE or account.organisation_id is not None
