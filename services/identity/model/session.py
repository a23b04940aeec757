"""Sessions, API tokens and one-time links: what a secret opens, and for how long."""

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
    """The session has ended, or there never was one."""

    kind = "unauthenticated"
    message = "The session has ended."
    remedy = "Sign in again."


class ApiTokenUnknown(Refusal):
    """The API token has expired, was revoked, or never was one."""

    kind = "unauthenticated"
    message = "The API token is not accepted."
    remedy = "Make a new one; it is shown once, when it is made."


class LinkUnknown(Refusal):
    """The link was used, has expired, or never was one."""

    kind = "unknown"
    message = "The link was used already, or has expired."
    remedy = "Ask the administrator of your agency for another one."


class LifeTooLong(Refusal):
    """API tokens end."""

    kind = "invalid"
    message = "An API token ends within %(days)s days, and after today."
    remedy = "Give an earlier end, and make another token in good time before it."


class RoleNotYours(Refusal):
    """A token does what its maker may do, or less."""

    kind = "forbidden"
    message = "You do not hold the role %(role)s yourself."
    remedy = "Give the token roles among your own."
    reason = "the maker does not hold the role"


@dataclass(eq=False)
class Session:
    """That somebody is signed in, known by a secret; it ends when it is not used, and in any case."""

    id: UUID
    account_id: UUID
    secret: str
    way: Way
    began_at: datetime
    used_at: datetime
    ends_at: datetime

    def is_over(self, now: datetime, idle: timedelta) -> bool:
        """Whether it has ended by itself."""
        return now >= self.ends_at or now >= self.used_at + idle


MACHINE = Machine("API token", {(TokenState.GOOD, "revoke"): TokenState.REVOKED})


@dataclass(eq=False)
class ApiToken:
    """That a system may act for an account, in some of its roles, until a day; known by a secret."""

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
        """Whether it opens anything."""
        return self.state is TokenState.GOOD and now < self.ends_at

    def revoke(self) -> None:
        """Let it open nothing more."""
        self.state = MACHINE.after(self.state, "revoke")

    def roles_of(self, account_roles: list[str]) -> frozenset[str]:
        """In which roles it acts: its own, as far as the account still holds them; and what it is."""
        marks = {AUTOMATED, READ_ONLY} if self.reads_only else {AUTOMATED}
        return frozenset(set(self.roles) & set(account_roles) | marks)


@dataclass(eq=False)
class Link:
    """That whoever holds a secret may set the password of an account, once, until then."""

    id: UUID
    account_id: UUID
    secret: str
    purpose: LinkPurpose
    ends_at: datetime


def require_own(roles: list[str], held: frozenset[str]) -> None:
    """Refuse a role that the maker of a token does not hold with :class:`RoleNotYours`."""
    for role in roles:
        if role not in held:
            raise RoleNotYours(role=Term(role))


def require_end(ends_at: datetime, now: datetime) -> None:
    """Refuse a token that would not end within a year, with :class:`LifeTooLong`."""
    if not now < ends_at <= now + LONGEST_TOKEN_LIFE:
        raise LifeTooLong(days=LONGEST_TOKEN_LIFE.days)
