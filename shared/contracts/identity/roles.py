"""What is published about roles."""

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
        texts={True: N_("The provider of identities gave %(account_id)s the role %(role)s.")},
        otherwise=N_("%(actor)s gave %(account_id)s the role %(role)s."),
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
        texts={True: N_("The provider of identities took the role %(role)s from %(account_id)s.")},
        otherwise=N_("%(actor)s took the role %(role)s from %(account_id)s."),
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
    label=N_("Role rests"),
    headline=N_("The role %(role)s of %(account_id)s rests: its owner left the organisation."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An account acts in a role no longer until it is granted anew: its owner left the organisation."""

    account_id: UUID
    role: str
    organisation_id: UUID
