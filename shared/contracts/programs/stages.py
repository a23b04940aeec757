"""Events about stages."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.i18n import N_


class StageStarted(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage started"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """Work on a stage began, led by ``led_by``."""

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
    version=3,
):
    """A party other than the submitter accepted the stage: verified joint work.

    ``evidence_sha256`` are the different files among its ``evidence``; ``reused`` of them were evidence of a
    stage that was completed before, in whatever partnership. Earlier versions do not know: their ``reused``
    is None.
    """

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
    started_on: date | None = None
    evidence_sha256: tuple[str, ...] = ()
    reused: int | None = None


class StageSkipped(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage skipped"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A stage was skipped, for a reason."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    reason: str
    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None


class StageDueSoon(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage due soon"),
    headline=N_("Stage %(position)s is due by %(planned_end)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A stage is due within a week."""

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
    version=2,
):
    """The planned dates of a stage were changed, for a reason.

    It names no consent where the change concerns the responsible party alone.
    """

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    planned_start: date | None
    planned_end: date | None
    reason: str
    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None


class StageReassigned(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Stage reassigned to another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A stage was reassigned to another party, for a reason; ``before`` is the previous one."""

    program_id: UUID
    partnership_id: UUID
    stage_id: UUID
    position: int
    title: str
    before: UUID
    responsible: UUID
    reason: str
    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None
