"""Events about agencies."""

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
    label=N_("Agency added"),
    headline=N_("%(actor)s added the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """An agency was added with a workspace; ``slug`` is part of the subjects of its events."""

    agency_id: UUID
    slug: str
    organisation_id: UUID | None


class AgencyAmended(
    Event,
    publisher="identity",
    aggregate="agency_id",
    label=N_("Agency edited"),
    headline=N_("%(actor)s edited the agency."),
    audience=Audience.AUDIT,
    notice=Notice.NONE,
):
    """The name of an agency, or its organisation in the registry, changed."""

    agency_id: UUID
    organisation_id: UUID | None
