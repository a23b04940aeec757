"""Events about boards and their seats."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event, upcaster
from shared.contracts.notice import Notice
from shared.contracts.partners.facts import SeatFacts
from shared.contracts.vocabulary import BoardKind, Position
from shared.i18n import N_


class BoardConstituted(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board constituted"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A board was constituted; ``quorum`` is the least share of seats in percent.

    If ``quorum_rule`` states a fraction, that is the rule, and ``quorum`` the nearest percent.
    """

    board_id: UUID
    partnership_id: UUID
    kind: BoardKind
    name: str
    quorum: int
    seats: tuple[SeatFacts, ...]
    quorum_rule: str = "percent"
    constituted_on: date | None = None
    entered_afterwards: bool = False


@upcaster("partners.board-constituted", 1)
def _boards_said_percent(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 had only percentages, and no day: a board was constituted on the day of the event."""
    return data


class BoardMemberElected(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board member elected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A person was elected to a seat with ``votes`` of ``cast`` votes, at a meeting or (None) without one."""

    board_id: UUID
    partnership_id: UUID
    meeting_id: UUID | None
    seat: SeatFacts
    votes: int
    cast: int


class BoardTermEnded(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Seat of the board vacated"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A seat became free: its term passed, or its holder left.

    ``on`` is the first day on which it is free, which may lie before the day on which this was recorded.
    """

    board_id: UUID
    partnership_id: UUID
    holder: UUID
    organisation_id: UUID
    position: Position
    on: date
    reason: str


class BoardDissolved(
    Event,
    publisher="partners",
    aggregate="board_id",
    label=N_("Board dissolved"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
    version=2,
):
    """A board was dissolved, by a decision; without one if its seats were vacant or the partnership ended."""

    board_id: UUID
    partnership_id: UUID
    name: str
    reason: str
    decision_id: UUID | None = None


@upcaster("partners.board-dissolved", 1)
def _dissolved_by_the_agency(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 named no decision: a coordinator dissolved a board alone."""
    return data
