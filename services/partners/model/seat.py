"""Seats of a board and their terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.vocabulary import Position
from shared.refusal import Refusal


class HolderTwice(Refusal):
    """A person holds one seat of a board."""

    kind = "invalid"
    message = "The person %(holder)s is listed for two seats."
    remedy = "Give each person only one seat."


class TermImpossible(Refusal):
    """A term includes the day on which the seat is filled."""

    kind = "invalid"
    message = "A term from %(since)s until %(until)s does not include today, %(today)s."
    remedy = "The term must begin today or earlier, and end today or later or have no end."


class UnknownSeat(Refusal):
    """The board has no such seat, or it is vacant."""

    kind = "unknown"
    message = "Nobody holds a seat %(seat)s of this board today."
    remedy = "Open the board to see which seats are filled."


class HeldNoSeat(Refusal):
    """Only the holder of a seat on that day counts as present."""

    kind = "invalid"
    message = "The person %(holder)s held no seat of this board on %(day)s."
    remedy = "List as present only those who held a seat on that day; guests are recorded in the minutes."


@dataclass(eq=False)
class Seat:
    """One seat from ``since`` through ``until`` (both days count; None: no end), unless it ended earlier.

    On ``ended_on`` itself it is no longer held. ``elected_at`` is the meeting that elected its holder.
    """

    id: UUID
    holder: UUID
    organisation_id: UUID
    organisation_kind: str
    position: Position
    since: date
    until: date | None
    ended_on: date | None = None
    ended_because: str = ""
    elected_at: UUID | None = None

    def is_filled(self, on: date) -> bool:
        """Whether it is held on a day."""
        if on < self.since or (self.until is not None and on > self.until):
            return False
        return self.ended_on is None or on < self.ended_on

    def end(self, on: date, reason: str) -> None:
        """Free it from a day on."""
        self.ended_on, self.ended_because = on, reason

    def require_term(self, today: date) -> None:
        """Refuse a term that does not contain ``today``, with :class:`TermImpossible`."""
        if not self.since <= today or (self.until is not None and self.until < today):
            raise TermImpossible(since=self.since, until=self.until or "–", today=today)
