"""Words about accounts: how people come in, and why they do not."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class AccountState(Labelled):
    """The state of an account."""

    ACTIVE = "active", N_("active")
    LOCKED = "locked", N_("locked")
    CLOSED = "closed", N_("closed")


class TokenState(Labelled):
    """The state of an API token."""

    GOOD = "valid", N_("valid")
    REVOKED = "revoked", N_("revoked")


class Way(Labelled):
    """A way of signing in: with a password that is stored here, or through an OpenID Connect provider."""

    PASSWORD = "password", N_("with a password")
    PROVIDER = "provider", N_("through a provider")


class WhyRefused(Labelled):
    """A reason why a sign-in was refused."""

    CREDENTIALS = "credentials", N_("wrong name or password")
    CODE = "code", N_("wrong code")
    DELAY = "delay", N_("too soon after a failure")
    LOCKED = "locked", N_("account locked or closed")
    UNMATCHED = "unmatched", N_("no account for the identity")


class LinkPurpose(Labelled):
    """The purpose of a one-time link."""

    INVITATION = "invitation", N_("invitation")
    RESET = "reset", N_("new password")


class WhyErased(Labelled):
    """The legal ground of an erasure."""

    ASKED = "asked", N_("the person requested it")
    WITHDRAWN = "withdrawn", N_("the person withdrew consent")
    NOT_NEEDED = "not-needed", N_("the data are no longer needed")
    UNLAWFUL = "unlawful", N_("the data should never have been held")


class AuditOutcome(Labelled):
    """The outcome of an audited act."""

    DONE = "done", N_("done")
    REFUSED = "refused", N_("refused")
