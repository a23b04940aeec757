"""Sessions, API tokens and one-time links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.vocabulary import LinkPurpose, TokenState, Way
from shared.identity.permissions import AUTOMATED, READ_ONLY
from shared.refusal import Refusal, Term
from shared.states import Machine

LONGEST_TOKEN_LIFE = timedelta(days=366)
LINK_LIFE = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}


class SessionUnknown(Refusal):
    """The session has ended, or never existed."""

    kind = "unauthenticated"
    message = "The session has ended."
    remedy = "Sign in again."


class ApiTokenUnknown(Refusal):
    """The API token has expired, was revoked, or never existed."""

    kind = "unauthenticated"
    message = "The API token is not accepted."
    remedy = "Create a new token; it is shown once, when it is created."


class LinkUnknown(Refusal):
    """The link was used, has expired, or never existed."""

    kind = "unknown"
    message = "The link has already been used, or has expired."
    remedy = "Ask the administrator of your agency for another link."


class LifeTooLong(Refusal):
    """API tokens must expire."""

    kind = "invalid"
    message = "An API token must expire after today and within %(days)s days."
    remedy = "Choose an earlier day, and create the next token before then."


class RoleNotYours(Refusal):
    """A token has no more roles than its creator."""

    kind = "forbidden"
    message = "You do not have the role %(role)s yourself."
    remedy = "Choose only roles that you have."
    reason = "the creator of the token does not have the role"


@dataclass(eq=False)
class Session:
    """A signed-in session, identified by a secret; it ends when idle, and at a fixed time."""

    id: UUID
    account_id: UUID
    secret: str
    way: Way
    began_at: datetime
    used_at: datetime
    ends_at: datetime

    def is_over(self, now: datetime, idle: timedelta) -> bool:
        """Whether it has expired."""
        return now >= self.ends_at or now >= self.used_at + idle


MACHINE = Machine("API token", {(TokenState.GOOD, "revoke"): TokenState.REVOKED})


@dataclass(eq=False)
class ApiToken:
    """The right of a system to act for an account in some of its roles until a day, with a secret."""

    id: UUID
    agency: str
    account_id: UUID
    name: str
    secret: str
    shown: str
    roles: list[str]
    reads_only: bool
    made_at: datetime
    ends_at: datetime
    used_on: date | None = None
    state: TokenState = TokenState.GOOD
    version: int = 0

    def is_good(self, now: datetime) -> bool:
        """Whether it is valid."""
        return self.state is TokenState.GOOD and now < self.ends_at

    def revoke(self) -> None:
        """Revoke it."""
        self.state = MACHINE.after(self.state, "revoke")

    def roles_of(self, account_roles: list[str]) -> frozenset[str]:
        """The roles in which it acts: its own, if the account still has them."""
        marks = {AUTOMATED, READ_ONLY} if self.reads_only else {AUTOMATED}
        return frozenset(set(self.roles) & set(account_roles) | marks)


@dataclass(eq=False)
class Link:
    """The right of anyone with a secret to set the password of an account, once, until a time."""

    id: UUID
    account_id: UUID
    secret: str
    purpose: LinkPurpose
    ends_at: datetime


def require_own(roles: list[str], held: frozenset[str]) -> None:
    """Refuse a role that the token's creator does not have, with :class:`RoleNotYours`."""
    for role in roles:
        if role not in held:
            raise RoleNotYours(role=Term(role))


def require_end(ends_at: datetime, now: datetime) -> None:
    """Refuse a token that would not expire within a year, with :class:`LifeTooLong`."""
    if not now < ends_at <= now + LONGEST_TOKEN_LIFE:
        raise LifeTooLong(days=LONGEST_TOKEN_LIFE.days)
