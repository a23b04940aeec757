"""What is published about passwords, links and one-time codes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import LinkPurpose
from shared.i18n import N_


class PasswordChanged(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Password changed"),
    headline=Wordings(
        by="by_link",
        texts={True: N_("%(account_id)s set a password by a one-time link.")},
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
    label=N_("One-time link made"),
    headline=Wordings(
        by="purpose",
        texts={
            "invitation": N_("%(actor)s made a link with which %(account_id)s comes in for the first time."),
            "reset": N_("%(actor)s made a link with which %(account_id)s sets a new password."),
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
    label=N_("Authenticator dropped"),
    headline=N_("%(actor)s dropped the authenticator of %(account_id)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """Signing in to an account needs a code no longer."""

    account_id: UUID
