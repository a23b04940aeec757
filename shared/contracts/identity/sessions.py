"""Events about signing in and out."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Way, WhyRefused
from shared.i18n import N_


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
    """A sign-in was refused; ``account_id`` is None if the account does not exist."""

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
