"""Organisations API."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.api.filters import AreaFilter, KindFilter, Search
from services.partners.commands import organisations as commands
from services.partners.model.organisation import Organisation
from services.partners.permissions import REGISTRAR, REGISTRARS
from services.partners.queries import organisations as queries
from shared import areas
from shared.contracts.vocabulary import OrganisationKind
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC, may

operations = Operations("organisations", at="/organisations")


class OrganisationOut(BaseModel):
    """A registered organisation; ``area_name`` is None for villages and outside Indonesia."""

    name: str
    area: str
    kind: OrganisationKind
    id: UUID
    agency: str
    registered_at: datetime
    area_name: str | None

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """The view of an organisation."""
        return cls.model_validate(vars(organisation) | {"area_name": areas.area_name(organisation.area)})


operations.create(
    "",
    commands.register_organisation,
    may=may(*REGISTRARS),
    label=N_("register an organisation"),
    shows=OrganisationOut,
)
operations.do(
    "/{organisation_id}/amend",
    commands.amend_organisation,
    may=REGISTRAR,
    label=N_("edit an organisation"),
    shows=OrganisationOut,
)


@operations.get("", may=PUBLIC)
async def list_organisations(
    door: DoorDep,
    paging: PageDep,
    kind: KindFilter | None = None,
    area: AreaFilter | None = None,
    q: Search | None = None,
) -> Page[OrganisationOut]:
    """List organisations: all, or those of a kind, in an area, with a text in their name."""
    wanted = queries.OrganisationFilter(kind, area, q)
    organisations = await door.read(queries.list_organisations, wanted, paging.after, paging.limit + 1)
    return paging.page(organisations, OrganisationOut.of, lambda item: item.id)


@operations.get("/{organisation_id}", may=PUBLIC)
async def show_organisation(organisation_id: UUID, door: DoorDep, response: Response) -> OrganisationOut:
    """Show one organisation."""
    organisation = await door.read(queries.organisation, organisation_id)
    response.headers["ETag"] = etag(organisation.version)
    return OrganisationOut.of(organisation)


@operations.get("/{organisation_id}/timeline", may=PUBLIC)
async def show_organisation_timeline(organisation_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to an organisation, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.organisation_timeline, organisation_id)]
