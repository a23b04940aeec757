"""Meetings API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.partners.commands import meetings as commands
from services.partners.commands import minutes
from services.partners.model.meeting import Meeting
from services.partners.permissions import CALLS_MEETINGS, KEEPS_RECORDS
from services.partners.queries import meetings as queries
from services.partners.queries.timeline import is_registered
from shared.contracts.vocabulary import Mandate, MeetingState, OutcomeKind
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.actor import Actor
from shared.identity.permissions import PUBLIC, Relation, Role, may

operations = Operations("meetings", at="/meetings")


class AttendanceOut(BaseModel):
    """A member who was present."""

    model_config = ConfigDict(from_attributes=True)

    holder: UUID
    organisation_id: UUID


class OutcomeOut(BaseModel):
    """One outcome; ``commitment_id`` is the commitment that it created.

    That something was decided is public; ``text`` is null while the reader may not see the minutes.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: OutcomeKind
    mandate: Mandate
    text: str | None
    recorded_at: datetime
    commitment_id: UUID | None


class MeetingOut(BaseModel):
    """A meeting.

    ``minutes`` is null while the reader may see none: approved public ones are for everybody, others for
    those who work on them. ``attendances`` is empty for all but the latter; everybody sees how many were
    present, of the police and of the others, and how many guests. A meeting that was ``entered_afterwards``
    was spontaneous: nobody had called it here.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    board_id: UUID
    partnership_id: UUID
    title: str
    place: str
    agenda: list[str]
    scheduled_at: datetime
    ends_at: datetime
    called_at: datetime
    entered_afterwards: bool
    state: MeetingState
    cancelled_because: str
    held_at: datetime | None
    held_on: date | None
    seats: int
    quorate: bool
    present: int
    police_present: int
    others_present: int
    guests: int
    notice_hours: int
    length_minutes: int
    attendances: list[AttendanceOut]
    outcomes: list[OutcomeOut]
    minutes: str | None
    minutes_public: bool
    withheld_because: str
    approved_at: datetime | None

    @classmethod
    def of(cls, meeting: Meeting, reader: Actor, *, is_member: bool) -> Self:
        """The view of a meeting for ``reader``."""
        view = cls.model_validate(meeting)
        if not meeting.shows_minutes_to(reader, is_member=is_member):
            view.minutes = None
            for outcome in view.outcomes:
                outcome.text = None
        if not meeting.shows_attendance_to(reader, is_member=is_member):
            view.attendances = []
        view.minutes = view.minutes or None
        return view


async def _for(door: Door) -> Callable[[Meeting], MeetingOut]:
    """The view of a meeting for the caller."""
    is_member = await door.read(is_registered, door.actor)
    return lambda meeting: MeetingOut.of(meeting, door.actor, is_member=is_member)


MEETING = View(MeetingOut, _for)

operations.create("", commands.call_meeting, may=CALLS_MEETINGS, label=N_("call a meeting"), shows=MEETING)
operations.do(
    "/{meeting_id}/reschedule",
    commands.reschedule_meeting,
    may=CALLS_MEETINGS,
    label=N_("reschedule a meeting"),
    shows=MEETING,
)
operations.do(
    "/{meeting_id}/cancel",
    commands.cancel_meeting,
    may=CALLS_MEETINGS,
    label=N_("cancel a meeting"),
    shows=MEETING,
)
operations.do(
    "/{meeting_id}/hold",
    minutes.hold_meeting,
    may=KEEPS_RECORDS,
    label=N_("record that a meeting was held"),
    shows=MEETING,
)
operations.do(
    "/{meeting_id}/attendance",
    minutes.correct_attendance,
    may=KEEPS_RECORDS,
    label=N_("correct the attendance of a meeting"),
    shows=MEETING,
    methods=["PUT"],
)
operations.create(
    "/{meeting_id}/outcomes",
    minutes.record_outcome,
    may=KEEPS_RECORDS,
    label=N_("record an outcome of a meeting"),
    shows=MEETING,
)
operations.do(
    "/{meeting_id}/outcomes/{outcome_id}/correct",
    minutes.correct_outcome,
    may=KEEPS_RECORDS,
    label=N_("correct an outcome of a meeting"),
    shows=MEETING,
)
operations.do(
    "/{meeting_id}/minutes",
    minutes.write_minutes,
    may=KEEPS_RECORDS,
    label=N_("write minutes"),
    shows=MEETING,
    methods=["PUT"],
)
operations.do(
    "/{meeting_id}/minutes/approve",
    minutes.approve_minutes,
    may=may(Role.ANYBODY, of=Relation.BOARD),
    label=N_("approve minutes"),
    shows=MEETING,
)


@operations.get("", may=PUBLIC)
async def list_meetings(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    board_id: UUID | None = None,
    state: MeetingState | None = None,
) -> Page[MeetingOut]:
    """List meetings."""
    wanted = {"partnership_id": partnership_id, "board_id": board_id, "state": state}
    meetings = await door.read(queries.list_meetings, wanted, paging.after, paging.limit + 1)
    return paging.page(meetings, await _for(door), lambda item: item.id)


@operations.get("/{meeting_id}", may=PUBLIC)
async def show_meeting(meeting_id: UUID, door: DoorDep, response: Response) -> MeetingOut:
    """Show one meeting."""
    meeting = await door.read(queries.meeting, meeting_id)
    response.headers["ETag"] = etag(meeting.version)
    return (await _for(door))(meeting)


@operations.get("/{meeting_id}/timeline", may=PUBLIC)
async def show_meeting_timeline(meeting_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a meeting, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, meeting_id, door.actor)]
