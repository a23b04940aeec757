"""Stages: done by a party with evidence, accepted by another party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.programs.model.evidence import Evidence
from services.programs.model.plan import check_dates
from shared.contracts.vocabulary import Phase, StageState
from shared.identity.four_eyes import tie_to_work
from shared.refusal import Refusal
from shared.states import Machine

STAGE = Machine(
    "stage",
    {
        (StageState.PLANNED, "start"): StageState.IN_PROGRESS,
        (StageState.IN_PROGRESS, "submit"): StageState.SUBMITTED,
        (StageState.SUBMITTED, "accept"): StageState.COMPLETED,
        (StageState.SUBMITTED, "return"): StageState.RETURNED,
        (StageState.RETURNED, "submit"): StageState.SUBMITTED,
        (StageState.PLANNED, "skip"): StageState.SKIPPED,
        (StageState.IN_PROGRESS, "skip"): StageState.SKIPPED,
        (StageState.RETURNED, "skip"): StageState.SKIPPED,
        (StageState.PLANNED, "replan"): StageState.PLANNED,
        (StageState.IN_PROGRESS, "replan"): StageState.IN_PROGRESS,
        (StageState.RETURNED, "replan"): StageState.RETURNED,
        (StageState.PLANNED, "reassign"): StageState.PLANNED,
        (StageState.IN_PROGRESS, "reassign"): StageState.IN_PROGRESS,
        (StageState.RETURNED, "reassign"): StageState.RETURNED,
    },
)
OPEN = (StageState.PLANNED, StageState.IN_PROGRESS, StageState.RETURNED)
"""States in which the responsible party still has to act, so that a stage can be overdue."""
DONE = (StageState.COMPLETED, StageState.SKIPPED)
"""States that allow dependent stages to begin."""


class NotTheResponsibleParty(Refusal):
    """The responsible party does the work of a stage."""

    kind = "forbidden"
    message = "Another party is responsible for stage %(position)s."
    remedy = "Ask a representative of the responsible party to do this."
    reason = "another party is responsible for the stage"


class ResponsibleAlready(Refusal):
    """A stage is reassigned to another party."""

    kind = "conflict"
    message = "That organisation is already responsible for stage %(position)s."
    remedy = "Choose another party, or do nothing."


class AcceptedByItsSubmitter(Refusal):
    """Only a party other than the submitter judges."""

    kind = "forbidden"
    message = "Your organisation submitted stage %(position)s, so another party must judge it."
    remedy = "Ask a representative of another party to accept or return it."
    reason = "another party must judge the submission"


class JudgedByTheSamePerson(Refusal):
    """Four eyes: the judge is another person than anyone who worked on the stage, for whichever party."""

    kind = "forbidden"
    message = (
        "You worked on stage %(position)s, or belong to the party that did, so another person must judge it."
    )
    remedy = "Ask another person who represents another party to accept or return it."
    reason = "another person must judge the submission"


class EvidenceMissing(Refusal):
    """A stage is submitted with evidence."""

    kind = "invalid"
    message = "Stage %(position)s was submitted without evidence."
    remedy = "Upload at least one file first and refer to it in the submission."


@dataclass(eq=False)
class Stage:
    """One step of a programme.

    ``depends_on`` holds the positions of the stages on which it depends. ``overdue_since`` is set by a
    timer; ``overdue_told`` is the planned end that was announced, once for each. ``submitters`` are the
    opaque ids of the persons who worked on it for any party: started or led it, uploaded its evidence,
    submitted it. ``entered_afterwards`` tells that some of it was entered after its day.
    ``co_responsible`` are the ids of the parties that answer for it together with the responsible one.
    ``reused`` is how many of its files were evidence of a stage that was completed before; None if it is
    not completed, or nobody counted.
    """

    id: UUID
    position: int
    title: str
    responsible: UUID
    phase: Phase | None = None
    deliverables: list[str] = field(default_factory=list)
    depends_on: list[int] = field(default_factory=list)
    planned_start: date | None = None
    planned_end: date | None = None
    state: StageState = StageState.PLANNED
    led_by: UUID | None = None
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    submitted_by: UUID | None = None
    submitters: list[str] = field(default_factory=list)
    judged_by: UUID | None = None
    completed_at: datetime | None = None
    returned_reason: str = ""
    skipped_reason: str = ""
    evidence: int = 0
    overdue_since: datetime | None = None
    overdue_told: date | None = None
    entered_afterwards: bool = False
    co_responsible: list[str] = field(default_factory=list)
    reused: int | None = None

    @property
    def answerable(self) -> tuple[UUID, ...]:
        """The parties that answer for it together with the responsible one."""
        return tuple(UUID(party) for party in self.co_responsible)

    @property
    def open(self) -> bool:
        """Whether the responsible party still has to act."""
        return self.state in OPEN

    @property
    def done(self) -> bool:
        """Whether dependent stages may begin."""
        return self.state in DONE

    @property
    def overdue(self) -> bool:
        """Whether the planned end passed before the stage was submitted."""
        return self.overdue_since is not None

    def start(self, by: UUID, led_by: UUID | None, at: datetime, person: str = "") -> None:
        """Start it as the responsible party; ``led_by`` leads the work, ``person`` starts it."""
        following = STAGE.after(self.state, "start")
        self._responsible(by)
        self.state, self.led_by, self.started_at = following, led_by, at
        self._note_hands(person, *([str(led_by)] if led_by else []))

    def submit(self, by: UUID, person: str, files: Sequence[Evidence], at: datetime) -> None:
        """Submit as the responsible party, with its evidence."""
        following = STAGE.after(self.state, "submit")
        self._responsible(by)
        if not files:
            raise EvidenceMissing(position=self.position)
        for file in files:
            self.evidence += file.stage_id is None
            file.stage_id = self.id
        self.state, self.submitted_by, self.submitted_at = following, by, at
        self._note_hands(person, *(file.uploaded_by for file in files))
        self.returned_reason, self.overdue_since = "", None

    def accept(self, by: UUID, person: str, at: datetime, *, belongs: bool = False) -> None:
        """Accept it as another party and another person, who does not belong to the submitting one."""
        following = STAGE.after(self.state, "accept")
        self._another(by, person, belongs=belongs)
        self.state, self.judged_by, self.completed_at = following, by, at

    def give_back(
        self, by: UUID, person: str, reason: str, late_since: datetime | None, *, belongs: bool = False
    ) -> None:
        """Return it as another party and another person.

        ``late_since`` is when the planned end passed, or None; an overdue stage is overdue again.
        """
        following = STAGE.after(self.state, "return")
        self._another(by, person, belongs=belongs)
        self.state, self.judged_by, self.returned_reason = following, by, reason
        if self.overdue_told == self.planned_end:
            self.overdue_since = late_since

    def skip(self, reason: str) -> None:
        """Skip it, for a reason; dependent stages may begin."""
        self.state = STAGE.after(self.state, "skip")
        self.skipped_reason, self.overdue_since = reason, None

    def replan(self, start: date | None, end: date | None) -> bool:
        """Change its planned dates; returns whether the end changed."""
        following = STAGE.after(self.state, "replan")
        check_dates(start, end)
        moved = end != self.planned_end
        self.state, self.planned_start, self.planned_end = following, start, end
        if moved:
            self.overdue_since, self.overdue_told = None, None
        return moved

    def reassign(self, to: UUID) -> UUID:
        """Reassign it to another party, without a leader. Returns the previous party."""
        following = STAGE.after(self.state, "reassign")
        if to == self.responsible:
            raise ResponsibleAlready(position=self.position)
        before = self.responsible
        self.co_responsible = [party for party in self.co_responsible if party != str(to)]
        self.state, self.responsible, self.led_by = following, to, None
        return before

    def pass_end(self, today: date, since: datetime) -> bool:
        """Record that the planned end has passed; returns whether that is new for this planned end."""
        if not self.open or self.planned_end is None or today <= self.planned_end:
            return False
        self.overdue_since = self.overdue_since or since
        news = self.overdue_told != self.planned_end
        self.overdue_told = self.planned_end
        return news

    def _responsible(self, by: UUID) -> None:
        if by != self.responsible:
            raise NotTheResponsibleParty(position=self.position)

    def _note_hands(self, *people: str) -> None:
        self.submitters = list(dict.fromkeys([*self.submitters, *filter(None, people)]))

    def _another(self, by: UUID, person: str, *, belongs: bool) -> None:
        match tie_to_work(by, person, owner=self.submitted_by, hands=self.submitters, belongs=belongs):
            case "party":
                raise AcceptedByItsSubmitter(position=self.position)
            case "person":
                raise JudgedByTheSamePerson(position=self.position)
