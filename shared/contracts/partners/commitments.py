"""Events about commitments."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Mandate
from shared.i18n import N_


class CommitmentMade(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment made"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A party made a commitment; ``entered_afterwards`` tells that it did so on an earlier day."""

    commitment_id: UUID
    partnership_id: UUID
    meeting_id: UUID | None
    organisation_id: UUID
    title: str
    due_on: date
    mandate: Mandate
    made_on: date | None = None
    entered_afterwards: bool = False


@upcaster("partners.commitment-made", 1)
def _made_when_told(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had no day: a commitment was made on the day of the event."""
    return data


class CommitmentDueSoon(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment due soon"),
    headline=N_("Due on %(due_on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A commitment is due within a week."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date


class CommitmentOverdue(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment overdue"),
    headline=N_("Overdue since %(due_on)s: %(title)s"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """A commitment was not kept by its day."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date


class CommitmentKept(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment kept"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """Another party than its owner confirmed that a commitment was kept."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date
    kept_on: date
    late: bool
    confirmed_by: UUID


class CommitmentBroken(
    Event,
    publisher="partners",
    aggregate="commitment_id",
    label=N_("Commitment broken"),
    audience=Audience.PUBLIC,
    notice=Notice.NEWS,
):
    """A commitment was not kept within thirty days after its day, or its owner gave it up."""

    commitment_id: UUID
    partnership_id: UUID
    organisation_id: UUID
    title: str
    due_on: date
    reason: str
