"""Events about outcomes of meetings and their minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Mandate, OutcomeKind
from shared.i18n import N_


class InformationNoted(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Information noted"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A meeting noted information under one of the board's four mandates."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str


class DecisionTaken(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Decision taken"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A quorate meeting took a decision under one of the board's four mandates."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str


class CommitmentNoted(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Commitment made at a meeting"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A party made a commitment at a meeting; the commitment is an aggregate of its own."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    mandate: Mandate
    text: str
    commitment_id: UUID


class OutcomeCorrected(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Outcome of a meeting corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text", "reason"),
):
    """A recorded outcome was corrected, for a reason."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    outcome_id: UUID
    kind: OutcomeKind
    mandate: Mandate
    text: str
    reason: str


class MinutesWritten(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Minutes written"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """The minutes of a meeting were written or amended; ``reason`` says why they are not public, if so."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    public: bool
    reason: str


class MinutesApproved(
    Event,
    publisher="partners",
    aggregate="meeting_id",
    label=N_("Minutes approved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """The minutes of a meeting were approved by a member for an organisation.

    ``written_for`` are the organisations for which their authors held seats. Older events tell neither.
    """

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    decisions: int
    commitments: int
    organisation_id: UUID | None = None
    written_for: tuple[UUID, ...] = ()


@upcaster("partners.minutes-approved", 1)
def _approved_for_nobody(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say for which organisation the minutes were approved."""
    return data
