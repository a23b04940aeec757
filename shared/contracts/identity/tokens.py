"""Events about API tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.i18n import N_


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
    """An API token was created: a system may act for an account until its expiry, in these roles."""

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
    """An API token was revoked."""

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
    """Access tokens were revoked before their expiry.

    Those of an account from an earlier ``generation``, or all from one session or API token (``only``). No
    such token is valid after ``until``, so the revocation can be forgotten then.
    """

    account_id: UUID
    only: UUID | None
    generation: int
    until: datetime
