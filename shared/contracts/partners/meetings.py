"""Events about meetings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
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
):
    """A meeting of a board was called, or entered after it had taken place."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    scheduled_at: datetime


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
):
    """A meeting was moved to another time."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    before: datetime
    scheduled_at: datetime
    reason: str


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
):
    """A board met; whether it had a quorum was computed from the seats of that day."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    held_at: datetime
    seats: int
    present: int
    quorate: bool
    attendees: tuple[Attendee, ...]


class AttendanceCorrected(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Attendance of a meeting corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
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
