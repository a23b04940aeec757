"""Activities: means, intensity, legal basis."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.programs.model.umbrella import Umbrella
from shared.contracts.vocabulary import ActivityState, Impact, Intensity, Means, Phase, Prohibition
from shared.days import require_past
from shared.refusal import Refusal
from shared.states import Machine

ACTIVITY = Machine(
    "activity",
    {
        (ActivityState.RECORDED, "retract"): ActivityState.RETRACTED,
    },
)


class RecordedByAnother(Refusal):
    """Each organisation retracts only its own activities."""

    kind = "forbidden"
    message = "This activity was recorded by another organisation."
    remedy = "Ask a representative of that organisation to retract it."
    reason = "another organisation recorded the activity"


class ProhibitionTwice(Refusal):
    """Each prohibition has one explanation."""

    kind = "invalid"
    message = "The prohibition “%(prohibition)s” is listed twice."
    remedy = "List each prohibition once, with one explanatory note."


class ImpactMissing(Refusal):
    """A restricting activity needs the impact of the problem."""

    kind = "invalid"
    message = (
        "An activity of the intensity %(intensity)s (%(name)s) needs the impact of the problem it addresses."
    )
    remedy = "Choose the problem that the activity addresses, or enter the impact."


@dataclass(frozen=True, slots=True)
class Breach:
    """A violated prohibition of police–community forums, and what happened."""

    prohibition: Prohibition
    note: str


@dataclass(eq=False)
class Activity:
    """An activity of a party for a programme.

    ``trained`` holds the opaque ids of the trained people, ``breaches`` the note for each violated
    prohibition. ``legal_umbrella`` is the id of a product of that kind, ``umbrella`` the copy of its data
    (None while that is being rebuilt).
    """

    id: UUID
    agency: str
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    problem_id: UUID | None
    organisation_id: UUID
    recorded_by: str
    recorded_at: datetime
    title: str
    means: Means
    intensity: int
    phase: Phase
    impact: Impact | None
    legal_umbrella: UUID | None
    legal_citation: str
    area: str
    on: date
    reached: int
    audience: str
    trained: list[str] = field(default_factory=list)
    breaches: dict[Prohibition, str] = field(default_factory=dict)
    state: ActivityState = ActivityState.RECORDED
    retracted_reason: str = ""
    umbrella: Umbrella | None = None
    version: int = 0

    def check(self, today: date) -> None:
        """Validate a new activity; raises ``DayToCome`` and :class:`ImpactMissing`."""
        require_past(self.on, today)
        if self.intensity >= Intensity.RESTRICT and self.impact is None:
            raise ImpactMissing(intensity=self.intensity, name=Intensity(self.intensity))

    def retract(self, by: UUID, reason: str) -> None:
        """Retract it as the organisation that recorded it; it stays readable, with the reason."""
        if by != self.organisation_id:
            raise RecordedByAnother
        self.state = ACTIVITY.after(self.state, "retract")
        self.retracted_reason = reason

    @property
    def trained_members(self) -> tuple[UUID, ...]:
        """The ids of the trained people."""
        return tuple(UUID(member) for member in self.trained)


def noted(breaches: tuple[Breach, ...]) -> dict[Prohibition, str]:
    """The notes by prohibition; raises :class:`ProhibitionTwice`."""
    notes: dict[Prohibition, str] = {}
    for breach in breaches:
        if breach.prohibition in notes:
            raise ProhibitionTwice(prohibition=breach.prohibition)
        notes[breach.prohibition] = breach.note
    return notes
