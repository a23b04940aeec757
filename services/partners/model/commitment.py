"""Commitments: due dates, and confirmation by another party."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from shared.contracts.vocabulary import AutomaticReason, CommitmentState, Mandate
from shared.refusal import Refusal
from shared.states import Machine

REMINDED = timedelta(days=7)
"""How long before its day the owner is reminded."""
GRACE = timedelta(days=30)
"""How long after its day a commitment can still be kept, late."""
RECORDED = timedelta(days=14)
"""How long after its day a commitment can be confirmed as kept on time, whatever day is named."""
machine = Machine(
    "commitment",
    {
        (CommitmentState.OPEN, "confirm"): CommitmentState.KEPT,
        (CommitmentState.OPEN, "give up"): CommitmentState.BROKEN,
        (CommitmentState.OPEN, "day passed"): CommitmentState.OVERDUE,
        (CommitmentState.OVERDUE, "confirm"): CommitmentState.KEPT,
        (CommitmentState.OVERDUE, "give up"): CommitmentState.BROKEN,
        (CommitmentState.OVERDUE, "thirty days passed"): CommitmentState.BROKEN,
    },
)


class DueTooEarly(Refusal):
    """A commitment cannot be due in the past."""

    kind = "invalid"
    message = "A commitment made on %(made_on)s cannot be due on %(due_on)s."
    remedy = "Enter the day on which it was made, or a later day."


class OwnWordOnly(Refusal):
    """Another party confirms that a commitment was kept."""

    kind = "forbidden"
    message = "Your organisation made this commitment, so another party must confirm that it was kept."
    remedy = "Ask a representative of another party to confirm it."
    reason = "another party must confirm the commitment"


class SamePerson(Refusal):
    """Four eyes: the person who made a commitment does not confirm it, for whichever organisation."""

    kind = "forbidden"
    message = (
        "You made this commitment, or act for the organisation that made it, so another person must "
        "confirm it."
    )
    remedy = "Ask another representative of your organisation to confirm that it was kept."
    reason = "another person must confirm the commitment"


class KeptOnImpossible(Refusal):
    """A commitment is kept after it was made, and not in the future."""

    kind = "invalid"
    message = "A commitment made on %(made_on)s cannot have been kept on %(kept_on)s."
    remedy = "Enter the day on which it was kept: not before it was made, and not in the future."


@dataclass(eq=False)
class Commitment:
    """What one party (``organisation_id``) promised, at a meeting of the board or outside one.

    ``due_on`` is the last day on which it is on time; ``confirmed_by`` is the confirming organisation;
    ``made_by`` is the opaque id of the person who made or recorded it.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    meeting_id: UUID | None
    organisation_id: UUID
    title: str
    mandate: Mandate
    made_on: date
    due_on: date
    made_by: str = ""
    state: CommitmentState = CommitmentState.OPEN
    kept_on: date | None = None
    confirmed_by: UUID | None = None
    note: str = ""
    broken_on: date | None = None
    broken_because: str = ""
    version: int = 0
    entered_afterwards: bool = False
    confirmed_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a day that has passed."""
        if self.due_on < self.made_on:
            raise DueTooEarly(made_on=self.made_on, due_on=self.due_on)

    @property
    def late(self) -> bool:
        """Whether it was kept after its day, or confirmed too long after it."""
        if self.kept_on is None:
            return False
        recorded_late = self.confirmed_on is not None and self.confirmed_on > self.due_on + RECORDED
        return self.kept_on > self.due_on or recorded_late

    def keep(
        self, by: UUID, person: str, kept_on: date, note: str, today: date, owners: Collection[str] = ()
    ) -> None:
        """Confirm as another party that it was kept, on time or late depending on that day and on today.

        ``person`` must be another one than made it, and than those who act for its owner (``owners``).
        """
        after = machine.after(self.state, "confirm")
        if by == self.organisation_id:
            raise OwnWordOnly
        if person == self.made_by or person in owners:
            raise SamePerson
        if not self.made_on <= kept_on <= today:
            raise KeptOnImpossible(made_on=self.made_on, kept_on=kept_on)
        self.state, self.kept_on, self.confirmed_by, self.note = after, kept_on, by, note
        self.confirmed_on = today

    def give_up(self, reason: str, today: date) -> None:
        """Break it as its owner, with the reason."""
        self.state = machine.after(self.state, "give up")
        self.broken_on, self.broken_because = today, reason

    def pass_day(self) -> None:
        """Mark it as overdue after its day."""
        self.state = machine.after(self.state, "day passed")

    def pass_grace(self, today: date) -> None:
        """Mark it as broken after the days of grace."""
        self.state = machine.after(self.state, "thirty days passed")
        self.broken_on, self.broken_because = today, AutomaticReason.NOT_KEPT.value
