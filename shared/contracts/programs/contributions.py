"""Events about contributions."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import ContributionKind, ContributionUnit
from shared.i18n import N_


class ContributionRecorded(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution recorded"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A party recorded a contribution; ``value`` is an estimate in whole units of ``currency`` (ISO 4217).

    It may be 0 for contributions without a price. After a dispute the corrected contribution is recorded
    again: the latest one counts.
    """

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    stage_id: UUID | None
    organisation_id: UUID
    kind: ContributionKind
    amount: float
    unit: ContributionUnit
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
    version=2,
):
    """Another party verified a contribution; one of value 0 counts, but adds nothing to sums.

    ``authagency`` of the envelope is the custodian of the verifier. The first version has neither amount nor
    unit.
    """

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
    amount: float | None = None
    unit: ContributionUnit | None = None


class ContributionDisputed(
    Event,
    publisher="programs",
    aggregate="contribution_id",
    label=N_("Contribution disputed"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """Another party disputed a contribution."""

    contribution_id: UUID
    program_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    disputed_by: UUID
    reason: str
