"""Words about accounts: how people come in, and why they do not."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class AccountState(Labelled):
    """Whether an account may sign in."""

    ACTIVE = "active", N_("active")
    LOCKED = "locked", N_("locked")
    CLOSED = "closed", N_("closed")


class TokenState(Labelled):
    """Whether a system may act with an API token."""

    GOOD = "valid", N_("valid")
    REVOKED = "revoked", N_("revoked")


class Way(Labelled):
    """How somebody signed in: with a password that is kept here, or through an OpenID Connect provider."""

    PASSWORD = "password", N_("with a password")
    PROVIDER = "provider", N_("through a provider")


class WhyRefused(Labelled):
    """Why somebody was not let in."""

    CREDENTIALS = "credentials", N_("wrong name or password")
    CODE = "code", N_("wrong code")
    DELAY = "delay", N_("too soon after a failure")
    LOCKED = "locked", N_("account locked or closed")
    UNMATCHED = "unmatched", N_("no account for the identity")


class LinkPurpose(Labelled):
    """What a one-time link is for."""

    INVITATION = "invitation", N_("invitation")
    RESET = "reset", N_("new password")


class WhyErased(Labelled):
    """On what ground a person is erased."""

    ASKED = "asked", N_("the person asked for it")
    WITHDRAWN = "withdrawn", N_("the person took back the consent")
    NOT_NEEDED = "not-needed", N_("the data are not needed any longer")
    UNLAWFUL = "unlawful", N_("the data should never have been held")


class AuditOutcome(Labelled):
    """What came of an attempt."""

    DONE = "done", N_("done")
    REFUSED = "refused", N_("refused")
