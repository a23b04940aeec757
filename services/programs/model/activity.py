"""Activities: means, intensity, legal basis."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from services.programs.model.umbrella import Umbrella
from shared.contracts.vocabulary import ActivityState, Impact, Intensity, Means, Phase, Prohibition
from shared.days import require_past
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal
from shared.states import Machine

ACTIVITY = Machine(
    "activity",
    {
        (ActivityState.RECORDED, "retract"): ActivityState.RETRACTED,
        (ActivityState.RECORDED, "confirm"): ActivityState.RECORDED,
        (ActivityState.RECORDED, "dispute"): ActivityState.RECORDED,
    },
)
DISPUTABLE = timedelta(days=30)
"""How long after its recording, whatever day it names, an activity can be disputed."""


class RecordedByAnother(Refusal):
    """Each organisation retracts only its own activities."""

    kind = "forbidden"
    message = "This activity was recorded by another organisation."
    remedy = "Ask a representative of that organisation to retract it."
    reason = "another organisation recorded the activity"


class JudgedByItsParty(Refusal):
    """Only a party other than that of the activity confirms or disputes it."""

    kind = "forbidden"
    message = "This is an activity of your organisation, so another party must judge it."
    remedy = "Ask a representative of another party to confirm or dispute it."
    reason = "another party must judge the activity"


class JudgedByWhoRecorded(Refusal):
    """Only a person other than the recorder confirms or disputes it."""

    kind = "forbidden"
    message = (
        "You recorded this activity, or belong to the party that carried it out, so another person must "
        "judge it."
    )
    remedy = "Ask another person from another party to confirm or dispute it."
    reason = "another person must judge the activity"


class JudgedSoAlready(Refusal):
    """The same party does not say the same twice."""

    kind = "conflict"
    message = "Your organisation has already said so about this activity."
    remedy = "Do nothing, or change the judgement of your organisation."


class DisputedTooLate(Refusal):
    """An activity is disputed soon after it was recorded."""

    kind = "conflict"
    message = "The activity was recorded more than %(days)s days ago, so it can no longer be disputed."
    remedy = "Discuss it at a meeting of the board, or ask its organisation to retract it."


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
    prohibition, ``disputes`` the public reason of each other party that disputes it, ``confirmed_by`` those
    that confirm it. ``legal_umbrella`` is the id of a product of that kind, ``umbrella`` the copy of its data
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
    confirmed_by: list[str] = field(default_factory=list)
    disputes: dict[str, str] = field(default_factory=dict)
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
    def disputable_until(self) -> datetime:
        """Until when another party may dispute it."""
        return self.recorded_at + DISPUTABLE

    def confirm(self, by: UUID, person: str, *, belongs: bool = False) -> None:
        """Confirm it as another party and another person; a dispute of that party ends."""
        self._another(by, person, belongs=belongs)
        self.state = ACTIVITY.after(self.state, "confirm")
        if str(by) in self.confirmed_by:
            raise JudgedSoAlready
        self.confirmed_by = [*self.confirmed_by, str(by)]
        self.disputes = {party: reason for party, reason in self.disputes.items() if party != str(by)}

    def dispute(self, by: UUID, person: str, reason: str, at: datetime, *, belongs: bool = False) -> None:
        """Dispute it as another party and another person, for a public reason, within thirty days."""
        self._another(by, person, belongs=belongs)
        self.state = ACTIVITY.after(self.state, "dispute")
        if str(by) in self.disputes:
            raise JudgedSoAlready
        if at > self.disputable_until:
            raise DisputedTooLate(days=DISPUTABLE.days)
        self.disputes = {**self.disputes, str(by): reason}
        self.confirmed_by = [party for party in self.confirmed_by if party != str(by)]

    def _another(self, by: UUID, person: str, *, belongs: bool) -> None:
        hands = (self.recorded_by,)
        match tie_to_work(by, person, owner=self.organisation_id, hands=hands, belongs=belongs):
            case "party":
                raise JudgedByItsParty
            case "person":
                raise JudgedByWhoRecorded

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
