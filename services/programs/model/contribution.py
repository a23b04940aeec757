"""Contributions: recorded by a party, verified or disputed by another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.contracts.vocabulary import ContributionKind, ContributionState, ContributionUnit
from shared.corrections import NothingCorrected
from shared.days import require_past
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal
from shared.states import Machine

CURRENCY = "IDR"
"""The default currency (ISO 4217) of a programme."""


CONTRIBUTION = Machine(
    "contribution",
    {
        (ContributionState.RECORDED, "verify"): ContributionState.VERIFIED,
        (ContributionState.RECORDED, "dispute"): ContributionState.DISPUTED,
        (ContributionState.DISPUTED, "correct"): ContributionState.RECORDED,
    },
)


class JudgedByItsContributor(Refusal):
    """Only a party other than the contributor verifies or disputes."""

    kind = "forbidden"
    message = "Your organisation recorded this contribution, so another party must judge it."
    remedy = "Ask a representative of another party to verify or dispute it."
    reason = "another party must judge the contribution"


class JudgedByItsRecorder(Refusal):
    """Only a person other than the recorder verifies or disputes."""

    kind = "forbidden"
    message = "You recorded this contribution, or belong to its contributor, so another person must judge it."
    remedy = "Ask another person from another party to verify or dispute it."
    reason = "another person must judge the contribution"


class NotTheContributor(Refusal):
    """Only the contributor corrects its statement."""

    kind = "forbidden"
    message = "This contribution was recorded by another organisation."
    remedy = "Ask a representative of that organisation to correct it."
    reason = "another organisation recorded the contribution"


class UnitUnnamed(Refusal):
    """A unit that is not in the list is named in the note."""

    kind = "invalid"
    message = "The unit is none of the list, and the note does not name it."
    remedy = "Choose a unit from the list, or write in the note what was counted."


@dataclass(eq=False)
class EarlierStatement:
    """A statement before a correction, and why another party disputed it."""

    id: UUID
    position: int
    amount: float
    value: int
    note: str
    stated_by: str
    stated_at: datetime
    disputed_by: UUID
    disputed_at: datetime
    reason: str


@dataclass(eq=False)
class Contribution:
    """A party's contribution to a programme: ``amount`` in its ``unit``, worth ``value``.

    ``value`` is an estimate in whole units of ``currency``, the programme's; 0 is allowed for contributions
    without a price, such as advice: once verified they count, but add nothing to the shares. ``stated_by``
    is the opaque id of the person who made the current statement; ``earlier`` holds all previous ones,
    oldest first.
    """

    id: UUID
    agency: str
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: ContributionUnit
    value: int
    currency: str
    on: date
    note: str
    stated_by: str
    stated_at: datetime
    state: ContributionState = ContributionState.RECORDED
    judged_by: UUID | None = None
    judged_at: datetime | None = None
    reason: str = ""
    earlier: list[EarlierStatement] = field(default_factory=list)
    version: int = 0

    def check(self, today: date) -> None:
        """Validate a new contribution; raises ``DayToCome`` and :class:`UnitUnnamed`."""
        require_past(self.on, today)
        self._name_unit(self.note)

    def verify(self, by: UUID, person: str, at: datetime, *, belongs: bool = False) -> None:
        """Verify it as another party and another person, who does not belong to the contributor."""
        self._another(by, person, belongs=belongs)
        self.state = CONTRIBUTION.after(self.state, "verify")
        self.judged_by, self.judged_at, self.reason = by, at, ""

    def dispute(self, by: UUID, person: str, reason: str, at: datetime, *, belongs: bool = False) -> None:
        """Dispute it as another party and another person, with the reason."""
        self._another(by, person, belongs=belongs)
        self.state = CONTRIBUTION.after(self.state, "dispute")
        self.judged_by, self.judged_at, self.reason = by, at, reason

    def correct(self, statement: UUID, by: UUID, person: str, at: datetime, said: Correction) -> None:
        """Correct it as the contributor, after a dispute; the earlier statement gets the id ``statement``."""
        if by != self.organisation_id:
            raise NotTheContributor
        following = CONTRIBUTION.after(self.state, "correct")
        self._name_unit(said.note)
        if (said.amount, said.value, said.note) == (self.amount, self.value, self.note):
            raise NothingCorrected
        if self.judged_by is None or self.judged_at is None:
            raise ValueError(f"contribution {self.id} is disputed by nobody")
        self.earlier.append(
            EarlierStatement(
                id=statement,
                position=len(self.earlier) + 1,
                amount=self.amount,
                value=self.value,
                note=self.note,
                stated_by=self.stated_by,
                stated_at=self.stated_at,
                disputed_by=self.judged_by,
                disputed_at=self.judged_at,
                reason=self.reason,
            )
        )
        self.state = following
        self.amount, self.value, self.note = said.amount, said.value, said.note
        self.stated_by, self.stated_at = person, at
        self.judged_by, self.judged_at, self.reason = None, None, ""

    def _name_unit(self, note: str) -> None:
        if self.unit is ContributionUnit.OTHER and not note:
            raise UnitUnnamed

    def _another(self, by: UUID, person: str, *, belongs: bool) -> None:
        hands = {self.stated_by, *(said.stated_by for said in self.earlier)}
        match tie_to_work(by, person, owner=self.organisation_id, hands=hands, belongs=belongs):
            case "party":
                raise JudgedByItsContributor
            case "person":
                raise JudgedByItsRecorder


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected values of a disputed contribution."""

    amount: float
    value: int
    note: str
