"""Accounts: who somebody is in an agency, in which roles, and what opens the door."""

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
"""What an account can hold: a custodian is made on the host alone."""


class RoleNotGiven(Refusal):
    """Some roles are not given by the administrators of an agency."""

    kind = "forbidden"
    message = "The role %(role)s is not given by an administrator of an agency."
    remedy = "Ask whoever runs the system."
    reason = "administrators do not give this role"


class RoleHeld(Refusal):
    """A role is granted once."""

    kind = "conflict"
    message = "The account holds the role %(role)s already."
    remedy = "Nothing needs to be done."


class RoleNotHeld(Refusal):
    """Only what is held can be withdrawn."""

    kind = "conflict"
    message = "The account does not hold the role %(role)s."
    remedy = "Look at the account to see its roles."


class RepresentsNobody(Refusal):
    """A representative acts for an organisation."""

    kind = "invalid"
    message = "A representative acts for an organisation, and this account belongs to none."
    remedy = "Open an account for the person that names the organisation."


class OwnAccount(Refusal):
    """Nobody shuts himself or herself out, so that an agency keeps an administrator."""

    kind = "conflict"
    message = "This is your own account."
    remedy = "Let another administrator of your agency do this."


class NotOpen(Refusal):
    """A closed account does nothing more."""

    kind = "conflict"
    message = "The account is closed."
    remedy = "Open another account for the person."


class CodeWrong(Refusal):
    """A code of the authenticator that is not due, or was used before."""

    kind = "invalid"
    message = "The code is not the one that is due."
    remedy = "Enter the newest code of your authenticator; check the clock of the device that makes it."


class TotpEnrolled(Refusal):
    """An account has one authenticator."""

    kind = "conflict"
    message = "The account has an authenticator already."
    remedy = "Drop it first, to enrol another one."


class TotpMissing(Refusal):
    """There is no authenticator, or none that waits to be confirmed."""

    kind = "conflict"
    message = "There is no authenticator for this."
    remedy = "Enrol one first."


@dataclass(eq=False)
class Account:
    """Somebody in an agency. ``person_id`` is what stands for him or her in events and tokens.

    Names, address, password and authenticator never leave this service; an erased account has none.
    Roles that are ``resting`` were held until its owner left the organisation for which it acts.
    ``generation`` counts how often it was allowed less than before: what it was given earlier is void.
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
        """Refuse what a closed account does not do, with :class:`NotOpen`."""
        if self.state is AccountState.CLOSED:
            raise NotOpen

    def take_role(self, role: str) -> None:
        """Hold another role; raises :class:`RoleHeld` and :class:`RepresentsNobody`."""
        self.require_open()
        if role in self.roles:
            raise RoleHeld(role=Term(role))
        require_organisation([role], self.organisation_id)
        self.roles = sorted([*self.roles, role])
        self.resting = [name for name in self.resting if name != role]

    def lose_role(self, role: str) -> None:
        """Hold a role no longer; tokens that say it are void."""
        self.require_open()
        if role not in self.roles:
            raise RoleNotHeld(role=Term(role))
        self.roles = [held for held in self.roles if held != role]
        self.generation += 1

    def rest_role(self, role: str) -> None:
        """Act in a role no longer until somebody grants it anew."""
        self.lose_role(role)
        self.resting = sorted({*self.resting, role})

    def lock(self) -> None:
        """Keep it from signing in."""
        self.state = MACHINE.after(self.state, "lock")
        self.generation += 1

    def unlock(self) -> None:
        """Let it sign in again."""
        self.state = MACHINE.after(self.state, "unlock")

    def close(self, at: datetime) -> None:
        """Close it for good."""
        self.state = MACHINE.after(self.state, "close")
        self.closed_at = at
        self.generation += 1

    def set_password(self, hashed: str, at: datetime) -> None:
        """Take another password; what was given out under the old one is void."""
        self.require_open()
        self.password, self.password_at = hashed, at
        self.generation += 1

    def enrol_totp(self, secret: str) -> None:
        """Take an authenticator, which has to be confirmed with a code."""
        self.require_open()
        if self.totp_confirmed:
            raise TotpEnrolled
        self.totp_secret, self.totp_step = secret, 0

    def confirm_totp(self, step: int | None) -> None:
        """Confirm the authenticator by the time step of a code that it made; raises :class:`CodeWrong`."""
        if self.totp_secret is None or self.totp_confirmed:
            raise TotpMissing
        if step is None:
            raise CodeWrong
        self.totp_confirmed, self.totp_step = True, step

    def use_code(self, step: int | None) -> None:
        """Use the code of a time step; a step is used once, and none before it afterwards."""
        if step is None or step <= self.totp_step:
            raise CodeWrong
        self.totp_step = step

    def drop_totp(self) -> None:
        """Sign in without a code from now on."""
        if self.totp_secret is None:
            raise TotpMissing
        self.totp_secret, self.totp_confirmed, self.totp_step = None, False, 0


def require_organisation(roles: list[str], organisation_id: UUID | None) -> None:
    """Refuse a representative of nobody with :class:`RepresentsNobody`."""
    if Role.REPRESENTATIVE in roles and organisation_id is None:
        raise RepresentsNobody


def can_hold(account: Account, role: str) -> bool:
    """Whether an account is one that can hold a role: a representative acts for an organisation."""
    return role != Role.REPRESENTATIVE or account.organisation_id is not None
