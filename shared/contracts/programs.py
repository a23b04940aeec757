"""What the programmes publish."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.event import Event


class ProgramApproved(Event, publisher="programs", aggregate="program_id", name="programme-approved"):
    """A programme with its ordered stages was agreed for a signed partnership."""

    program_id: UUID
    partnership_id: UUID
    title: str
    stages: tuple[str, ...]


class StageStarted(Event, publisher="programs", aggregate="program_id"):
    """Work on a stage began."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str


class StageSubmitted(Event, publisher="programs", aggregate="program_id"):
    """A party submitted a stage with its evidence for acceptance by another party."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    submitted_by: UUID
    evidence: tuple[str, ...]


class StageReturned(Event, publisher="programs", aggregate="program_id"):
    """Another party returned a submitted stage with a reason."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    returned_by: UUID
    reason: str


class StageCompleted(Event, publisher="programs", aggregate="program_id"):
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
