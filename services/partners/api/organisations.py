"""Organisations over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.partners.api.fields import AreaFilter, KindFilter, Search
from services.partners.commands import organisations as commands
from services.partners.model.organisation import Organisation
from services.partners.permissions import REGISTRAR, REGISTRARS
from services.partners.queries import organisations as queries
from shared import areas
from shared.contracts.vocabulary import OrganisationKind
from shared.fields import AreaCode, Line, RequestBody
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC, may

operations = Operations("organisations")


class OrganisationAmendment(RequestBody):
    """What an organisation is called and where it works: ``area`` is a code, such as 35.15 for Sidoarjo."""

    name: Line
    area: AreaCode


class OrganisationIn(OrganisationAmendment):
    """An organisation to register."""

    kind: OrganisationKind


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


@operations.post(
    "/organisations",
    may=may(*REGISTRARS),
    label=N_("register an organisation"),
    status_code=201,
    response_model=OrganisationOut,
)
async def register_organisation(body: OrganisationIn, door: DoorDep) -> Response:
    """Register an organisation (role administrator or coordinator)."""
    command = commands.RegisterOrganisation(name=body.name, kind=body.kind, area=body.area)
    return await door.create(commands.register_organisation, command, OrganisationOut.of)


@operations.get("/organisations", may=PUBLIC)
async def list_organisations(
    door: DoorDep,
    paging: PageDep,
    kind: KindFilter | None = None,
    area: AreaFilter | None = None,
    q: Search | None = None,
) -> Page[OrganisationOut]:
    """List organisations: all, or those of a kind, in an area, with a piece of text in their name."""
    wanted = queries.OrganisationFilter(kind, area, q)
    found = await door.read(queries.list_organisations, wanted, paging.after, paging.limit + 1)
    return paging.page(found, OrganisationOut.of, lambda item: item.id)


@operations.get("/organisations/{organisation_id}", may=PUBLIC)
async def show_organisation(organisation_id: UUID, door: DoorDep, response: Response) -> OrganisationOut:
    """Show one organisation."""
    found = await door.read(queries.organisation, organisation_id)
    response.headers["ETag"] = etag(found.version)
    return OrganisationOut.of(found)


@operations.post(
    "/organisations/{organisation_id}/amend",
    may=REGISTRAR,
    label=N_("amend an organisation"),
    response_model=OrganisationOut,
)
async def amend_organisation(organisation_id: UUID, body: OrganisationAmendment, door: DoorDep) -> Response:
    """Give an organisation another name or area (administrator or coordinator of its agency)."""
    command = commands.AmendOrganisation(organisation_id, body.name, body.area)
    return await door.do(commands.amend_organisation, command, OrganisationOut.of)


@operations.get("/organisations/{organisation_id}/timeline", may=PUBLIC)
async def show_organisation_timeline(organisation_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to an organisation, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.organisation_timeline, organisation_id)]
