"""Exports: IATI activity file and calendar."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.programs.queries import calendar, iati
from shared.http.conditional import headers_of, not_modified, tag_of
from shared.http.door import DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.routes import Operations
from shared.i18n import Locale, negotiate, translator
from shared.identity.permissions import PUBLIC

operations = Operations("open data")


class Xml(Response):
    """An XML document."""

    media_type = "application/xml"


class ICalendar(Response):
    """An iCalendar file."""

    media_type = "text/calendar"


@operations.get("/iati.xml", may=PUBLIC, response_class=Xml)
async def show_iati(door: DoorDep, partnership_id: UUID | None = None) -> Response:
    """Export all approved programmes, or those of one partnership, as an IATI 2.03 activity file."""
    zone = door.runtime.settings.time_zone
    document = await door.read(iati.activities_xml, partnership_id, zone)
    headers = headers_of(tag_of(document))
    return not_modified(door.request, headers) or Xml(document, headers=headers)


@operations.get(
    "/partnerships/{partnership_id}/calendar.ics",
    may=PUBLIC,
    response_class=ICalendar,
    openapi_extra=TAKES_MORE,
)
async def show_calendar(partnership_id: UUID, door: DoorDep, language: Locale | None = None) -> Response:
    """Export a partnership's stages and periods as whole-day entries, to subscribe to in any calendar.

    ``language`` is for calendar programs, which do not send Accept-Language.
    """
    locale = language or negotiate(door.request.headers.get("accept-language"))
    page = f"{door.runtime.settings.public_url}/partnerships/{partnership_id}"
    document = await door.read(calendar.calendar, partnership_id, translator(locale), page)
    headers = headers_of(tag_of(document)) | {
        "Content-Language": locale,
        "Vary": "Accept-Language",
        "Content-Disposition": f'inline; filename="kemitraan-{partnership_id}-programs.ics"',
    }
    return not_modified(door.request, headers) or ICalendar(document, headers=headers)
