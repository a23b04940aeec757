"""Meetings of a board: agenda, quorum, outcomes, minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from services.partners.model.board import Board
from shared.contracts.vocabulary import Mandate, MeetingState, OutcomeKind
from shared.corrections import NothingCorrected
from shared.days import AFTERWARDS
from shared.identity.actor import Actor
from shared.identity.permissions import Role
from shared.refusal import Refusal
from shared.states import Machine

REMINDED = timedelta(hours=24)
"""How long before a meeting its members are reminded."""
LAPSES = timedelta(days=7)
"""How long after its time an unrecorded meeting lapses."""
READERS = frozenset({Role.COORDINATOR, Role.SECRETARY, Role.AUDITOR})
"""Roles of an agency that may read minutes that are not public (yet)."""


machine = Machine(
    "meeting",
    {
        (MeetingState.CALLED, "reschedule"): MeetingState.CALLED,
        (MeetingState.CALLED, "hold"): MeetingState.HELD,
        (MeetingState.CALLED, "cancel"): MeetingState.CANCELLED,
        (MeetingState.CALLED, "seven days passed"): MeetingState.LAPSED,
        (MeetingState.LAPSED, "hold"): MeetingState.HELD,
        (MeetingState.HELD, "correct attendance"): MeetingState.HELD,
        (MeetingState.HELD, "record outcome"): MeetingState.HELD,
        (MeetingState.HELD, "correct outcome"): MeetingState.HELD,
        (MeetingState.HELD, "write minutes"): MeetingState.HELD,
        (MeetingState.HELD, "approve minutes"): MeetingState.MINUTED,
    },
)


class MeetingInThePast(Refusal):
    """A meeting is moved to a future time; a past one can be entered within a year."""

    kind = "invalid"
    message = "A meeting cannot be called for %(scheduled_at)s, which is in the past."
    remedy = "Choose a time in the future; a past meeting can be entered within a year."


class HeldAtImpossible(Refusal):
    """A meeting was held at about its time or later, and not in the future."""

    kind = "invalid"
    message = "A meeting called for %(scheduled_at)s cannot have been held at %(held_at)s."
    remedy = "Enter the time at which it began: not before the time it was called for, nor in the future."


class NotQuorate(Refusal):
    """A decision needs a quorum."""

    kind = "conflict"
    message = "The meeting had no quorum: %(present)s of %(seats)s seats were present."
    remedy = "Record the discussion as information, and call another meeting to decide."


class MinutesMissing(Refusal):
    """Minutes are written before they are approved."""

    kind = "conflict"
    message = "The minutes of this meeting have not been written yet."
    remedy = "Write the minutes first."


class WasNotPresent(Refusal):
    """Only members who were present can approve the minutes."""

    kind = "forbidden"
    message = "Only a member of the board who was present may approve the minutes."
    remedy = "Ask a member who attended the meeting."
    reason = "only a member who was present may approve the minutes"


class OwnMinutes(Refusal):
    """Nobody approves their own minutes."""

    kind = "forbidden"
    message = "You wrote these minutes, so another member who was present must approve them."
    remedy = "Ask another member who attended the meeting."
    reason = "the author of the minutes may not approve them"


class WithheldWithoutReason(Refusal):
    """Minutes are public by default (Law 14/2008); an exception needs a recorded reason."""

    kind = "invalid"
    message = "Minutes cannot be public and have a reason to withhold them."
    remedy = "Set public to false, or leave the reason out."


class OutcomeUnknown(Refusal):
    """The meeting has no such outcome."""

    kind = "unknown"
    message = "The meeting has no outcome with the id %(id)s."
    remedy = "Open the meeting to see its outcomes and their ids."


class MandateOfPromise(Refusal):
    """A commitment is an aggregate of its own, with the mandate under which it was made."""

    kind = "conflict"
    message = "The mandate of a commitment cannot be corrected, because the commitment was made under it."
    remedy = "Ask its owner to give the commitment up for that reason, then record it again."


def notice_hours(called_at: datetime, scheduled_at: datetime) -> int:
    """The whole hours of notice; none for a meeting in the past."""
    return max(0, (scheduled_at - called_at) // timedelta(hours=1))


@dataclass(eq=False)
class Attendance:
    """A member who was present, with the seat held on that day."""

    seat_id: UUID
    holder: UUID
    organisation_id: UUID


@dataclass(eq=False)
class Outcome:
    """An outcome under one of the board's mandates; a commitment is an aggregate of its own."""

    id: UUID
    kind: OutcomeKind
    mandate: Mandate
    text: str
    recorded_at: datetime
    commitment_id: UUID | None = None


