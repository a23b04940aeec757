"""Reports from residents: received without a name, dealt with in time, followed by a code, and erased."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import NAMESPACE_OID, UUID, uuid5

from shared.contracts.vocabulary import ReportState
from shared.days import require_past
from shared.refusal import Refusal
from shared.states import Machine

MOST_A_DAY = 200
"""The maximum number of reports that a partnership receives within a day."""
DAY = timedelta(days=1)
MOST_ADDRESSES = 2
"""The maximum number of web addresses in a report."""
LEAST_SHOWN = 5
"""The minimum number of reports of which figures are published: fewer could point to a person."""
COUNTED = timedelta(days=365)
"""The time over which reports are counted in public."""
CODE_LENGTH = 12
"""Sixty bits: with a limited number of attempts a minute nobody guesses a code."""
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)

REPORT = Machine(
    "report",
    {
        (ReportState.RECEIVED, "record as an incident"): ReportState.INCIDENT,
        (ReportState.RECEIVED, "record as an early sign"): ReportState.SIGNAL,
        (ReportState.RECEIVED, "refer"): ReportState.REFERRED,
        (ReportState.RECEIVED, "answer the sender"): ReportState.ANSWERED,
        (ReportState.RECEIVED, "dismiss"): ReportState.DISMISSED,
        (ReportState.RECEIVED, "add a text"): ReportState.RECEIVED,
        (ReportState.RECEIVED, "withdraw"): ReportState.WITHDRAWN,
    },
)
DEALT_WITH = (ReportState.INCIDENT, ReportState.SIGNAL, ReportState.REFERRED, ReportState.ANSWERED)
"""The states of reports that count as answered in public."""


class TooManyReports(Refusal):
    """A partnership receives a limited number of reports a day."""

    kind = "limited"
    message = "This partnership has received %(most)s reports within a day and takes no more at the moment."
    remedy = "In danger, call the emergency number. Otherwise send the report tomorrow."


class LooksLikeAdvertising(Refusal):
    """A report needs no web addresses; advertising is full of them."""

    kind = "invalid"
    message = "The report contains more than %(most)s web addresses, as advertising does."
    remedy = "Leave the web addresses out and describe what happened in your own words."


class ReportCodeUnknown(Refusal):
    """No report has this code, or it has been erased."""

    kind = "unknown"
    message = "There is no report with this code."
    remedy = "Check the twelve characters. A code is valid until the report is erased."


class AddedAlready(Refusal):
    """The sender adds one text."""

    kind = "conflict"
    message = "A text has already been added to this report."
    remedy = "Send a new report for anything else."


class ReferredToItself(Refusal):
    """A report is referred to another partnership."""

    kind = "invalid"
    message = "The report is already with this partnership."
    remedy = "Choose another partnership, or answer the report."


@dataclass(eq=False)
class SenderContact:
    """How the sender of a report can be reached; ``kept_since`` is when its time began to run out."""

    report_id: UUID
    agency: str
    contact: str
    kept_since: datetime


@dataclass(eq=False)
class Report:
    """A report from a resident: nobody's name, a text, and the code by which its sender follows it.

    ``received_at`` is when its partnership received it, ``sent_at`` when its sender sent it; the two differ
    once it was referred (from the partnership ``referred_from``). ``finding_id`` is the incident or early
    sign that it became. ``closed_by`` is the party that dealt with it, None for a coordinator.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    code: str | None
    text: str
    place: str
    on: date | None
    danger: bool
    sent_at: datetime
    received_at: datetime
    due_at: datetime
    referred_from: UUID | None = None
    state: ReportState = ReportState.RECEIVED
    addition: str = ""
    added_at: datetime | None = None
    answer: str = ""
    reason: str = ""
    problem_id: UUID | None = None
    finding_id: UUID | None = None
    closed_at: datetime | None = None
    closed_by: UUID | None = None
    sender: SenderContact | None = None
    version: int = 0

    @property
    def contact(self) -> str | None:
        """How the sender can be reached, as long as it is kept."""
        return self.sender.contact if self.sender else None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for somebody to deal with it."""
        return self.state is ReportState.RECEIVED

    @property
    def is_added_to(self) -> bool:
        """Whether its sender has added a text."""
        return self.added_at is not None

    def check(self, today: date) -> None:
        """Validate a new report; raises ``DayToCome`` and :class:`LooksLikeAdvertising`."""
        if self.on is not None:
            require_past(self.on, today)
        refuse_advertising(self.text, self.place)

    def add(self, text: str, now: datetime) -> bool:
        """Add the sender's one further text; the same text again changes nothing and returns False."""
        if self.is_added_to and text == self.addition:
            return False
        REPORT.after(self.state, "add a text")
        if self.is_added_to:
            raise AddedAlready
        refuse_advertising(text)
        self.addition, self.added_at = text, now
        return True

    def close(self, act: str, now: datetime, by: UUID | None, *, answer: str = "", reason: str = "") -> None:
        """Decide what becomes of it; from now on the time of the sender's contact runs out."""
        self.state = REPORT.after(self.state, act)
        self.closed_at, self.closed_by = now, by
        self.answer, self.reason = answer, reason
        if self.sender is not None:
            self.sender.kept_since = min(self.sender.kept_since, now)

    def withdraw(self, now: datetime) -> bool:
        """Erase what the sender wrote; returns False if nothing is left of it.

        What was decided about it stays on record; if nothing was, it is closed as withdrawn.
        """
        if self.is_open:
            self.state, self.closed_at = REPORT.after(self.state, "withdraw"), now
        elif not (self.text or self.addition or self.sender):
            return False
        self._erase()
        return True

    def hand_over(self) -> tuple[str | None, SenderContact | None]:
        """Give the code and the contact to the partnership to which it was referred, and keep no text."""
        handed = self.code, self.sender
        self.code = None
        self._erase()
        return handed

    def _erase(self) -> None:
        self.text = self.place = self.addition = ""
        self.sender = None


@dataclass(eq=False)
class ReportDesk:
    """Where a partnership receives reports; ``warned_on`` is when it was last said that some are late."""

    id: UUID
    agency: str
    partnership_id: UUID
    warned_on: date | None = None
    version: int = 0

    def warn(self, today: date) -> bool:
        """Note a warning; returns False for a second one on a day."""
        if self.warned_on == today:
            return False
        self.warned_on = today
        return True


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """What became of a partnership's reports within a year; None where the numbers are too small."""

    received: int | None
    answered: int | None
    median_hours: int | None


def figures_of(reports: Sequence[tuple[ReportState, datetime, datetime | None]]) -> ReportFigures:
    """The figures of reports by state and by the moments of receipt and answer; spam does not count."""
    real = [report for report in reports if report[0] is not ReportState.DISMISSED]
    if len(real) < LEAST_SHOWN:
        return ReportFigures(None, None, None)
    hours = [
        (closed - received) / timedelta(hours=1)
        for state, received, closed in real
        if state in DEALT_WITH and closed is not None
    ]
    shown = len(hours) >= LEAST_SHOWN
    return ReportFigures(len(real), len(hours), round(median(hours)) if shown else None)


def desk_id_of(partnership_id: UUID) -> UUID:
    """The id of a partnership's desk."""
    return uuid5(NAMESPACE_OID, f"report-desk/{partnership_id}")


def refuse_advertising(*texts: str) -> None:
    """Refuse texts with many web addresses; raises :class:`LooksLikeAdvertising`."""
    if sum(len(_ADDRESS.findall(text)) for text in texts) > MOST_ADDRESSES:
        raise LooksLikeAdvertising(most=MOST_ADDRESSES)
