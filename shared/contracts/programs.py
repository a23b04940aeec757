"""What the programmes publish: problems, programmes in cycles, stages, activities, indicators."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.i18n import N_

Phase = Literal["prevention", "handling", "rehabilitation"]
Means = Literal["educate", "protect", "channel", "coordinate", "act"]
Impact = Literal["disturbs", "hinders", "damages", "destroys"]
SaraPhase = Literal["scanning", "analysis", "response", "assessment", "closed"]
"""The phases of problem-oriented policing (Eck and Spelman 1987), and the end."""
Side = Literal["offender", "target", "place"]
"""The sides of the problem-analysis triangle."""
Prohibition = Literal["task_unit", "police_insignia", "case_alone", "coercion", "politics"]
"""What a police–community forum must not do or have (Skep/737/X/2005)."""
ContributionKind = Literal["funds", "time", "goods", "venue", "knowledge", "data", "other"]
ResultType = Literal["output", "outcome", "impact"]
Measure = Literal["unit", "percentage", "nominal", "ordinal", "qualitative"]
Capacity = Literal["deter", "solve", "improve", "build"]


class StageFacts(BaseModel):
    """A planned stage as its listeners need it."""

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    depends_on: tuple[UUID, ...]
    planned_start: date | None
    planned_end: date | None


# --- problems --------------------------------------------------------------------------------------


class ProblemRegistered(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Problem registered"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A problem was registered for joint work; ``problem_type`` chooses the stage templates."""

    problem_id: UUID
    partnership_id: UUID
    title: str
    problem_type: str
    area: str
    impact: Impact


