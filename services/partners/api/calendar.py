"""Calendar (iCalendar, RFC 5545) of a partnership."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from starlette.responses import Response

from services.partners.model.agreement import Agreement
from services.partners.model.commitment import Commitment
from services.partners.model.meeting import Meeting
from services.partners.queries import calendar as queries
from shared.contracts.vocabulary import AgreementState, CommitmentState, MeetingState
from shared.http.conditional import headers_of, not_modified, tag_of
from shared.http.door import DoorDep
from shared.http.known_parameters import TAKES_MORE
from shared.http.routes import Operations
from shared.i18n import N_, Locale, negotiate, translator
from shared.identity.permissions import PUBLIC

if TYPE_CHECKING:  # large, and rarely requested
    from icalendar import Event

operations = Operations("calendar")

COMMITMENT_DUE = N_("Commitment due: %(title)s")
AGREEMENT_ENDS = N_("Agreement ends: %(title)s")
NAME = N_("%(title)s: meetings and due dates")
STATE_IS = N_("State: %(state)s")
CALLED_OFF = N_("Cancelled: %(reason)s")
AGENDA = N_("Agenda:")
REFRESH = timedelta(hours=6)
"""How often a calendar program should refresh."""
STATUS = {
    MeetingState.CALLED: "CONFIRMED",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.MINUTED: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
    # Nobody has recorded it.
    MeetingState.LAPSED: "TENTATIVE",
}


@operations.get(
    "/partnerships/{partnership_id}/calendar.ics",
    may=PUBLIC,
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
    openapi_extra=TAKES_MORE,
)
async def show_calendar(
    partnership_id: UUID, door: DoorDep, language: Literal["id", "en"] | None = None
) -> Response:
    """Export a partnership's meetings, due dates and ends of agreements, to subscribe to in any calendar.

    ``language`` is for calendar programs, which do not send Accept-Language.
    """
    locale: Locale = language or negotiate(door.request.headers.get("accept-language"))
    dates = await door.read(queries.dates, partnership_id)
    page = f"{door.runtime.settings.public_url}/partnerships/{partnership_id}"
    content = calendar_of(dates, locale, page)
    headers = headers_of(tag_of(content)) | {"Content-Language": locale, "Vary": "Accept-Language"}
    known = not_modified(door.request, headers)
    if known is not None:
        return known
    headers["Content-Disposition"] = f'inline; filename="kemitraan-{partnership_id}.ics"'
    return Response(content, headers=headers, media_type="text/calendar; charset=utf-8")


def calendar_of(dates: queries.Dates, locale: Locale, page: str) -> bytes:
    """The calendar, whose entries link to a ``page``; the same facts always give the same bytes."""
    from icalendar import Calendar

    say = translator(locale)
    calendar = Calendar()
    calendar.add("prodid", "-//Kemitraan//partners//" + locale.upper())
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = _plain(say(NAME) % {"title": dates.partnership.title})
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for meeting in dates.meetings:
        calendar.add_component(_meeting(meeting, dates.changed[meeting.id], say))
    for commitment in dates.commitments:
        calendar.add_component(_commitment(commitment, dates.changed[commitment.id], say))
    for agreement in dates.agreements:
        calendar.add_component(_agreement(agreement, dates.changed[agreement.id], say))
    for entry in calendar.subcomponents:
        entry.add("url", page)
    content: bytes = calendar.to_ical()
    return content


def _meeting(meeting: Meeting, changed: datetime, say: Callable[[str], str]) -> Event:
    event = _event(meeting.id, meeting.version, changed, meeting.title)
    event.add("dtstart", meeting.held_at or meeting.scheduled_at)
    event.add("dtend", meeting.ends_at)
    event.add("location", _plain(meeting.place))
    event.add("status", STATUS[meeting.state])
    lines = [say(STATE_IS) % {"state": say(meeting.state.value)}]
    if meeting.cancelled_because:
        lines.append(say(CALLED_OFF) % {"reason": meeting.cancelled_because})
    lines += [say(AGENDA), *(f"{number}. {item}" for number, item in enumerate(meeting.agenda, 1))]
    event.add("description", _plain("\n".join(lines)))
    return event


def _commitment(commitment: Commitment, changed: datetime, say: Callable[[str], str]) -> Event:
    title = say(COMMITMENT_DUE) % {"title": commitment.title}
    event = _all_day(commitment.id, commitment.version, changed, title, commitment.due_on)
    event.add("status", "CANCELLED" if commitment.state is CommitmentState.BROKEN else "CONFIRMED")
    event.add("description", say(STATE_IS) % {"state": say(commitment.state.value)})
    return event


def _agreement(agreement: Agreement, changed: datetime, say: Callable[[str], str]) -> Event:
    if agreement.in_force_until is None:
        raise ValueError(f"the agreement {agreement.id} has no end")
    title = say(AGREEMENT_ENDS) % {"title": agreement.title}
    event = _all_day(agreement.id, agreement.version, changed, title, agreement.in_force_until)
    event.add("status", "CANCELLED" if agreement.state is AgreementState.TERMINATED else "CONFIRMED")
    event.add("description", say(STATE_IS) % {"state": say(agreement.state.value)})
    return event


def _event(about: UUID, version: int, changed: datetime, title: str) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{about}@kemitraan")
    # Without METHOD this is the time of the last revision (RFC 5545, 3.8.7.2), not of this response.
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", version)
    event.add("summary", _plain(title))
    return event


def _all_day(about: UUID, version: int, changed: datetime, title: str, day: date) -> Event:
    event = _event(about, version, changed, title)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _plain(text: str) -> str:
    """The text without control characters, which RFC 5545 does not allow."""
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Zl", "Zp"} else " " for sign in text
    )
