"""Events about meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import Attendee
from shared.i18n import N_


class MeetingCalled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting called"),
    headline=N_("Meeting called for %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
    version=2,
):
    """A meeting of a board was called, or entered after it had taken place (``entered_afterwards``).

    ``notice_hours`` are the whole hours between the call and the meeting, ``length_minutes`` its planned
    length; None in older events.
    """

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime
    entered_afterwards: bool = False
    notice_hours: int | None = None
    length_minutes: int | None = None


class MeetingApproaching(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting approaching"),
    headline=N_("Meeting on %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting takes place within a day."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


class MeetingRescheduled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting rescheduled"),
    headline=N_("Meeting moved from %(before)s to %(scheduled_at)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
    version=2,
):
    """A meeting was moved to another time, ``notice_hours`` whole hours ahead (None in older events)."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    before: datetime
    scheduled_at: datetime
    reason: str
    notice_hours: int | None = None


class MeetingCancelled(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting cancelled"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A meeting was cancelled."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    reason: str


class MeetingLapsed(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting not recorded in time"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Seven days after its time, a meeting has not been recorded."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


class BoardMet(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Meeting held"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("attendees",),
    version=2,
):
    """A board met; whether it had a quorum was computed from the seats of that day.

    The public reads how many were present, of the police and of the others (None in older events), and how
    many guests and observers attended, not who.
    """

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    held_at: datetime
    seats: int
    present: int
    quorate: bool
    attendees: tuple[Attendee, ...]
    police: int | None = None
    others: int | None = None
    guests: int = 0
    entered_afterwards: bool = False
    length_minutes: int | None = None


@upcaster("partners.meeting-called", 1)
@upcaster("partners.meeting-rescheduled", 1)
@upcaster("partners.board-met", 1)
@upcaster("partners.attendance-corrected", 1)
def _without_counts(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had neither the notice given nor counts by side."""
    return data


class AttendanceCorrected(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Attendance of a meeting corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("attendees",),
    version=2,
):
    """The attendance of a meeting was corrected; whether it had a quorum was computed again."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    seats: int
    present: int
    quorate: bool
    attendees: tuple[Attendee, ...]
    reason: str
    police: int | None = None
    others: int | None = None
    guests: int = 0
