"""What is published about agencies."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class AgencyFounded(
    Event,
    publisher="identity",
    aggregate="agency_id",
    label=N_("Agency founded"),
    headline=N_("%(actor)s founded the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An agency has a workspace of its own from now on; ``slug`` stands in the subjects of its events."""

    agency_id: UUID
    slug: str
    organisation_id: UUID | None


class AgencyAmended(
    Event,
    publisher="identity",
    aggregate="agency_id",
    label=N_("Agency amended"),
    headline=N_("%(actor)s amended the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An agency is called otherwise, or stands for another organisation of the registry."""

    agency_id: UUID
    organisation_id: UUID | None
