"""Events about activities."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Impact, Means, Phase, Prohibition
from shared.i18n import N_


class ActivityRecorded(
    Event,
    publisher="programs",
    aggregate="activity_id",
    label=N_("Activity recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """An activity was recorded: its means, intensity (1 inform … 5 coerce) and legal basis.

    ``impact`` is that of the problem, if one is given; from intensity 4 on it is always present.
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
    """An activity was retracted by the organisation that recorded it: it no longer counts."""

    activity_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    on: date
    reason: str


class ActivityConfirmed(
    Event,
    publisher="programs",
    aggregate="activity_id",
    label=N_("Activity confirmed by another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A bound party other than that of the activity confirmed it, which ends its own dispute."""

    activity_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    on: date
    confirmed_by: UUID


class ActivityDisputed(
    Event,
    publisher="programs",
    aggregate="activity_id",
    label=N_("Activity disputed"),
    headline=N_("A party disputed the activity “%(title)s”: %(reason)s"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A bound party other than that of the activity disputed it within thirty days."""

    activity_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    on: date
    disputed_by: UUID
    reason: str
