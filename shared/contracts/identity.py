"""What identity publishes: who came in, who may do what, and what is no longer believed; ids alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.i18n import N_

Way = Literal["password", "provider"]
"""How somebody signed in: with a password that is kept here, or through an OpenID Connect provider."""
WhyRefused = Literal["credentials", "code", "delay", "locked", "unmatched"]
WhyErased = Literal["asked", "withdrawn", "not-needed", "unlawful"]
"""On what ground: the person asked, took back the consent, the data are not needed, or were never lawful."""
LinkPurpose = Literal["invitation", "reset"]


class AgencyFounded(
    Event,
    publisher="identity",
    aggregate="agency_id",
    label=N_("Agency added"),
    headline=N_("%(actor)s added the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An agency has a workspace of its own from now on; ``slug`` stands in the subjects of its events."""

    agency_id: UUID
    slug: str
    organisation_id: UUID | None


class AgencyAmended(
    Event,
    publisher="identity",
    aggregate="agency_id",
    label=N_("Agency edited"),
    headline=N_("%(actor)s edited the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An agency is called otherwise, or stands for another organisation of the registry."""

    agency_id: UUID
    organisation_id: UUID | None


# --- accounts --------------------------------------------------------------------------------------


class AccountOpened(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Account opened"),
    headline=N_("%(actor)s opened an account for %(account_id)s, with these roles: %(roles)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Somebody got an account in these roles."""

    account_id: UUID
    organisation_id: UUID | None
    roles: tuple[str, ...]


class AccountLocked(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Account locked"),
    headline=N_("%(actor)s locked the account of %(account_id)s: %(reason)s"),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An administrator keeps an account from signing in."""

    account_id: UUID
    reason: str


class AccountUnlocked(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Account unlocked"),
    headline=N_("%(actor)s unlocked the account of %(account_id)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """A locked account may sign in again."""

    account_id: UUID


class AccountClosed(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Account closed"),
    headline=Wordings(
        by="erased",
        texts={True: N_("The account of %(account_id)s was closed and erased by %(actor)s.")},
        otherwise=N_("The account of %(account_id)s was closed by %(actor)s."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account is closed for good; ``erased`` tells that nothing personal is kept of it either."""

    account_id: UUID
    erased: bool


class PersonErased(
    Event,
    publisher="identity",
    aggregate="erasure_id",
    label=N_("Erasure of a person ordered"),
    headline=N_("%(actor)s ordered the erasure of all personal data of %(whom)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """No service keeps anything personal of somebody any longer, in the agency whose event this is."""

    erasure_id: UUID
    whom: UUID
    why: WhyErased


class RoleGranted(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Role granted"),
    headline=Wordings(
        by="by_provider",
        texts={True: N_("The identity provider granted %(account_id)s the role %(role)s.")},
        otherwise=N_("%(actor)s granted %(account_id)s the role %(role)s."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account holds another role; ``by_provider`` tells that the provider of identities says so."""

    account_id: UUID
    role: str
    by_provider: bool


class RoleWithdrawn(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Role withdrawn"),
    headline=Wordings(
        by="by_provider",
        texts={True: N_("The identity provider withdrew the role %(role)s from %(account_id)s.")},
        otherwise=N_("%(actor)s withdrew the role %(role)s from %(account_id)s."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account holds a role no longer; ``by_provider`` tells that the provider says so no longer."""

    account_id: UUID
    role: str
    by_provider: bool


class RoleRested(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Role suspended"),
    headline=N_("The role %(role)s of %(account_id)s was suspended: its owner left the organisation."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account acts in a role no longer until it is granted anew: its owner left the organisation."""

    account_id: UUID
    role: str
    organisation_id: UUID


class PasswordChanged(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Password changed"),
    headline=Wordings(
        by="by_link",
        texts={True: N_("%(account_id)s set a password through a one-time link.")},
        otherwise=N_("%(account_id)s changed the password."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account has another password; ``by_link`` tells that a one-time link was used for it."""

    account_id: UUID
    by_link: bool


class OneTimeLinkMade(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("One-time link created"),
    headline=Wordings(
        by="purpose",
        texts={
            "invitation": N_("%(actor)s created a link for the first sign-in of %(account_id)s."),
            "reset": N_("%(actor)s created a link for %(account_id)s to set a new password."),
        },
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Whoever holds a link may set an account's password once."""

    account_id: UUID
    purpose: LinkPurpose
    expires_at: datetime


class TotpEnrolled(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Authenticator enrolled"),
    headline=N_("%(account_id)s enrolled an authenticator."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Signing in to an account needs a code from now on."""

    account_id: UUID


class TotpDropped(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Authenticator removed"),
    headline=N_("%(actor)s removed the authenticator of %(account_id)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Signing in to an account needs a code no longer."""

    account_id: UUID


# --- signing in and out ----------------------------------------------------------------------------


class SignedIn(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Signed in"),
    headline=Wordings(
        by="way",
        texts={
            "password": N_("%(account_id)s signed in with a password."),
            "provider": N_("%(account_id)s signed in through the identity provider."),
        },
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """A session began."""

    account_id: UUID
    session_id: UUID
    way: Way


class SignInRefused(
    Event,
    publisher="identity",
    aggregate="attempt_id",
    label=N_("Sign-in refused"),
    headline=Wordings(
        by="why",
        texts={
            "credentials": Wordings(
                by="account_id",
                texts={None: N_("Someone tried to sign in to an account that does not exist.")},
                otherwise=N_("Someone tried to sign in as %(account_id)s with a wrong password."),
            ),
            "code": N_(
                "Someone tried to sign in as %(account_id)s with the right password and a wrong code."
            ),
            "delay": N_("Someone tried to sign in as %(account_id)s again too soon."),
            "locked": N_("%(account_id)s tried to sign in, but the account is locked or closed."),
            "unmatched": N_("Someone without an account came from the identity provider."),
        },
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Somebody was not let in; ``account_id`` is None where there is no such account."""

    attempt_id: UUID
    account_id: UUID | None
    way: Way
    why: WhyRefused


class SignedOut(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Signed out"),
    headline=Wordings(
        by="session_id",
        texts={None: N_("All sessions of %(account_id)s were ended by %(actor)s.")},
        otherwise=N_("%(account_id)s signed out, or a session of %(account_id)s was ended."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """A session was ended (None: all of the account's)."""

    account_id: UUID
    session_id: UUID | None


# --- tokens ----------------------------------------------------------------------------------------


class TokenMade(
    Event,
    publisher="identity",
    aggregate="token_id",
    label=N_("API token created"),
    headline=Wordings(
        by="reads_only",
        texts={True: N_("%(actor)s created a read-only API token with these roles: %(roles)s.")},
        otherwise=N_("%(actor)s created an API token with these roles: %(roles)s."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """A system may act for an account until then, in these roles."""

    token_id: UUID
    account_id: UUID
    roles: tuple[str, ...]
    reads_only: bool
    expires_at: datetime


class TokenRevoked(
    Event,
    publisher="identity",
    aggregate="token_id",
    label=N_("API token revoked"),
    headline=N_("%(actor)s revoked an API token of %(account_id)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """A system may act no longer."""

    token_id: UUID
    account_id: UUID


class AccessRevoked(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Access withdrawn"),
    audience=Audience.INTERNAL,
    notice=Notice.NONE,
):
    """Access tokens are not believed any longer, though they have not expired.

    Of the account those of an earlier ``generation``, or all that come from one session or API token
    (``only``). No such token outlives ``until``, so that nobody need remember this for longer.
    """

    account_id: UUID
    only: UUID | None
    generation: int
    until: datetime
