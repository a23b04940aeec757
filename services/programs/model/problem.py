"""Problems, from scanning to assessment (SARA)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.programs.model import sara
from services.programs.model.findings import Incident, Option, RootCause, Signal
from shared.contracts.vocabulary import Impact, ProblemPhase
from shared.days import require_past
from shared.refusal import Refusal
from shared.search_key import search_key

LEAST_INCIDENTS = 2
"""The minimum number of incidents: a single one is an event (Eck and Clarke 2003)."""
LEAST_OPTIONS = 2
"""The minimum number of options."""


class TooFewIncidents(Refusal):
    """A problem has several incidents, unless a reason for an exception is given."""

    kind = "conflict"
    message = "The problem has %(found)s incident references; its analysis needs at least %(needed)s."
    remedy = "Record the incidents, or give the reason for an exception."


class IncidentRecordedAlready(Refusal):
    """An incident is recorded once."""

    kind = "conflict"
    message = "The incident %(reference)s has already been recorded for this problem."
    remedy = "Record another incident, or do nothing."


class RootCauseMissing(Refusal):
    """A response needs a root cause with evidence."""

    kind = "conflict"
    message = "The problem has no root cause with evidence, so no response can follow."
    remedy = "Record at least one root cause with its evidence."


class ResponseNotChosen(Refusal):
    """A response is chosen before it is carried out."""

    kind = "conflict"
    message = "No response to the problem has been chosen."
    remedy = "Compare at least two options and choose one of them, with a reason."


class TooFewOptions(Refusal):
    """A choice needs several options."""

    kind = "conflict"
    message = "A response is chosen from at least %(needed)s options; there are %(found)s."
    remedy = "Propose another option first."


class UnknownOption(Refusal):
    """The problem has no such option."""

    kind = "unknown"
    message = "This problem has no option with the id %(id)s."
    remedy = "Open the problem to see its options."


class UnknownSignal(Refusal):
    """The problem has no such signal."""

    kind = "unknown"
    message = "This problem has no early sign with the id %(id)s."
    remedy = "Open the problem to see its early signs."


class ResponseNotCarriedOut(Refusal):
    """Only a response that was carried out can be assessed."""

    kind = "conflict"
    message = "No response has been carried out, so there is nothing to assess."
    remedy = "Complete a stage of a programme for this problem, or record the response as carried out."


class BackwardWithoutReason(Refusal):
    """Going back to an earlier phase needs a reason."""

    kind = "invalid"
    message = "Moving the problem back from “%(before)s” to “%(after)s” needs a reason."
    remedy = "Give the reason."


@dataclass(eq=False)
class Problem:
    """A problem of a partnership's community.

    ``problem_type`` is a slug that chooses stage templates, ``area`` an administrative code.
    ``stage_completed_on`` is the day on which a programme for it first completed a stage.
    """

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    description: str
    area: str
    problem_type: str
    impact: Impact
    registered_at: datetime
    phase: ProblemPhase = ProblemPhase.SCANNING
    exception_reason: str = ""
    chosen_option: UUID | None = None
    choice_reason: str = ""
    carried_out_on: date | None = None
    carried_out_by: UUID | None = None
    carried_out_note: str = ""
    stage_completed_on: date | None = None
    incidents: list[Incident] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    root_causes: list[RootCause] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    version: int = 0
    search_key: str = ""

    def __post_init__(self) -> None:
        """Compute the search key of the visible texts."""
        self.search_key = search_key(self.area, self.title, self.description)

    @property
    def response_on(self) -> date | None:
        """The day of the response: when it was carried out, else that of the first completed stage."""
        return self.carried_out_on or self.stage_completed_on

    @property
    def recurrences(self) -> tuple[UUID, ...]:
        """The incidents after the response."""
        return tuple(incident.id for incident in self.incidents if incident.recurrence)

    def record_incident(self, incident: Incident, today: date) -> None:
        """Add an incident; one after the day of the response is a recurrence, whenever it is recorded."""
        require_past(incident.on, today)
        if any(earlier.reference == incident.reference for earlier in self.incidents):
            raise IncidentRecordedAlready(reference=incident.reference)
        self.incidents.append(incident)
        self._tell_apart()

    def complete_stage(self, on: date) -> None:
        """Record that a programme for it completed a stage; the earliest day counts."""
        if self.stage_completed_on is None or on < self.stage_completed_on:
            self.stage_completed_on = on
            self._tell_apart()

    def observe(self, signal: Signal, today: date) -> None:
        """Add an early sign."""
        require_past(signal.on, today)
        self.signals.append(signal)

    def act_on(self, signal_id: UUID, on: date, by: UUID, act: str, today: date) -> Signal:
        """Record that an organisation acted on an early sign."""
        early_sign = next((signal for signal in self.signals if signal.id == signal_id), None)
        if early_sign is None:
            raise UnknownSignal(id=str(signal_id))
        early_sign.act_on(on, by, act, today)
        return early_sign

    def identify(self, cause: RootCause) -> None:
        """Add a root cause with its evidence."""
        sara.PROBLEM.after(self.phase, "name a root cause")
        cause.check()
        self.root_causes.append(cause)

    def propose(self, option: Option) -> None:
        """Add a possible response."""
        sara.PROBLEM.after(self.phase, "propose an option")
        self.options.append(option)

    def choose(self, option_id: UUID, reason: str) -> Option:
        """Choose one of several options, with the reason; a new choice has not been carried out yet."""
        sara.PROBLEM.after(self.phase, "choose a response")
        chosen = next((option for option in self.options if option.id == option_id), None)
        if chosen is None:
            raise UnknownOption(id=str(option_id))
        if len(self.options) < LEAST_OPTIONS:
            raise TooFewOptions(needed=LEAST_OPTIONS, found=len(self.options))
        if chosen.id != self.chosen_option:
            self.carried_out_on, self.carried_out_by, self.carried_out_note = None, None, ""
            self._tell_apart()
        self.chosen_option, self.choice_reason = chosen.id, reason
        return chosen

    def carry_out(self, on: date, by: UUID, note: str, today: date) -> UUID:
        """Record that a party carried out the chosen response; returns the id of the option."""
        sara.PROBLEM.after(self.phase, "record the response")
        require_past(on, today)
        if self.chosen_option is None:
            raise ResponseNotChosen
        self.carried_out_on, self.carried_out_by, self.carried_out_note = on, by, note
        self._tell_apart()
        return self.chosen_option

    def move(self, to: ProblemPhase, reason: str, exception_reason: str) -> None:
        """Move to another phase."""
        following = sara.PROBLEM.after(self.phase, f"move to {to}")
        if sara.backward(self.phase, to):
            if not reason:
                raise BackwardWithoutReason(before=self.phase, after=to)
        else:
            self._may_enter(to, exception_reason)
        self.phase = following

    def _may_enter(self, to: ProblemPhase, exception_reason: str) -> None:
        if to is ProblemPhase.ANALYSIS:
            if len(self.incidents) < LEAST_INCIDENTS:
                if not exception_reason:
                    raise TooFewIncidents(found=len(self.incidents), needed=LEAST_INCIDENTS)
                self.exception_reason = exception_reason
        elif to is ProblemPhase.RESPONSE:
            if not any(cause.shown for cause in self.root_causes):
                raise RootCauseMissing
            if self.chosen_option is None:
                raise ResponseNotChosen
        elif to is ProblemPhase.ASSESSMENT and self.response_on is None:
            raise ResponseNotCarriedOut

    def _tell_apart(self) -> None:
        """Mark incidents after the response as recurrences; one of the same day is not."""
        for incident in self.incidents:
            incident.recurrence = self.response_on is not None and incident.on > self.response_on
