"""What identity publishes: who came in, who may do what, and what is no longer believed; ids alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event

Way = Literal["password", "provider"]
"""How somebody signed in: with a password that is kept here, or through an OpenID Connect provider."""
WhyRefused = Literal["credentials", "code", "delay", "locked", "unmatched"]
WhyErased = Literal["asked", "withdrawn", "not-needed", "unlawful"]
"""On what ground: the person asked, took back the consent, the data are not needed, or were never lawful."""
LinkPurpose = Literal["invitation", "reset"]


class AgencyFounded(Event, publisher="identity", aggregate="agency_id", audience=Audience.AUDIT):
    """An agency has a workspace of its own from now on; ``slug`` stands in the subjects of its events."""

    agency_id: UUID
    slug: str
    organisation_id: UUID | None


class AgencyAmended(Event, publisher="identity", aggregate="agency_id", audience=Audience.AUDIT):
    """An agency is called otherwise, or stands for another organisation of the registry."""

    agency_id: UUID
    organisation_id: UUID | None


# --- accounts --------------------------------------------------------------------------------------


class AccountOpened(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """Somebody got an account in these roles."""

    account_id: UUID
    organisation_id: UUID | None
    roles: tuple[str, ...]


class AccountLocked(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An administrator keeps an account from signing in."""

    account_id: UUID
    reason: str


class AccountUnlocked(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """A locked account may sign in again."""

    account_id: UUID


class AccountClosed(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An account is closed for good; ``erased`` tells that nothing personal is kept of it either."""

    account_id: UUID
    erased: bool


class PersonErased(Event, publisher="identity", aggregate="erasure_id", audience=Audience.AUDIT):
    """No service keeps anything personal of somebody any longer, in the agency whose event this is."""

    erasure_id: UUID
    whom: UUID
    why: WhyErased


class RoleGranted(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An account holds another role; ``by_provider`` tells that the provider of identities says so."""

    account_id: UUID
    role: str
    by_provider: bool


class RoleWithdrawn(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An account holds a role no longer; ``by_provider`` tells that the provider says so no longer."""

    account_id: UUID
    role: str
    by_provider: bool


class RoleRested(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An account acts in a role no longer until it is granted anew: its owner left the organisation."""

    account_id: UUID
    role: str
    organisation_id: UUID


class PasswordChanged(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """An account has another password; ``by_link`` tells that a one-time link was used for it."""

    account_id: UUID
    by_link: bool


class OneTimeLinkMade(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """Whoever holds a link may set an account's password once."""

    account_id: UUID
    purpose: LinkPurpose
    expires_at: datetime


class TotpEnrolled(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """Signing in to an account needs a code from now on."""

    account_id: UUID


class TotpDropped(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """Signing in to an account needs a code no longer."""

    account_id: UUID


# --- signing in and out ----------------------------------------------------------------------------


class SignedIn(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """A session began."""

    account_id: UUID
    session_id: UUID
    way: Way


class SignInRefused(Event, publisher="identity", aggregate="attempt_id", audience=Audience.AUDIT):
    """Somebody was not let in; ``account_id`` is None where there is no such account."""

    attempt_id: UUID
    account_id: UUID | None
    way: Way
    why: WhyRefused


class SignedOut(Event, publisher="identity", aggregate="account_id", audience=Audience.AUDIT):
    """A session was ended (None: all of the account's)."""

    account_id: UUID
    session_id: UUID | None


# --- tokens ----------------------------------------------------------------------------------------


class TokenMade(Event, publisher="identity", aggregate="token_id", audience=Audience.AUDIT):
    """A system may act for an account until then, in these roles."""

    token_id: UUID
    account_id: UUID
    roles: tuple[str, ...]
    reads_only: bool
    expires_at: datetime


class TokenRevoked(Event, publisher="identity", aggregate="token_id", audience=Audience.AUDIT):
    """A system may act no longer."""

    token_id: UUID
    account_id: UUID


class AccessRevoked(Event, publisher="identity", aggregate="account_id", audience=Audience.INTERNAL):
    """Access tokens are not believed any longer, though they have not expired.

    Of the account those of an earlier ``generation``, or all that come from one session or API token
    (``only``). No such token outlives ``until``, so that nobody need remember this for longer.
    """

    account_id: UUID
    only: UUID | None
    generation: int
    until: datetime
