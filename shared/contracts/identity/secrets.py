"""Events about passwords, one-time links and authenticators."""

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
        texts={True: N_("%(account_id)s set a password through a one-time link.")},
        otherwise=N_("%(account_id)s changed the password."),
    ),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """The password of an account changed; ``by_link`` tells that a one-time link was used."""

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
    """A one-time link was created, with which its holder can set an account's password."""

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
    """Signing in to an account now needs a code."""

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
    """Signing in to an account no longer needs a code."""

    account_id: UUID
