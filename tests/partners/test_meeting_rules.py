"""Quorums as laws say them, and meetings that are entered or corrected afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.partners.model.board import Board, ElectedThereAlready
from services.partners.model.meeting import HeldAtImpossible, Meeting, MeetingInThePast
from services.partners.model.seat import Seat
from shared.contracts.vocabulary import BoardKind, OrganisationKind, Position, QuorumRule
from shared.days import AFTERWARDS
from shared.states import ActImpossible

NOW = datetime(2026, 3, 1, 3, tzinfo=UTC)
SINCE = date(2025, 1, 1)


def seat(kind: str = "community", position: str = "member", holder: UUID | None = None) -> Seat:
    return Seat(uuid4(), holder or uuid4(), uuid4(), kind, position, SINCE, None)  # type: ignore[arg-type]


def board(filled: int, rule: QuorumRule = QuorumRule.PERCENT, quorum: int = 50) -> Board:
    seats = [seat(position="chair"), seat("police"), *(seat() for _ in range(filled - 2))]
    return Board(uuid4(), "a", uuid4(), BoardKind.FORUM, "FKPM", quorum, SINCE, seats, quorum_rule=rule)


def meeting(scheduled_at: datetime, called_at: datetime = NOW) -> Meeting:
    return Meeting(uuid4(), "a", uuid4(), uuid4(), "Rapat", "Balai", ["Satu"], scheduled_at, called_at)


@pytest.mark.parametrize(
    ("rule", "filled", "least"),
    [
        (QuorumRule.MORE_THAN_HALF, 2, 2),
        (QuorumRule.MORE_THAN_HALF, 3, 2),
        (QuorumRule.MORE_THAN_HALF, 50, 26),
        (QuorumRule.TWO_THIRDS, 3, 2),
        (QuorumRule.TWO_THIRDS, 4, 3),
        (QuorumRule.TWO_THIRDS, 50, 34),
        (QuorumRule.PERCENT, 4, 2),
    ],
)
def test_a_quorum_is_the_fraction_that_it_is_said_to_be(rule: QuorumRule, filled: int, least: int) -> None:
    one = board(filled, rule)
    assert [one.has_quorum(present, filled) for present in (least - 1, least)] == [False, True]
    assert not one.has_quorum(0, 0)


def test_a_meeting_of_the_past_year_is_entered_and_says_so() -> None:
    one, forum = meeting(NOW - timedelta(days=3)), board(3)
    assert one.entered_afterwards
    assert not meeting(NOW + timedelta(days=3)).entered_afterwards
    with pytest.raises(MeetingInThePast):
        meeting(NOW - AFTERWARDS - timedelta(seconds=1))
    there = tuple(seat.holder for seat in forum.seats)
    with pytest.raises(HeldAtImpossible):
        one.hold(forum, there, NOW - timedelta(days=4), (NOW - timedelta(days=4)).date(), NOW)
    one.hold(forum, there, one.scheduled_at, one.scheduled_at.date(), NOW)
    assert one.ends_at == one.scheduled_at + timedelta(hours=2)


def test_attendance_is_corrected_until_the_minutes_are_approved() -> None:
    one, forum = meeting(NOW - timedelta(days=3)), board(3, QuorumRule.TWO_THIRDS)
    everybody = tuple(seat.holder for seat in forum.seats)
    with pytest.raises(ActImpossible):
        one.correct_attendance(forum, everybody)
    one.hold(forum, everybody[:1], one.scheduled_at, one.scheduled_at.date(), NOW)
    assert not one.quorate
    one.correct_attendance(forum, everybody)
    assert (one.quorate, len(one.attendances)) == (True, 3)
    one.write_minutes("Notula", "p-secretary", "", public=True)
    one.approve_minutes(str(everybody[0]), NOW)
    with pytest.raises(ActImpossible):
        one.correct_attendance(forum, everybody[:1])


def test_a_meeting_elects_a_person_and_a_chair_once() -> None:
    forum, place, person = board(4), uuid4(), uuid4()
    first, chair, again = seat(holder=person), seat(position="chair"), seat(position="chair")
    for elect in (first, chair, again):
        elect.elected_at = place
    forum.elect(first, 3, 4, 4, meeting=True)
    forum.elect(chair, 3, 4, 4, meeting=True)
    for twice in (
        again,
        Seat(
            uuid4(), person, uuid4(), OrganisationKind.SCHOOL, Position.MEMBER, SINCE, None, elected_at=place
        ),
    ):
        with pytest.raises(ElectedThereAlready):
            forum.elect(twice, 3, 4, 4, meeting=True)


def test_in_a_dissolved_board_nobody_is_in_office() -> None:
    forum = board(3)
    assert len(forum.in_office) == 3
    forum.dissolve(NOW, "selesai")
    assert forum.in_office == []
