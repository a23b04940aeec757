"""Events about programmes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.programs.facts import MoneyFacts, StageFacts
from shared.i18n import N_


class ProgramProposed(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-proposed",
    label=N_("Programme proposed"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A party proposed a programme with its stages to the bound parties, or revised its proposal.

    A revision has the next number and needs the endorsements again. In all these events,
    ``entered_afterwards`` tells that it was entered after that day.
    """

    program_id: UUID
    partnership_id: UUID
    title: str
    revision: int
    proposed_by: UUID
    cycle: int
    previous_id: UUID | None
    problems: tuple[UUID, ...]
    budget: MoneyFacts | None
    planned_start: date | None
    planned_end: date | None
    stages: tuple[StageFacts, ...]
    on: date
    entered_afterwards: bool = False


class ProgramEndorsed(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-endorsed",
    label=N_("Programme endorsed by a party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A bound party endorsed a revision of a proposed programme; the last one's endorsement approves it."""

    program_id: UUID
    partnership_id: UUID
    title: str
    revision: int
    organisation_id: UUID
    on: date
    entered_afterwards: bool = False


class ProgramDeclined(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-declined",
    label=N_("Proposed programme declined by a party"),
    headline=N_("A party declined the proposed programme “%(title)s”: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A bound party declined a proposed programme, for a reason; it can be revised, withdrawn or decided."""

    program_id: UUID
    partnership_id: UUID
    title: str
    revision: int
    organisation_id: UUID
    reason: str


class ProgramWithdrawn(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-withdrawn",
    label=N_("Proposed programme withdrawn"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The proposing party withdrew a programme that was not approved, for a reason."""

    program_id: UUID
    partnership_id: UUID
    title: str
    organisation_id: UUID
    reason: str


class ProgramApproved(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-approved",
    label=N_("Programme approved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=3,
):
    """A programme with its stages was approved on a day; ``previous_id`` is the previous cycle.

    Either the board decided it (``decision_id``), or every bound party endorsed it (``endorsed_by``).
    Programmes of before there were proposals have neither, and no ``proposed_by``.
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
    proposed_by: UUID | None = None
    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    budget: MoneyFacts | None = None


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


class RecommendationFollowed(
    Event,
    publisher="programs",
    aggregate="program_id",
    label=N_("Recommendation followed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An adopted recommendation of the previous programme was followed by a completed stage or a decision.

    Both are of the same partnership; the stage may be of another of its programmes, ``stage_program_id``.
    """

    program_id: UUID
    partnership_id: UUID
    recommendation_id: UUID
    stage_id: UUID | None
    stage_program_id: UUID | None
    decision_id: UUID | None
    organisation_id: UUID


class ProgramClosed(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-closed",
    label=N_("Programme closed"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
    version=3,
):
    """A programme was closed with its recommendations, and handed over if none follows.

    Either the board decided it (``decision_id``), or every bound party endorsed the proposed change
    (``endorsed_by``); earlier events may have neither. So it is in all events of what binds others.
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
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None


class ProgramAbandoned(
    Event,
    publisher="programs",
    aggregate="program_id",
    name="programme-abandoned",
    label=N_("Programme abandoned"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=3,
):
    """A programme was abandoned."""

    program_id: UUID
    partnership_id: UUID
    title: str
    cycle: int
    on: date
    reason: str
    entered_afterwards: bool = False
    decision_id: UUID | None = None
    endorsed_by: tuple[UUID, ...] = ()
    change_id: UUID | None = None
