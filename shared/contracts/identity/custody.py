"""Events about custodians: which agency opens the accounts of an organisation."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class CustodyTold(
    Event,
    publisher="identity",
    aggregate="custody_id",
    label=N_("Custodian of accounts"),
    headline=N_("The accounts of the organisation are opened by the agency %(custodian)s."),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An agency began to open the accounts of an organisation.

    ``own``: the agency is the organisation's own workspace.
    """

    custody_id: UUID
    organisation_id: UUID
    custodian: str
    own: bool
