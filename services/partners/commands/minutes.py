"""Meetings after they are held: attendance, outcomes, minutes."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from services.partners.commands.authority import permit
from services.partners.commands.commitments import promise
from services.partners.commands.meetings import APPROACHING, LAPSED, Length
from services.partners.commands.parties import named, running
from services.partners.model.board import Board
from services.partners.model.meeting import Meeting, Outcome
from shared.command import Command, Part
from shared.contracts.partners import (
    AttendanceCorrected,
    Attendee,
    BoardMet,
    CommitmentNoted,
    DecisionTaken,
    InformationNoted,
    MinutesApproved,
    MinutesWritten,
    OutcomeCorrected,
)
from shared.contracts.vocabulary import Mandate, OutcomeKind
from shared.database.transaction import Transaction
from shared.fields import Day, Line, Moment, Prose
from shared.i18n import N_

Present = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
"""The members present: the holders of seats."""
Guests = Annotated[int, Field(ge=0, le=10_000)]
"""How many attended without a seat."""


class HoldMeeting(Command):
    """Record that a meeting took place and who was present (chair or secretary); the quorum is computed.

    ``held_at`` is when it began; ``present`` are the holders of seats who were present; ``guests`` counts
    others, observers among them. ``length_minutes`` is how long it lasted, as planned if left out.
    """

    meeting_id: UUID
    held_at: Moment
    present: Present
    guests: Guests = 0
    length_minutes: Length | None = None


class CorrectAttendance(Command):
    """Correct who was present, until the minutes are approved (chair or secretary); the quorum is recomputed.

    ``present`` is the complete list, ``reason`` why it is corrected; ``guests`` stay as they are if left out.
    """

    meeting_id: UUID
    present: Present
    guests: Guests | None = None
    reason: Prose


class PromiseTerms(Part):
    """A commitment: which party promises what, and until when."""

    organisation_id: UUID
    title: Line
    due_on: Day


class RecordOutcome(Command):
    """Record an outcome under a mandate (chair or secretary); a decision needs a quorum.

    ``commitment`` is given exactly if the kind is commitment.
    """

    meeting_id: UUID
    kind: OutcomeKind
    mandate: Mandate
    text: Prose
    commitment: PromiseTerms | None = None

    @model_validator(mode="after")
    def _commitment_where_promised(self) -> Self:
        if (self.kind == "commitment") != (self.commitment is not None):
            raise PydanticCustomError(
                "commitment_misplaced",
                N_("an outcome has a commitment if, and only if, its kind is commitment"),
            )
        return self


class CorrectOutcome(Command):
    """Correct an outcome, until the minutes are approved (chair or secretary).

    ``mandate`` and ``text`` replace the recorded ones.
    """

    meeting_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: Prose
    reason: Prose


class WriteMinutes(Command):
    """Write or amend the minutes (chair or secretary).

    They are either ``public``, or ``withheld_because`` says why not.
    """

    meeting_id: UUID
    text: Prose
    public: bool = True
    withheld_because: Prose | None = None


class ApproveMinutes(Command):
    """Approve the minutes as a member who was present and did not write them; this closes the meeting."""

    meeting_id: UUID


def hold_meeting(tx: Transaction, command: HoldMeeting) -> Meeting:
    """Record that a meeting took place; its quorum is computed from the seats of that day."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    board = tx.get(Board, meeting.board_id)
    day = command.held_at.astimezone(tx.zone).date()
    meeting.hold(board, command.present, command.held_at, day, tx.now)
    meeting.guests = command.guests
    meeting.length_minutes = command.length_minutes or meeting.length_minutes
    tx.drop_timer(APPROACHING, meeting.id)
    tx.drop_timer(LAPSED, meeting.id)
    tx.record(
        BoardMet(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            held_at=command.held_at,
            seats=meeting.seats,
            present=len(meeting.attendances),
            quorate=meeting.quorate,
            attendees=_attendees(meeting),
            police=meeting.police_present,
            others=meeting.others_present,
            guests=meeting.guests,
            entered_afterwards=meeting.entered_afterwards,
            length_minutes=meeting.length_minutes,
        )
    )
    return meeting


