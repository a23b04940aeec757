"""Agencies API: all agencies for operators, their own for administrators and auditors."""

from __future__ import annotations

from starlette.responses import Response

from services.identity.api.fields import AgencyOut
from services.identity.commands import agencies as commands
from services.identity.permissions import ADMINISTRATOR, AUDITOR
from services.identity.queries import accounts as queries
from shared.http.door import DoorDep, etag
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import Role, by_people, may

operations = Operations("agencies")


operations.create(
    "/agencies",
    commands.found_agency,
    may=by_people(may(Role.OPERATOR)),
    label=N_("add an agency"),
    shows=AgencyOut,
)


@operations.get("/agencies", may=may(Role.OPERATOR), label=N_("list agencies"))
async def list_agencies(door: DoorDep, paging: PageDep) -> Page[AgencyOut]:
    """List every agency, in the order in which they were added (operator)."""
    agencies = await door.read(queries.list_agencies, paging.after, paging.limit + 1)
    return paging.page(agencies, AgencyOut.of, lambda agency: agency.id)


@operations.get("/agency", may=AUDITOR, label=N_("see the agency"))
async def show_agency(door: DoorDep, response: Response) -> AgencyOut:
    """Show your own agency (administrator, auditor)."""
    own_agency = await door.read(queries.own_agency, door.actor)
    response.headers["ETag"] = etag(own_agency.version)
    return AgencyOut.of(own_agency)


operations.do(
    "/agency/amend",
    commands.amend_agency,
    may=by_people(ADMINISTRATOR),
    label=N_("edit the agency"),
    shows=AgencyOut,
)
