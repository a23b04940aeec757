"""What is published about what meetings bring, and their minutes."""

from __future__ import annotations

from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
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
    """A meeting took note of something under one of the board's four mandates."""

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
    """A quorate meeting decided something under one of the board's four mandates."""

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
    label=N_("A promise made at a meeting"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text",),
):
    """A party promised something at a meeting; the commitment has a life of its own."""

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
    label=N_("What a meeting brought corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    guarded=("text", "reason"),
):
    """What a meeting brought was otherwise than was recorded, for a reason."""

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
):
    """The minutes of a meeting stand."""

    meeting_id: UUID
    board_id: UUID
    partnership_id: UUID
    title: str
    decisions: int
    commitments: int
