"""Events about problems."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import FindingSource, Impact, ProblemPhase, Severity, Side
from shared.i18n import N_


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
    version=2,
):
    """An incident of a problem was recorded; ``recurrence`` if its day is after that of the response.

    If the response is recorded later, ``response-dated`` lists all recurrences. ``severity`` and ``source``
    are None where nobody said them, also in signs; the first versions did not ask.
    """

    problem_id: UUID
    partnership_id: UUID
    incident_id: UUID
    on: date
    area: str
    recurrence: bool
    severity: Severity | None = None
    source: FindingSource | None = None


class SignalObserved(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Early sign observed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """An early sign of a problem was observed; the first version does not say in which area."""

    problem_id: UUID
    partnership_id: UUID
    signal_id: UUID
    on: date
    area: str | None = None
    severity: Severity | None = None
    source: FindingSource | None = None


class SignalActedOn(
    Event,
    publisher="programs",
    aggregate="problem_id",
    label=N_("Early sign acted on"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An organisation acted on an early sign."""

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
    """A root cause was identified, with its evidence."""

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
    """A response to a problem was proposed, to be compared with others."""

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
    """A response was chosen from several options, with the reason."""

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
    """A party carried out the chosen response, by work outside the stages of a programme."""

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
    """The day of the response to a problem changed, and with it which incidents are recurrences.

    It is the day on which the response was carried out, else that of the first completed stage of a
    programme for the problem; None if neither exists any more. ``recurrences`` are all incidents after it.
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
    """A problem was moved to another phase, forward or back."""

    problem_id: UUID
    partnership_id: UUID
    title: str
    before: ProblemPhase
    after: ProblemPhase
    reason: str