class IncidentRecorded(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Incident recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An incident belongs to a problem; ``recurrence`` when its day is after that of the response.

    A response that is recorded later is told by ``response-dated``, with all that came after it.
    """

    problem_id: UUID
    partnership_id: UUID
    incident_id: UUID
    on: date
    area: str
    recurrence: bool


class SignalObserved(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Early sign observed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An early sign of a problem was observed."""

    problem_id: UUID
    partnership_id: UUID
    signal_id: UUID
    on: date


class SignalActedOn(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Early sign acted on"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Somebody acted on an early sign."""

    problem_id: UUID
    partnership_id: UUID
    signal_id: UUID
    on: date
    organisation_id: UUID


class RootCauseIdentified(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Root cause identified"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A root cause was named, with its evidence."""

    problem_id: UUID
    partnership_id: UUID
    root_cause_id: UUID
    side: Side
    statement: str


class OptionProposed(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Response proposed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A way to respond to a problem was put beside the others, to be compared."""

    problem_id: UUID
    partnership_id: UUID
    option_id: UUID
    title: str


class ResponseChosen(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Response chosen"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Of several options one was chosen, with the reason."""

    problem_id: UUID
    partnership_id: UUID
    option_id: UUID
    title: str
    options: int
    reason: str


class ResponseCarriedOut(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Response carried out"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party carried the chosen response out, by other work than the stages of a programme."""

    problem_id: UUID
    partnership_id: UUID
    option_id: UUID
    organisation_id: UUID
    on: date


class ResponseDated(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Date of the response changed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The day of the response to a problem is another one, and with it which incidents are recurrences.

    It is the day on which the response was carried out, else that of the first completed stage of a
    programme for the problem; None when neither is so any more. ``recurrences`` are all incidents after it.
    """

    problem_id: UUID
    partnership_id: UUID
    on: date | None
    recurrences: tuple[UUID, ...]


class ProblemPhaseChanged(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Problem moved to another phase"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The work on a problem moved to another phase, forward or back."""

    problem_id: UUID
    partnership_id: UUID
    title: str
    before: SaraPhase
    after: SaraPhase
    reason: str


# --- stage templates -------------------------------------------------------------------------------


class TemplateAdded(
    Event,
    publisher="programs",
    aggregate="template_id",
    label=N_("Stage template added"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An agency added its own stage template for a type of problem."""

    template_id: UUID
    problem_type: str
    title: str
    stages: int


# --- programmes ------------------------------------------------------------------------------------


class ProgramApproved(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-approved",
    label=N_("Programme approved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A programme with its stages was agreed on a day; ``previous_id`` is the cycle before.

    Here as in what follows: ``entered_afterwards`` tells that it was typed in later than on that day.
    """

    program_id: UUID
    partnership_id: UUID
    title: str
    cycle: int
    previous_id: UUID | None
    problems: tuple[UUID, ...]
    planned_start: date | None
    planned_end: date | None
    stages: tuple[StageFacts, ...]
    on: date | None = None
    entered_afterwards: bool = False


class RecommendationAnswered(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Recommendation answered"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A cycle adopted a recommendation of the one before, or rejected it with a reason."""

    program_id: UUID
    partnership_id: UUID
    recommendation_id: UUID
    adopted: bool
    reason: str


class ProgramClosed(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-closed",
    label=N_("Programme closed"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
    version=2,
):
    """A programme was closed with its recommendations; handed over when nothing shall follow it.

    ``decision_id`` is the decision of the partnership's board that closed it, where there was one.
    """

    program_id: UUID
    partnership_id: UUID
    title: str
    cycle: int
    on: date
    stages_completed: int
    stages_total: int
    recommendations: tuple[UUID, ...]
    handed_over_to: UUID | None
    decision_id: UUID | None
    entered_afterwards: bool = False


class ProgramAbandoned(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-abandoned",
    label=N_("Programme abandoned"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A programme was given up."""

    program_id: UUID
    partnership_id: UUID
    title: str
    cycle: int
    on: date
    reason: str
    entered_afterwards: bool = False


# --- stages ----------------------------------------------------------------------------------------


class StageStarted(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage started"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """Work on a stage began; ``led_by`` leads it."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    led_by: UUID | None
    on: date
    entered_afterwards: bool = False


class StageSubmitted(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage submitted with evidence"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A party submitted a stage with its evidence for acceptance by another party."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    submitted_by: UUID
    evidence: tuple[str, ...]
    on: date | None = None
    entered_afterwards: bool = False


class StageReturned(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage returned"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party returned a submitted stage with a reason."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    returned_by: UUID
    reason: str


class StageCompleted(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage completed"),
    headline=N_("Stage %(position)s of %(stages_total)s completed: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.DIGEST,
    version=2,
):
    """A party other than the submitter accepted the stage: verified joint work."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    stages_total: int
    stages_completed: int
    submitted_by: UUID
    accepted_by: UUID
    problems: tuple[UUID, ...]
    evidence: int
    on: date
    entered_afterwards: bool = False


class StageSkipped(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage skipped"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A stage will not be done, for a reason."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    reason: str


class StageDueSoon(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage due soon"),
    headline=N_("Stage %(position)s is due by %(planned_end)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A stage should be done within a week."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    planned_end: date


class StageOverdue(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage overdue"),
    headline=N_("Stage %(position)s has been overdue since %(planned_end)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """The planned end of a stage passed before it was submitted."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    responsible: UUID
    planned_end: date


class StageReplanned(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage replanned"),
    headline=N_("Stage %(position)s replanned: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A stage has other planned dates, for a reason."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    planned_start: date | None
    planned_end: date | None
    reason: str


class StageReassigned(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage reassigned to another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party does a stage from now on, for a reason; ``before`` did it until now."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    before: UUID
    responsible: UUID
    reason: str


def _as_they_were(data: dict[str, Any]) -> dict[str, Any]:
    """Before, everything was entered on its day: that of the event."""
    return data


for _kind in (ProgramApproved, ProgramClosed, ProgramAbandoned, StageStarted, StageSubmitted, StageCompleted):
    upcaster(_kind.type(), 1)(_as_they_were)


# --- evidence --------------------------------------------------------------------------------------


class EvidenceUploaded(
    Event,
    publisher="programs",
    aggregate="evidence_id",
    label=N_("Evidence uploaded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party uploaded a file as evidence: ``size`` in bytes, ``sha256`` in hexadecimal."""

    evidence_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    sha256: str
    size: int
    media_type: str


# --- activities and contributions ------------------------------------------------------------------


class ActivityRecorded(
    Event,
    publisher="programs",
    aggregate="activity_id",
    label=N_("Activity recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Something was done: by which means, how intense (1 inform … 5 coerce), on which legal basis.

    ``impact`` is that of the problem, where one is named; from intensity 4 on it is always told.
    """

    activity_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    problem_id: UUID | None
    title: str
    organisation_id: UUID
    means: Means
    intensity: int
    phase: Phase
    impact: Impact | None
    legal_umbrella: UUID | None
    area: str
    on: date
    reached: int
    trained: tuple[UUID, ...]
    prohibitions: tuple[Prohibition, ...]


class ActivityRetracted(
    Event,
    publisher="programs",
    aggregate="activity_id",
    label=N_("Activity retracted"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An activity was taken back by the organisation that recorded it: it counts no longer."""

    activity_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    on: date
    reason: str


class ContributionRecorded(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party says that it contributed; ``value`` is an estimate in whole units of ``currency`` (ISO 4217).

    It may be 0, for what has no price. After a dispute it is recorded again, corrected: what was said last
    counts.
    """

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: str
    value: int
    currency: str
    on: date


class ContributionVerified(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution verified by another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party verified a contribution; one that is worth 0 counts, but adds to no sum of values."""

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    value: int
    currency: str
    on: date
    verified_by: UUID


class ContributionDisputed(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution disputed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party does not agree that something was contributed."""

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    disputed_by: UUID
    reason: str


# --- indicators ------------------------------------------------------------------------------------


class IndicatorDefined(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator defined"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What shall be measured, from which baseline, in the shape of an IATI indicator (2.03)."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    title: str
    result: ResultType
    measure: Measure
    ascending: bool
    capacity: Capacity | None
    baseline: float | None
    baseline_on: date | None


class TargetSet(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Target set"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What shall be reached in a period."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    period_start: date
    period_end: date
    target: float | None


class IndicatorMeasured(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator measured"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What was reached in a period; ``on_target`` is None where either value is missing."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    title: str
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None


class MeasurementCorrected(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A measurement was corrected; the earlier one stays readable."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    corrects: UUID
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None
    reason: str


class MeasurementMissing(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement missing"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """Thirty days after a period ended it has no measurement."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    title: str
    period_start: date
    period_end: date
