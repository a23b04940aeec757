"""Events about programmes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.programs.facts import StageFacts
from shared.i18n import N_


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
    """A programme with its stages was approved on a day; ``previous_id`` is the previous cycle.

    In all these events, ``entered_afterwards`` tells that it was entered after that day.
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
    """A programme adopted a recommendation of the previous one, or rejected it with a reason."""

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
    """A programme was closed with its recommendations, and handed over if none follows.

    ``decision_id`` is the decision of the partnership's board that closed it, if there was one.
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
    """A programme was abandoned."""

    program_id: UUID
    partnership_id: UUID
    title: str
    cycle: int
    on: date
    reason: str
    entered_afterwards: bool = False
