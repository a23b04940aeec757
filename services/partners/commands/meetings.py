"""Meetings before they are held: called, rescheduled, cancelled; reminders."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.partners.commands.authority import permit
from services.partners.commands.parties import running
from services.partners.model.board import Board
from services.partners.model.meeting import LAPSES, REMINDED, Meeting, notice_hours
from shared.command import Command
from shared.contracts.partners import (
    MeetingApproaching,
    MeetingCalled,
    MeetingCancelled,
    MeetingLapsed,
    MeetingRescheduled,
)
from shared.contracts.vocabulary import MeetingState
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import Line, Moment, Prose

APPROACHING, LAPSED = "meeting-approaching", "meeting-lapsed"
Length = Annotated[int, Field(ge=5, le=24 * 60)]
"""The planned length of a meeting, in minutes."""


class CallMeeting(Command):
    """Call a meeting of a board (its chair or secretary).

    A spontaneous meeting (musyawarah) is entered afterwards, within a year, with the time at which it began.
    """

    board_id: UUID
    title: Line
    scheduled_at: Moment
    place: Line
    agenda: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
    length_minutes: Length = 120


class RescheduleMeeting(Command):
    """Move a meeting to another time (chair or secretary of the board).

    ``place`` and ``length_minutes`` are unchanged if left out.
    """

    meeting_id: UUID
    scheduled_at: Moment
    place: Line | None = None
    length_minutes: Length | None = None
    reason: Prose


class CancelMeeting(Command):
    """Cancel a meeting (chair or secretary of the board)."""

    meeting_id: UUID
    reason: Prose


def call_meeting(tx: Transaction, command: CallMeeting) -> Meeting:
    """Call a meeting of an active board, or enter one that took place."""
    board = tx.get(Board, command.board_id)
    permit(tx, board)
    running(tx, board.partnership_id)
    board.require_standing()
    meeting = tx.add(
        Meeting(
            id=tx.new_id(),
            agency=board.agency,
            board_id=board.id,
            partnership_id=board.partnership_id,
            title=command.title,
            place=command.place,
            agenda=list(command.agenda),
            scheduled_at=command.scheduled_at,
            called_at=tx.now,
            length_minutes=command.length_minutes,
        )
    )
    _set_timers(tx, meeting)
    tx.record(
        MeetingCalled(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            scheduled_at=meeting.scheduled_at,
            entered_afterwards=meeting.entered_afterwards,
            notice_hours=meeting.notice_hours,
            length_minutes=meeting.length_minutes,
        )
    )
    return meeting


def reschedule_meeting(tx: Transaction, command: RescheduleMeeting) -> Meeting:
    """Move a meeting that was called."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    before = meeting.scheduled_at
    meeting.reschedule(command.scheduled_at, command.place, tx.now)
    meeting.length_minutes = command.length_minutes or meeting.length_minutes
    _set_timers(tx, meeting)
    tx.record(
        MeetingRescheduled(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            before=before,
            scheduled_at=meeting.scheduled_at,
            reason=command.reason,
            notice_hours=notice_hours(tx.now, meeting.scheduled_at),
        )
    )
    return meeting


def cancel_meeting(tx: Transaction, command: CancelMeeting) -> Meeting:
    """Cancel a meeting."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    call_off(tx, meeting, command.reason)
    return meeting


def call_off(tx: Transaction, meeting: Meeting, reason: str) -> None:
    """Cancel a meeting and its timers."""
    meeting.cancel(reason)
    tx.drop_timer(APPROACHING, meeting.id)
    tx.drop_timer(LAPSED, meeting.id)
    tx.record(
        MeetingCancelled(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            reason=reason,
        )
    )


def meeting_approaching(tx: Transaction, due: Due) -> None:
    """Remind of a meeting, unless it has passed during a downtime."""
    meeting = tx.get(Meeting, due.about)
    if meeting.state is MeetingState.CALLED and tx.now < meeting.scheduled_at:
        tx.record(
            MeetingApproaching(
                meeting_id=meeting.id,
                board_id=meeting.board_id,
                partnership_id=meeting.partnership_id,
                title=meeting.title,
                scheduled_at=meeting.scheduled_at,
            )
        )


def meeting_lapsed(tx: Transaction, due: Due) -> None:
    """Fires when nobody has recorded within seven days that the meeting took place."""
    meeting = tx.get(Meeting, due.about)
    if meeting.state is MeetingState.CALLED:
        meeting.lapse()
        tx.record(
            MeetingLapsed(
                meeting_id=meeting.id,
                board_id=meeting.board_id,
                partnership_id=meeting.partnership_id,
                title=meeting.title,
                scheduled_at=meeting.scheduled_at,
            )
        )


def _set_timers(tx: Transaction, meeting: Meeting) -> None:
    remind_at = meeting.scheduled_at - REMINDED
    if remind_at > tx.now:
        tx.set_timer(APPROACHING, meeting.id, remind_at)
    else:
        # It begins within a day: the call itself is the announcement.
        tx.drop_timer(APPROACHING, meeting.id)
    tx.set_timer(LAPSED, meeting.id, max(meeting.scheduled_at, tx.now) + LAPSES)
