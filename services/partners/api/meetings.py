"""Meetings over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from services.partners.commands import meetings as commands
from services.partners.commands import minutes
from services.partners.model.meeting import Meeting
from services.partners.permissions import OFFICE, SECRETARY
from services.partners.queries import meetings as queries
from services.partners.queries.timeline import is_registered
from shared.contracts.vocabulary import Mandate, MeetingState, OutcomeKind
from shared.fields import Day, Line, Moment, Prose, ReasonIn, RequestBody
from shared.http.door import Door, DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.actor import Actor
from shared.identity.permissions import PUBLIC, Relation, Role, may

operations = Operations("meetings")


Length = Annotated[int, Field(ge=5, le=24 * 60)]
"""How long a meeting is planned to be, in minutes."""


class MeetingIn(RequestBody):
    """A meeting to call, or one of the past year that was not called here."""

    board_id: UUID
    title: Line
    scheduled_at: Moment
    place: Line
    agenda: list[Line] = Field(min_length=1, max_length=50)
    length_minutes: Length = 120


class RescheduleIn(RequestBody):
    """Another time, and another place unless it stays."""

    scheduled_at: Moment
    place: Line | None = None
    length_minutes: Length | None = None
    reason: Prose


class HoldIn(RequestBody):
    """When the meeting began, and who of the board was present (the holders of seats)."""

    held_at: Moment
    present: list[UUID] = Field(min_length=1, max_length=500)


class AttendanceIn(RequestBody):
    """Who was present after all, and why that was recorded otherwise."""

    present: list[UUID] = Field(min_length=1, max_length=500)
    reason: Prose


class PromiseIn(RequestBody):
    """What which party promised until when."""

    organisation_id: UUID
    title: Line
    due_on: Day


class OutcomeIn(RequestBody):
    """What the meeting brought; ``commitment`` is given for that kind, and for no other."""

    kind: OutcomeKind
    mandate: Mandate
    text: Prose
    commitment: PromiseIn | None = None

    @model_validator(mode="after")
    def _commitment_where_promised(self) -> Self:
        if (self.kind == "commitment") != (self.commitment is not None):
            raise PydanticCustomError(
                "commitment_misplaced",
                N_("a commitment belongs to an outcome of that kind, and to no other"),
            )
        return self


class OutcomeCorrectionIn(ReasonIn):
    """What the meeting brought instead, and why that is corrected."""

    mandate: Mandate
    text: Prose


class MinutesIn(RequestBody):
    """The minutes; either ``public``, or ``withheld_because`` says why not."""

    text: Prose
    public: bool = True
    withheld_because: Prose | None = None


class AttendanceOut(BaseModel):
    """Somebody who was present."""

    model_config = ConfigDict(from_attributes=True)

    holder: UUID
    organisation_id: UUID


class OutcomeOut(BaseModel):
    """One outcome; ``commitment_id`` leads to the promise that it made.

    That something was decided is public; ``text`` is null as long as the reader may not see the minutes.
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

    ``minutes`` is null as long as there are none that the reader may see: approved and public ones are
    for everybody, others for those who work on them.
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
        view.minutes = view.minutes or None
        return view


@operations.post(
    "/meetings", may=OFFICE, label=N_("call a meeting"), status_code=201, response_model=MeetingOut
)
async def call_meeting(body: MeetingIn, door: DoorDep) -> Response:
    """Call a meeting of a board (role secretary or coordinator)."""
    command = commands.CallMeeting(
        body.board_id, body.title, body.scheduled_at, body.place, tuple(body.agenda), body.length_minutes
    )
    return await door.create(commands.call_meeting, command, await _for(door))


@operations.get("/meetings", may=PUBLIC)
async def list_meetings(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    board_id: UUID | None = None,
    state: MeetingState | None = None,
) -> Page[MeetingOut]:
    """List meetings."""
    wanted = {"partnership_id": partnership_id, "board_id": board_id, "state": state}
    found = await door.read(queries.list_meetings, wanted, paging.after, paging.limit + 1)
    return paging.page(found, await _for(door), lambda item: item.id)


@operations.get("/meetings/{meeting_id}", may=PUBLIC)
async def show_meeting(meeting_id: UUID, door: DoorDep, response: Response) -> MeetingOut:
    """Show one meeting."""
    found = await door.read(queries.meeting, meeting_id)
    response.headers["ETag"] = etag(found.version)
    return (await _for(door))(found)


