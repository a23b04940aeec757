"""Events about organisations."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import OrganisationKind
from shared.i18n import N_


class OrganisationRegistered(
    Event,
    publisher="partners",
    aggregate="organisation_id",
    label=N_("Organisation registered"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An organisation entered the registry."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    area: str


class OrganisationAmended(
    Event,
    publisher="partners",
    aggregate="organisation_id",
    label=N_("Organisation edited"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The name or the area of an organisation changed."""

    organisation_id: UUID
    name: str
    kind: OrganisationKind
    area: str
