"""Vacancies: seats freed when holders or organisations leave, or terms end."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from services.partners.model.board import Board
from services.partners.model.partnership import Partnership
from services.partners.model.seat import Seat
from services.partners.tables.boards import boards, seats
from services.partners.tables.partnerships import parties, partnerships
from shared.contracts.partners import BoardTermEnded, SeniorLeft
from shared.contracts.vocabulary import AutomaticReason, BoardState, PartnershipState
from shared.database.transaction import Transaction

TERM_ENDED = "board-term-ended"


def watch_term(tx: Transaction, board: Board, seat: Seat) -> None:
    """Set the timer that frees a seat the day after its term, if it has one."""
    if seat.until is not None:
        tx.set_timer(TERM_ENDED, board.id, tx.start_of(seat.until + timedelta(days=1)), key=str(seat.id))


def forget_term(tx: Transaction, board: Board, seat: Seat) -> None:
    """Drop the timer of a seat's term."""
    tx.drop_timer(TERM_ENDED, board.id, key=str(seat.id))


def freed(tx: Transaction, board: Board, seat: Seat) -> None:
    """Record that a seat became free before the end of its term."""
    forget_term(tx, board, seat)
    record_end(tx, board, seat)


def record_end(tx: Transaction, board: Board, seat: Seat) -> None:
    """Record that a seat is free."""
    tx.record(
        BoardTermEnded(
            board_id=board.id,
            partnership_id=board.partnership_id,
            holder=seat.holder,
            organisation_id=seat.organisation_id,
            position=seat.position,
            on=seat.ended_on or tx.today,
            reason=seat.ended_because,
        )
    )


def standing_boards(tx: Transaction, partnership_id: UUID) -> list[Board]:
    """The boards of a partnership that are not dissolved."""
    ids = sa.select(boards.c.id).where(
        boards.c.partnership_id == partnership_id, boards.c.state == BoardState.STANDING
    )
    return [tx.reach(Board, board) for board in _every(tx, ids)]


def vacate_seats_of(tx: Transaction, partnership_id: UUID, organisation_id: UUID, reason: str) -> None:
    """Free every seat of a party that leaves its partnership."""
    for board in standing_boards(tx, partnership_id):
        for seat in board.filled(tx.today):
            if seat.organisation_id == organisation_id:
                freed(tx, board, board.vacate(seat.id, tx.today, reason))


def vacate_places_of(tx: Transaction, person_id: UUID, organisation_id: UUID, until: date) -> None:
    """Free what a person held for an organisation of which they were a member ``until`` a day.

    Seats are free from the day after, or from today if that is in the future; the party's senior
    responsible person is then vacant.
    """
    on = min(until + timedelta(days=1), tx.today)
    held = (
        sa.select(boards.c.id)
        .join(seats, seats.c.board_id == boards.c.id)
        .where(
            seats.c.holder == person_id,
            seats.c.organisation_id == organisation_id,
            seats.c.ended_on.is_(None),
            boards.c.state == BoardState.STANDING,
        )
    )
    for board_id in _every(tx, held):
        board = tx.reach(Board, board_id)
        for seat in board.lose(person_id, organisation_id, on):
            freed(tx, board, seat)
    answers = (
        sa.select(partnerships.c.id)
        .join(parties, parties.c.partnership_id == partnerships.c.id)
        .where(
            parties.c.senior == person_id,
            parties.c.organisation_id == organisation_id,
            parties.c.left_at.is_(None),
            partnerships.c.state != PartnershipState.ENDED,
        )
    )
    for partnership_id in _every(tx, answers):
        partnership = tx.reach(Partnership, partnership_id)
        partnership.party_of(organisation_id).senior = None
        tx.record(
            SeniorLeft(
                partnership_id=partnership.id,
                organisation_id=organisation_id,
                senior=person_id,
                reason=AutomaticReason.MEMBERSHIP_ENDED.value,
            )
        )


def _every(tx: Transaction, ids: sa.Select[tuple[UUID]]) -> list[UUID]:
    """Ids in ascending order, also of rows that the actor may not see."""
    with tx.unhidden():
        return sorted(set(tx.session.scalars(ids)))