@dataclass(eq=False)
class Meeting:
    """One meeting of a board.

    ``seats`` and ``quorate`` are those of the day on which it was held. ``minutes_by`` are the authors of
    the minutes, ``approved_by`` who approved them, by their opaque ids. ``guests`` counts others who
    attended, observers among them.
    """

    id: UUID
    agency: str
    board_id: UUID
    partnership_id: UUID
    title: str
    place: str
    agenda: list[str]
    scheduled_at: datetime
    called_at: datetime
    state: MeetingState = MeetingState.CALLED
    cancelled_because: str = ""
    held_at: datetime | None = None
    held_on: date | None = None
    seats: int = 0
    quorate: bool = False
    minutes: str = ""
    minutes_by: list[str] = field(default_factory=list)
    minutes_public: bool = True
    withheld_because: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    attendances: list[Attendance] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    version: int = 0
    length_minutes: int = 120
    police_present: int = 0
    guests: int = 0

    def __post_init__(self) -> None:
        """Refuse a time more than a year ago."""
        if self.called_at - self.scheduled_at > AFTERWARDS:
            raise MeetingInThePast(scheduled_at=self.scheduled_at)

    @property
    def entered_afterwards(self) -> bool:
        """Whether it was entered after its time, instead of being called."""
        return self.scheduled_at <= self.called_at

    @property
    def notice_hours(self) -> int:
        """The whole hours between its call and its time; none if it was entered afterwards."""
        return notice_hours(self.called_at, self.scheduled_at)

    @property
    def present(self) -> int:
        """How many members were present."""
        return len(self.attendances)

    @property
    def others_present(self) -> int:
        """How many of them were not for the police."""
        return self.present - self.police_present

    @property
    def ends_at(self) -> datetime:
        """Its planned end, counted from its beginning."""
        return (self.held_at or self.scheduled_at) + timedelta(minutes=self.length_minutes)

    @property
    def organisations(self) -> list[UUID]:
        """The organisations of those who were present, each once."""
        return list(dict.fromkeys(attendance.organisation_id for attendance in self.attendances))

    def count(self, kind: OutcomeKind) -> int:
        """How many outcomes of a kind it has."""
        return sum(outcome.kind == kind for outcome in self.outcomes)

    def reschedule(self, to: datetime, place: str | None, now: datetime) -> None:
        """Move it to another time, and perhaps place."""
        self.state = machine.after(self.state, "reschedule")
        if to <= now:
            raise MeetingInThePast(scheduled_at=to)
        self.scheduled_at = to
        self.place = place or self.place

    def cancel(self, reason: str) -> None:
        """Cancel it."""
        self.state = machine.after(self.state, "cancel")
        self.cancelled_because = reason

    def lapse(self) -> None:
        """Mark it as not recorded, until it is recorded."""
        self.state = machine.after(self.state, "seven days passed")

    def hold(self, board: Board, holders: tuple[UUID, ...], at: datetime, day: date, now: datetime) -> None:
        """Record that it was held at ``at``, on the local ``day``; the quorum counts that day's seats."""
        after = machine.after(self.state, "hold")
        if not self.scheduled_at <= at <= now:
            raise HeldAtImpossible(scheduled_at=self.scheduled_at, held_at=at)
        self._count(board, holders, day)
        self.state, self.held_at, self.held_on = after, at, day

    def correct_attendance(self, board: Board, holders: tuple[UUID, ...]) -> None:
        """Correct who was present, until the minutes are approved; the quorum is computed again."""
        self.state = machine.after(self.state, "correct attendance")
        if self.held_on is None:
            raise ValueError(f"the meeting {self.id} was held on no day")
        self._count(board, holders, self.held_on)

    def _count(self, board: Board, holders: tuple[UUID, ...], day: date) -> None:
        present = board.present(holders, day)
        self.seats = len(board.filled(day))
        self.quorate = board.has_quorum(len(present), self.seats)
        self.police_present = sum(seat.organisation_kind == "police" for seat in present)
        known = {attendance.seat_id: attendance for attendance in self.attendances}
        self.attendances = [
            known.get(seat.id) or Attendance(seat.id, seat.holder, seat.organisation_id) for seat in present
        ]

    def record(self, outcome: Outcome) -> None:
        """Add an outcome; a decision needs a quorum."""
        self.state = machine.after(self.state, "record outcome")
        if outcome.kind == "decision" and not self.quorate:
            raise NotQuorate(present=len(self.attendances), seats=self.seats)
        self.outcomes.append(outcome)

    def correct_outcome(self, outcome_id: UUID, mandate: Mandate, text: str) -> Outcome:
        """Correct an outcome, until the minutes are approved; a commitment keeps its mandate."""
        self.state = machine.after(self.state, "correct outcome")
        outcome = next((outcome for outcome in self.outcomes if outcome.id == outcome_id), None)
        if outcome is None:
            raise OutcomeUnknown(id=outcome_id)
        if outcome.commitment_id is not None and mandate != outcome.mandate:
            raise MandateOfPromise
        if (mandate, text) == (outcome.mandate, outcome.text):
            raise NothingCorrected
        outcome.mandate, outcome.text = mandate, text
        return outcome

    def write_minutes(self, text: str, by: str, withheld_because: str, *, public: bool) -> None:
        """Write or amend the minutes; public unless there is a reason to withhold them."""
        self.state = machine.after(self.state, "write minutes")
        if public == bool(withheld_because):
            raise WithheldWithoutReason
        self.minutes, self.minutes_public = text, public
        self.withheld_because = withheld_because
        self.minutes_by = list(dict.fromkeys([*self.minutes_by, by]))

    def approve_minutes(self, by: str, at: datetime) -> None:
        """Approve the minutes as a member who was present and did not write them."""
        after = machine.after(self.state, "approve minutes")
        if not self.minutes:
            raise MinutesMissing
        if not self.attended_by(by):
            raise WasNotPresent
        if by in self.minutes_by:
            raise OwnMinutes
        self.state, self.approved_by, self.approved_at = after, by, at

    def shows_minutes_to(self, reader: Actor, *, is_member: bool) -> bool:
        """Whether a reader sees the minutes, and the texts of the outcomes in them.

        Everybody once they are approved and public, else those who see who was present.
        """
        if self.state is MeetingState.MINUTED and self.minutes_public:
            return True
        return self.shows_attendance_to(reader, is_member=is_member)

    def shows_attendance_to(self, reader: Actor, *, is_member: bool) -> bool:
        """Whether a reader sees who was present, by opaque ids; the public sees how many.

        The agency's coordinators, secretaries and auditors do, those who were present, and the
        representatives of their organisations. ``is_member`` tells that the reader's person is registered by
        the reader's own agency.
        """
        works = reader.agency == self.agency and not reader.roles.isdisjoint(READERS)
        represents = reader.has(Role.REPRESENTATIVE) and reader.organisation in self.organisations
        return works or represents or (is_member and self.attended_by(reader.person))

    def organisation_of(self, person: str) -> UUID | None:
        """For which organisation a person, by opaque id, was present."""
        return next((item.organisation_id for item in self.attendances if str(item.holder) == person), None)

    def attended_by(self, person: str) -> bool:
        """Whether a person, by opaque id, was present."""
        return any(str(attendance.holder) == person for attendance in self.attendances)