def correct_attendance(tx: Transaction, command: CorrectAttendance) -> Meeting:
    """Correct who was present; outcomes stay, and show whether the meeting had a quorum."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    meeting.correct_attendance(tx.get(Board, meeting.board_id), command.present)
    if command.guests is not None:
        meeting.guests = command.guests
    tx.record(
        AttendanceCorrected(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            seats=meeting.seats,
            present=len(meeting.attendances),
            quorate=meeting.quorate,
            attendees=_attendees(meeting),
            reason=command.reason,
            police=meeting.police_present,
            others=meeting.others_present,
            guests=meeting.guests,
        )
    )
    return meeting


def _attendees(meeting: Meeting) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(member=attendance.holder, organisation_id=attendance.organisation_id)
        for attendance in meeting.attendances
    )


def record_outcome(tx: Transaction, command: RecordOutcome) -> Meeting:
    """Record an outcome; a commitment is created in the same transaction."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    outcome = Outcome(tx.new_id(), command.kind, command.mandate, command.text, tx.now)
    meeting.record(outcome)
    about = {
        "meeting_id": meeting.id,
        "board_id": meeting.board_id,
        "partnership_id": meeting.partnership_id,
        "outcome_id": outcome.id,
        "mandate": outcome.mandate,
        "text": outcome.text,
    }
    if command.commitment is not None:
        outcome.commitment_id = _promise(tx, meeting, command.mandate, command.commitment)
        tx.record(CommitmentNoted.model_validate(about | {"commitment_id": outcome.commitment_id}))
    elif command.kind == "decision":
        tx.record(DecisionTaken.model_validate(about))
    else:
        tx.record(InformationNoted.model_validate(about))
    return meeting


def correct_outcome(tx: Transaction, command: CorrectOutcome) -> Meeting:
    """Correct an outcome, until the minutes are approved."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    outcome = meeting.correct_outcome(command.outcome_id, command.mandate, command.text)
    tx.record(
        OutcomeCorrected(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            outcome_id=outcome.id,
            kind=outcome.kind,
            mandate=outcome.mandate,
            text=outcome.text,
            reason=command.reason,
        )
    )
    return meeting


def write_minutes(tx: Transaction, command: WriteMinutes) -> Meeting:
    """Write or amend the minutes."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    withheld = command.withheld_because or ""
    meeting.write_minutes(command.text, tx.actor.person, withheld, public=command.public)
    tx.record(
        MinutesWritten(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            public=meeting.minutes_public,
            reason=meeting.withheld_because,
        )
    )
    return meeting


def approve_minutes(tx: Transaction, command: ApproveMinutes) -> Meeting:
    """Approve the minutes as a member who was present and did not write them; nothing is added afterwards."""
    meeting = tx.get(Meeting, command.meeting_id)
    permit(tx, meeting)
    meeting.approve_minutes(tx.actor.person, tx.now)
    tx.record(
        MinutesApproved(
            meeting_id=meeting.id,
            board_id=meeting.board_id,
            partnership_id=meeting.partnership_id,
            title=meeting.title,
            decisions=meeting.count(OutcomeKind.DECISION),
            commitments=meeting.count(OutcomeKind.COMMITMENT),
            organisation_id=meeting.organisation_of(tx.actor.person),
            written_for=_written_for(tx, meeting),
        )
    )
    return meeting


def _written_for(tx: Transaction, meeting: Meeting) -> tuple[UUID, ...]:
    """The organisations for which the authors of the minutes held seats on the day of the meeting."""
    board = tx.get(Board, meeting.board_id)
    filled = board.filled(meeting.held_on or tx.today)
    theirs = [seat.organisation_id for seat in filled if str(seat.holder) in meeting.minutes_by]
    return tuple(dict.fromkeys(theirs))


def _promise(tx: Transaction, meeting: Meeting, mandate: Mandate, terms: PromiseTerms) -> UUID:
    partnership = running(tx, meeting.partnership_id)
    party = named(partnership, terms.organisation_id)
    partnership.require_bound(party)
    made_on = meeting.held_on or tx.today
    return promise(
        tx, partnership, party.organisation_id, terms.title, mandate, made_on, terms.due_on, meeting.id
    ).id
