"""Events about roles."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.headline import Wordings
from shared.contracts.notice import Notice
from shared.i18n import N_


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
    """A role was granted to an account; ``by_provider`` tells that the identity provider did."""

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
    """A role was withdrawn from an account; ``by_provider`` tells that the identity provider did."""

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
    """A role of an account is suspended until it is granted again: its owner left the organisation."""

    account_id: UUID
    role: str
    organisation_id: UUID
