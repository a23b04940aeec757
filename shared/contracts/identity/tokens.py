"""What is published about tokens."""

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
    label=N_("API token made"),
    headline=Wordings(
        by="reads_only",
        texts={True: N_("%(actor)s made an API token that only reads, in these roles: %(roles)s.")},
        otherwise=N_("%(actor)s made an API token in these roles: %(roles)s."),
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
