"""The agencies: all of them for operators, one's own for its administrators and auditors."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.identity.api.fields import AgencyOut
from services.identity.commands import agencies as commands
from services.identity.permissions import ADMINISTRATOR, AUDITOR
from services.identity.queries import accounts as queries
from shared.fields import Line, RequestBody, Slug
from shared.http.door import DoorDep, etag
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Role, by_people, may

operations = Operations("agencies")


class AgencyIn(RequestBody):
    """An agency that shall have a workspace; its slug stands in the subjects of its events."""

    slug: Slug
    name: Line
    organisation_id: UUID | None = None


class AgencyAmendment(RequestBody):
    """What an agency is called from now on, and for which organisation of the registry it stands."""

    name: Line
    organisation_id: UUID | None = None


@operations.post(
    "/agencies",
    may=by_people(may(Role.OPERATOR)),
    label=N_("found an agency"),
    status_code=201,
    response_model=AgencyOut,
)
async def found_agency(body: AgencyIn, door: DoorDep) -> Response:
    """Give an agency a workspace (operator)."""
    command = commands.FoundAgency(body.slug, body.name, body.organisation_id)
    return await door.create(commands.found_agency, command, AgencyOut.of)


@operations.get("/agencies", may=may(Role.OPERATOR), label=N_("see all agencies"))
async def list_agencies(door: DoorDep, paging: PageDep) -> Page[AgencyOut]:
    """Every agency, in the order in which they were founded (operator)."""
    found = await door.read(queries.list_agencies, paging.after, paging.limit + 1)
    return paging.page(found, AgencyOut.of, lambda agency: agency.id)


@operations.get("/agency", may=AUDITOR, label=N_("see the agency"))
async def show_agency(door: DoorDep, response: Response) -> AgencyOut:
    """One's own agency (administrator, auditor)."""
    found = await door.read(queries.own_agency, door.actor)
    response.headers["ETag"] = etag(found.version)
    return AgencyOut.of(found)


@operations.post(
    "/agency/amend", may=by_people(ADMINISTRATOR), label=N_("amend the agency"), response_model=AgencyOut
)
async def amend_agency(body: AgencyAmendment, door: DoorDep) -> Response:
    """Give one's own agency another name or organisation (administrator); its slug stays."""
    command = commands.AmendAgency(body.name, body.organisation_id)
    return await door.do(commands.amend_agency, command, AgencyOut.of)
