"""What is published about contributions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import ContributionKind
from shared.i18n import N_


class ContributionRecorded(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A party says that it contributed; ``value`` is an estimate in whole units of ``currency`` (ISO 4217).

    It may be 0, for what has no price. After a dispute it is recorded again, corrected: what was said last
    counts.
    """

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: str
    value: int
    currency: str
    on: date


class ContributionVerified(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution verified by another party"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party verified a contribution; one that is worth 0 counts, but adds to no sum of values."""

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    value: int
    currency: str
    on: date
    verified_by: UUID


class ContributionDisputed(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution disputed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party does not agree that something was contributed."""

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    disputed_by: UUID
    reason: str
