"""Programmes and their stages: real joint work, stage by stage, each accepted by another party."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.refusal import Refusal


class StageState(StrEnum):
    """Where a stage stands."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    COMPLETED = "completed"


# Every change of a stage's state: (from, act) → to. The diagram in the README is made from it.
TRANSITIONS: dict[tuple[StageState, str], StageState] = {
    (StageState.PLANNED, "start"): StageState.IN_PROGRESS,
    (StageState.IN_PROGRESS, "submit"): StageState.SUBMITTED,
    (StageState.SUBMITTED, "accept"): StageState.COMPLETED,
    (StageState.SUBMITTED, "return"): StageState.RETURNED,
    (StageState.RETURNED, "submit"): StageState.SUBMITTED,
}


class StageActImpossible(Refusal):
    """The stage's state does not allow the act."""

    kind = "conflict"
    message = "Stage %(position)s cannot be changed by “%(act)s”: it is %(state)s."
    remedy = "A stage is started, submitted with evidence, then accepted or returned by another party."


class EarlierStageOpen(Refusal):
    """Stages are done in their order."""

    kind = "conflict"
    message = "Stage %(position)s cannot start: stage %(open)s is not completed."
    remedy = "Complete the earlier stage first."


class NotTheResponsibleParty(Refusal):
    """The responsible party does the work of a stage."""

    kind = "forbidden"
    message = "Another party is responsible for stage %(position)s."
    remedy = "Let a representative of the responsible party do this."


class AcceptedByItsSubmitter(Refusal):
    """Another party than the submitter accepts."""

    kind = "forbidden"
    message = "Your organisation submitted stage %(position)s, so another party must judge it."
    remedy = "Let a representative of another party accept or return it."


class EvidenceMissing(Refusal):
    """A stage completes only with evidence."""

    kind = "invalid"
    message = "Stage %(position)s was submitted without evidence."
    remedy = "Upload at least one file first and name it in the submission."


class UnknownStage(Refusal):
    """The programme has no such stage."""

    kind = "unknown"
    message = "This programme has no stage with the id %(id)s."
    remedy = "Read the programme to see its stages."


@dataclass(eq=False)
class Evidence:
    """A file that shows work, by its content's hash."""

    id: UUID
    agency: str
    partnership_id: UUID
    organisation_id: UUID
    filename: str
    media_type: str
    size: int
    sha256: str
    key: str
    uploaded_at: datetime
    stage_id: UUID | None = None
    version: int = 0


@dataclass(eq=False)
class Stage:
    """One step of a programme."""

    id: UUID
    position: int
    title: str
    responsible: UUID
    state: StageState = StageState.PLANNED
    started_at: datetime | None = None
    submitted_at: datetime | None = None
    submitted_by: UUID | None = None
    judged_by: UUID | None = None
    completed_at: datetime | None = None
    returned_reason: str = ""

    def change(self, act: str) -> None:
        """Go where the table leads; raises :class:`StageActImpossible`."""
        following = TRANSITIONS.get((self.state, act))
        if following is None:
            raise StageActImpossible(position=self.position, act=act, state=self.state)
        self.state = following


@dataclass(eq=False)
class Program:
    """A programme with its ordered stages."""

    id: UUID
    agency: str
    partnership_id: UUID
    title: str
    objective: str
    approved_at: datetime
    stages: list[Stage] = field(default_factory=list)
    version: int = 0

    @property
    def completed(self) -> int:
        """How many stages are completed."""
        return sum(stage.state is StageState.COMPLETED for stage in self.stages)

    def stage(self, stage_id: UUID) -> Stage:
        """One stage; raises :class:`UnknownStage`."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise UnknownStage(id=str(stage_id))

    def start(self, stage: Stage, by: UUID, at: datetime) -> None:
        """Begin a stage: the responsible party, after every earlier stage."""
        self._responsible(stage, by)
        for earlier in self.stages:
            if earlier.position < stage.position and earlier.state is not StageState.COMPLETED:
                raise EarlierStageOpen(position=stage.position, open=earlier.position)
        stage.change("start")
        stage.started_at = at

    def submit(self, stage: Stage, by: UUID, evidence: list[Evidence], at: datetime) -> None:
        """Submit a stage with its evidence."""
        self._responsible(stage, by)
        if not evidence:
            raise EvidenceMissing(position=stage.position)
        stage.change("submit")
        stage.submitted_by, stage.submitted_at, stage.returned_reason = by, at, ""
        for file in evidence:
            file.stage_id = stage.id

    def accept(self, stage: Stage, by: UUID, at: datetime) -> None:
        """Accept a submitted stage as another party."""
        self._another(stage, by)
        stage.change("accept")
        stage.judged_by, stage.completed_at = by, at

    def give_back(self, stage: Stage, by: UUID, reason: str) -> None:
        """Return a submitted stage as another party, with a reason."""
        self._another(stage, by)
        stage.change("return")
        stage.judged_by, stage.returned_reason = by, reason

    def _responsible(self, stage: Stage, by: UUID) -> None:
        if by != stage.responsible:
            raise NotTheResponsibleParty(position=stage.position)

    def _another(self, stage: Stage, by: UUID) -> None:
        if by == stage.submitted_by:
            raise AcceptedByItsSubmitter(position=stage.position)
