"""Events about accounts and the persons who own them."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import WhyErased
from shared.i18n import N_


class AccountOpened(
    Event,
    publisher="identity",
    aggregate="account_id",
    label=N_("Account opened"),
    headline=N_("%(actor)s opened an account for %(account_id)s, with these roles: %(roles)s."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account was opened with these roles."""

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
    """An administrator locked an account: it cannot sign in."""

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
    """A locked account can sign in again."""

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
    """An account was closed permanently; ``erased`` tells that its personal data was also erased."""

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
    """The erasure of a person was ordered: every service deletes their personal data in this agency."""

    erasure_id: UUID
    whom: UUID
    why: WhyErased