@operations.post(
    "/meetings/{meeting_id}/reschedule",
    may=OFFICE,
    label=N_("move a meeting to another time"),
    response_model=MeetingOut,
)
async def reschedule_meeting(meeting_id: UUID, body: RescheduleIn, door: DoorDep) -> Response:
    """Move a meeting to another time (role secretary or coordinator)."""
    command = commands.RescheduleMeeting(
        meeting_id, body.scheduled_at, body.place, body.reason, body.length_minutes
    )
    return await door.do(commands.reschedule_meeting, command, await _for(door))


@operations.post(
    "/meetings/{meeting_id}/cancel", may=OFFICE, label=N_("cancel a meeting"), response_model=MeetingOut
)
async def cancel_meeting(meeting_id: UUID, body: ReasonIn, door: DoorDep) -> Response:
    """Call a meeting off (role secretary or coordinator)."""
    command = commands.CancelMeeting(meeting_id, body.reason)
    return await door.do(commands.cancel_meeting, command, await _for(door))


@operations.post(
    "/meetings/{meeting_id}/hold",
    may=SECRETARY,
    label=N_("record that a meeting was held"),
    response_model=MeetingOut,
)
async def hold_meeting(meeting_id: UUID, body: HoldIn, door: DoorDep) -> Response:
    """Record that a meeting took place and who was present (role secretary); the quorum is computed."""
    command = minutes.HoldMeeting(meeting_id, body.held_at, tuple(body.present))
    return await door.do(minutes.hold_meeting, command, await _for(door))


@operations.put(
    "/meetings/{meeting_id}/attendance",
    may=SECRETARY,
    label=N_("correct who was present"),
    response_model=MeetingOut,
)
async def correct_attendance(meeting_id: UUID, body: AttendanceIn, door: DoorDep) -> Response:
    """Correct who was present, until the minutes are approved (role secretary); the quorum follows."""
    command = minutes.CorrectAttendance(meeting_id, tuple(body.present), body.reason)
    return await door.do(minutes.correct_attendance, command, await _for(door))


@operations.post(
    "/meetings/{meeting_id}/outcomes",
    may=SECRETARY,
    label=N_("record what a meeting decided"),
    status_code=201,
    response_model=MeetingOut,
)
async def record_outcome(meeting_id: UUID, body: OutcomeIn, door: DoorDep) -> Response:
    """Record an outcome under a mandate (role secretary); a decision needs a quorum."""
    promised = body.commitment
    terms = minutes.PromiseTerms(**promised.model_dump()) if promised is not None else None
    command = minutes.RecordOutcome(meeting_id, body.kind, body.mandate, body.text, terms)
    return await door.create(minutes.record_outcome, command, await _for(door))


@operations.post(
    "/meetings/{meeting_id}/outcomes/{outcome_id}/correct",
    may=SECRETARY,
    label=N_("correct what a meeting decided"),
    response_model=MeetingOut,
)
async def correct_outcome(
    meeting_id: UUID, outcome_id: UUID, body: OutcomeCorrectionIn, door: DoorDep
) -> Response:
    """Correct an outcome, until the minutes are approved (role secretary)."""
    command = minutes.CorrectOutcome(meeting_id, outcome_id, body.mandate, body.text, body.reason)
    return await door.do(minutes.correct_outcome, command, await _for(door))


@operations.put(
    "/meetings/{meeting_id}/minutes", may=SECRETARY, label=N_("write minutes"), response_model=MeetingOut
)
async def write_minutes(meeting_id: UUID, body: MinutesIn, door: DoorDep) -> Response:
    """Write or amend the minutes (role secretary)."""
    command = minutes.WriteMinutes(meeting_id, body.text, body.public, body.withheld_because or "")
    return await door.do(minutes.write_minutes, command, await _for(door))


@operations.post(
    "/meetings/{meeting_id}/minutes/approve",
    may=may(Role.ANYBODY, of=Relation.BOARD),
    label=N_("approve minutes"),
    response_model=MeetingOut,
)
async def approve_minutes(meeting_id: UUID, door: DoorDep) -> Response:
    """Confirm the minutes as a member who was present and did not write them; this closes the meeting."""
    return await door.do(minutes.approve_minutes, minutes.ApproveMinutes(meeting_id), await _for(door))


@operations.get("/meetings/{meeting_id}/timeline", may=PUBLIC)
async def show_meeting_timeline(meeting_id: UUID, door: DoorDep) -> list[Happened]:
    """Everything that happened to a meeting, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, meeting_id, door.actor)]


async def _for(door: Door) -> Callable[[Meeting], MeetingOut]:
    """The view of a meeting for whoever stands at the door."""
    is_member = await door.read(is_registered, door.actor)
    return lambda meeting: MeetingOut.of(meeting, door.actor, is_member=is_member)
