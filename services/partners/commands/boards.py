"""Boards: constitution, election, vacating seats, dissolution, end of terms."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.partners.commands.authority import permit
from services.partners.commands.decisions import require_decision
from services.partners.commands.meetings import call_off
from services.partners.commands.memberships import require_member
from services.partners.commands.parties import named, running
from services.partners.commands.vacancies import forget_term, freed, record_end, standing_boards, watch_term
from services.partners.model.board import PERCENT, Board, default_rule
from services.partners.model.meeting import Meeting, NotQuorate
from services.partners.model.partnership import Partnership
from services.partners.model.seat import Seat
from services.partners.tables.meetings import meetings
from shared.command import Command, Part
from shared.contracts.partners import BoardConstituted, BoardDissolved, BoardMemberElected, SeatFacts
from shared.contracts.vocabulary import AutomaticReason, BoardKind, MeetingState, Position, QuorumRule
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.days import require_past
from shared.fields import Day, Line, Prose
from shared.refusal import Refusal

Votes = Annotated[int, Field(ge=0, le=10_000)]


class MeetingOfAnotherBoard(Refusal):
    """A board elects at its own meetings."""

    kind = "invalid"
    message = "The meeting %(meeting)s is not a meeting of this board, or has not been held."
    remedy = "Choose a meeting that this board has held, or leave the field empty."


class MeetingPast(Refusal):
    """An election is recorded before the board's next meeting."""

    kind = "conflict"
    message = "The board has met again since the meeting %(meeting)s."
    remedy = "Hold the election at the next meeting and refer to that meeting."


class DissolvedByDecision(Refusal):
    """A board is not dissolved without those who sit on it."""

    kind = "conflict"
    message = "A board with filled seats is dissolved only by a decision of a board of its partnership."
    remedy = "Give the id of the decision, an outcome in approved minutes."


class SeatTerms(Part):
    """Who holds a seat, for which party, in which position.

    ``since`` defaults to the day on which the board was constituted; ``until`` is the last day of the term.
    """

    holder: UUID
    organisation_id: UUID
    position: Position
    since: Day | None = None
    until: Day | None = None


class ConstituteBoard(Command):
    """Constitute a board of a partnership (representative of the lead, or coordinator of the agency).

    A quorum is more than half of the filled seats, unless ``quorum_rule`` says two thirds of them or
    ``quorum`` a percentage (50: at least half). A board that was constituted earlier states the day.
    """

    partnership_id: UUID
    kind: BoardKind
    name: Line
    quorum: Annotated[int, Field(ge=1, le=100)] | None = None
    quorum_rule: QuorumRule | None = None
    constituted_on: Day | None = None
    seats: Annotated[tuple[SeatTerms, ...], Field(min_length=1, max_length=200)]


class ElectMember(Command):
    """Record an election (chair or secretary of the board); a new chair replaces the previous one.

    It took place at a quorate meeting of the board, or (without ``meeting_id``) by the votes of at least
    half of its members.
    """

    board_id: UUID
    holder: UUID
    organisation_id: UUID
    position: Position
    until: Day | None = None
    votes: Votes
    cast: Votes
    meeting_id: UUID | None = None


class VacateSeat(Command):
    """Record that the holder of a seat leaves (chair or secretary of the board)."""

    board_id: UUID
    seat_id: UUID
    reason: Prose


class DissolveBoard(Command):
    """Dissolve a board by a decision, and cancel its coming meetings.

    ``decision_id`` is the decision to do so, an outcome in approved minutes of a board of the partnership;
    only a board without any filled seat needs none.
    """

    board_id: UUID
    decision_id: UUID | None = None
    reason: Prose


def constitute_board(tx: Transaction, command: ConstituteBoard) -> Board:
    """Constitute a board of a partnership that has not ended."""
    partnership = tx.get(Partnership, command.partnership_id)
    permit(tx, partnership)
    partnership.require_running()
    day = command.constituted_on or tx.today
    require_past(day, tx.today_in(partnership.area))
    board = tx.add(
        Board(
            id=tx.new_id(),
            agency=partnership.agency,
            partnership_id=partnership.id,
            kind=command.kind,
            name=command.name,
            quorum=command.quorum or PERCENT[QuorumRule.MORE_THAN_HALF],
            constituted_on=day,
            seats=[_seat(tx, partnership, terms, terms.since or day) for terms in command.seats],
            quorum_rule=command.quorum_rule or default_rule(command.quorum),
            entered_afterwards=day < tx.today,
        )
    )
    for seat in board.seats:
        watch_term(tx, board, seat)
    tx.record(
        BoardConstituted(
            board_id=board.id,
            partnership_id=board.partnership_id,
            kind=board.kind,
            name=board.name,
            quorum=board.quorum,
            quorum_rule=board.quorum_rule.value,
            constituted_on=day,
            entered_afterwards=board.entered_afterwards,
            seats=tuple(_facts(seat) for seat in board.seats),
        )
    )
    return board


