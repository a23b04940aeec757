"""Findings on a problem: incidents, early signs, root causes, options."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.contracts.vocabulary import FindingSource, Severity, Side
from shared.days import require_past
from shared.refusal import Refusal


class RootCauseWithoutEvidence(Refusal):
    """A root cause needs evidence."""

    kind = "invalid"
    message = "The root cause has no evidence."
    remedy = "Describe the evidence, or refer to uploaded files."


class SignalActedOnAlready(Refusal):
    """Only the first action on a sign counts."""

    kind = "conflict"
    message = "This early sign has already been acted on, on %(on)s."
    remedy = "Record a new early sign if it appears again."


class BeforeItsSign(Refusal):
    """An action follows the observation of its sign."""

    kind = "invalid"
    message = "The early sign was observed on %(observed)s, so it cannot have been acted on on %(on)s."
    remedy = "Enter a day on or after the observation."


@dataclass(eq=False)
class Incident:
    """An incident, with its reference in the records of the organisation that handled it.

    ``recurrence`` tells that its day is after that of the response to the problem. It contains no names of
    people: suspects, victims or witnesses. ``severity`` and ``source`` are None if nobody said them.
    """

    id: UUID
    reference: str
    on: date
    area: str
    note: str
    recurrence: bool
    recorded_at: datetime
    severity: Severity | None = None
    source: FindingSource | None = None


@dataclass(eq=False)
class Signal:
    """An early sign, and the organisation that acted on it.

    ``severity`` is that of what it points to; it and ``source`` are None if nobody said them.
    """

    id: UUID
    on: date
    area: str
    note: str
    observed_at: datetime
    acted_on: date | None = None
    acted_by: UUID | None = None
    act: str = ""
    severity: Severity | None = None
    source: FindingSource | None = None

    def act_on(self, on: date, by: UUID, act: str, today: date) -> None:
        """Record that an organisation acted on it, not before its observation."""
        if self.acted_on is not None:
            raise SignalActedOnAlready(on=self.acted_on)
        require_past(on, today)
        if on < self.on:
            raise BeforeItsSign(observed=self.on, on=on)
        self.acted_on, self.acted_by, self.act = on, by, act


@dataclass(eq=False)
class RootCause:
    """A root cause on one side of the problem-analysis triangle, with evidence as text, as files, or both."""

    id: UUID
    side: Side
    statement: str
    evidence: str
    identified_at: datetime
    files: list[str] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """Whether it has evidence."""
        return bool(self.evidence or self.files)

    def check(self) -> None:
        """Refuse a cause without evidence."""
        if not self.shown:
            raise RootCauseWithoutEvidence


@dataclass(eq=False)
class Option:
    """A possible response, to be compared with the others."""

    id: UUID
    title: str
    description: str
    expected_effect: str
    cost: str
    effort: str
    proposed_at: datetime