def elect_member(tx: Transaction, command: ElectMember) -> Board:
    """Record an election; a new chair replaces the previous one."""
    board = tx.get(Board, command.board_id)
    permit(tx, board)
    partnership = running(tx, board.partnership_id)
    at_meeting = command.meeting_id is not None
    voters = _voters(tx, board, command.meeting_id)
    seat = _seat(tx, partnership, command, tx.today)
    seat.elected_at = command.meeting_id
    for lost in board.elect(seat, command.votes, command.cast, voters, meeting=at_meeting):
        freed(tx, board, lost)
    watch_term(tx, board, seat)
    tx.record(
        BoardMemberElected(
            board_id=board.id,
            partnership_id=board.partnership_id,
            meeting_id=command.meeting_id,
            seat=_facts(seat),
            votes=command.votes,
            cast=command.cast,
        )
    )
    return board


def vacate_seat(tx: Transaction, command: VacateSeat) -> Board:
    """Record that a holder leaves."""
    board = tx.get(Board, command.board_id)
    permit(tx, board)
    freed(tx, board, board.vacate(command.seat_id, tx.today, command.reason))
    return board


def dissolve_board(tx: Transaction, command: DissolveBoard) -> Board:
    """Dissolve a board by a decision; its coming meetings are cancelled."""
    board = tx.get(Board, command.board_id)
    permit(tx, board)
    if command.decision_id is not None:
        require_decision(tx, board.partnership_id, command.decision_id)
    elif board.filled(tx.today):
        raise DissolvedByDecision
    _dissolve(tx, board, command.reason, command.decision_id)
    return board


def dissolve_boards_of(tx: Transaction, partnership_id: UUID) -> None:
    """Dissolve every board of a partnership that ends."""
    for board in standing_boards(tx, partnership_id):
        _dissolve(tx, board, AutomaticReason.PARTNERSHIP_ENDED.value)


def board_term_ended(tx: Transaction, due: Due) -> None:
    """Free a seat on the day after its term (``due.key`` is the seat's id)."""
    board = tx.get(Board, due.about)
    seat = board.pass_term(UUID(due.key), tx.today)
    if seat is not None:
        record_end(tx, board, seat)


def _dissolve(tx: Transaction, board: Board, reason: str, decision_id: UUID | None = None) -> None:
    board.dissolve(tx.now, reason)
    for seat in board.filled(tx.today):
        forget_term(tx, board, seat)
    tx.record(
        BoardDissolved(
            board_id=board.id,
            partnership_id=board.partnership_id,
            name=board.name,
            reason=reason,
            decision_id=decision_id,
        )
    )
    called = sa.select(meetings.c.id).where(
        meetings.c.board_id == board.id,
        meetings.c.state == MeetingState.CALLED,
        meetings.c.scheduled_at > tx.now,
    )
    for meeting_id in tx.session.scalars(called.order_by(meetings.c.id)).all():
        call_off(tx, tx.get(Meeting, meeting_id), reason)


def _voters(tx: Transaction, board: Board, meeting_id: UUID | None) -> int:
    """The voters: those present at a meeting, or without one all holders of seats."""
    if meeting_id is None:
        return len(board.filled(tx.today))
    meeting = tx.get(Meeting, meeting_id)
    if meeting.board_id != board.id or meeting.held_at is None:
        raise MeetingOfAnotherBoard(meeting=str(meeting_id))
    if not meeting.quorate:
        raise NotQuorate(present=len(meeting.attendances), seats=meeting.seats)
    later = sa.select(meetings.c.id).where(
        meetings.c.board_id == board.id, meetings.c.held_at > meeting.held_at
    )
    if tx.session.execute(later).first() is not None:
        raise MeetingPast(meeting=str(meeting_id))
    return len(meeting.attendances)


def _seat(tx: Transaction, partnership: Partnership, terms: SeatTerms | ElectMember, since: date) -> Seat:
    party = named(partnership, terms.organisation_id)
    partnership.require_bound(party)
    require_member(tx, terms.holder, party.organisation_id)
    return Seat(
        id=tx.new_id(),
        holder=terms.holder,
        organisation_id=party.organisation_id,
        organisation_kind=party.kind,
        position=terms.position,
        since=since,
        until=terms.until,
    )


def _facts(seat: Seat) -> SeatFacts:
    return SeatFacts.model_validate(seat, from_attributes=True)
