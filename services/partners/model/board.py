"""Boards: seats held for a term and filled by election."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.partners.model.seat import HeldNoSeat, HolderTwice, Seat, UnknownSeat
from shared.contracts.vocabulary import AutomaticReason, BoardKind, BoardState, Position, QuorumRule
from shared.refusal import Refusal
from shared.states import Machine

PERCENT = {QuorumRule.MORE_THAN_HALF: 51, QuorumRule.TWO_THIRDS: 67}
"""The rules as percentages for display; nothing is computed with them."""


def default_rule(quorum: int | None) -> QuorumRule:
    """The rule that is meant if none is stated: the percentage that is, else a majority."""
    return QuorumRule.MORE_THAN_HALF if quorum is None else QuorumRule.PERCENT


PRESIDES = frozenset({Position.CHAIR, Position.SECRETARY})
"""The positions whose holders call, hold and minute a board's meetings."""

machine = Machine(
    "board",
    {
        (BoardState.STANDING, "elect"): BoardState.STANDING,
        (BoardState.STANDING, "vacate seat"): BoardState.STANDING,
        (BoardState.STANDING, "call meeting"): BoardState.STANDING,
        (BoardState.STANDING, "dissolve"): BoardState.DISSOLVED,
    },
)


class OneChairNeeded(Refusal):
    """A board has exactly one chair."""

    kind = "invalid"
    message = "A board has exactly one chair, not %(chairs)s."
    remedy = "Give exactly one seat the position chair."


class PoliceOnTheirOwn(Refusal):
    """A board has a member outside the police."""

    kind = "invalid"
    message = "At least one seat of a board must belong to an organisation outside the police."
    remedy = "First give a seat to a member of another organisation."


class VotesImpossible(Refusal):
    """Votes for a person ≤ votes cast ≤ voters."""

    kind = "invalid"
    message = "%(votes)s of %(cast)s votes is impossible with %(voters)s voters."
    remedy = "Check the count: votes for the elected person ≤ votes cast ≤ voters."


class ElectedThereAlready(Refusal):
    """A meeting elects a person, and a chair, once."""

    kind = "conflict"
    message = "That meeting has already elected this person, or a chair."
    remedy = "Choose the meeting at which this election took place."


class TooFewVotes(Refusal):
    """Without a meeting, the number of votes shows that enough members took part."""

    kind = "conflict"
    message = "Outside a meeting at least half of the %(voters)s members must vote; %(cast)s did."
    remedy = "Collect more votes, or hold the election at a meeting of the board with a quorum."


class NoMajority(Refusal):
    """An election needs more than half of the votes cast."""

    kind = "conflict"
    message = "%(votes)s of %(cast)s votes is not a majority."
    remedy = "More than half of the votes cast are needed; vote again."


@dataclass(eq=False)
class Board:
    """An association, forum, council or customary body of a partnership.

    It has a quorum if enough of the seats filled on a day are present, according to ``quorum_rule``: more
    than half, at least two thirds, or at least ``quorum`` percent (present × 100 ≥ quorum × filled, so that
    50 means at least half).
    """

    id: UUID
    agency: str
    partnership_id: UUID
    kind: BoardKind
    name: str
    quorum: int
    constituted_on: date
    seats: list[Seat]
    state: BoardState = BoardState.STANDING
    dissolved_at: datetime | None = None
    dissolved_because: str = ""
    version: int = 0
    quorum_rule: QuorumRule = QuorumRule.PERCENT
    entered_afterwards: bool = False

    def __post_init__(self) -> None:
        """Refuse invalid seats."""
        self.quorum = PERCENT.get(self.quorum_rule, self.quorum)
        chairs = sum(seat.position == "chair" for seat in self.seats)
        if chairs != 1:
            raise OneChairNeeded(chairs=chairs)
        seen: set[UUID] = set()
        for seat in self.seats:
            if seat.holder in seen:
                raise HolderTwice(holder=str(seat.holder))
            seen.add(seat.holder)
            seat.require_term(self.constituted_on)
        _check_kinds(self.seats)

    def filled(self, on: date) -> list[Seat]:
        """The seats that are filled on a day."""
        return [seat for seat in self.seats if seat.is_filled(on)]

    def chair(self, on: date) -> Seat | None:
        """The chair's seat on a day, if it is filled."""
        return next((seat for seat in self.filled(on) if seat.position == "chair"), None)

    def presiding(self, on: date) -> list[Seat]:
        """The filled seats of the chair and the secretaries, who run its affairs."""
        return [seat for seat in self.filled(on) if seat.position in PRESIDES]

    @property
    def in_office(self) -> list[UUID]:
        """The seats that are held; none of a dissolved board."""
        standing = self.state is BoardState.STANDING
        return [seat.id for seat in self.seats if standing and seat.ended_on is None]

    @property
    def incomplete(self) -> bool:
        """Whether it is active without a chair, or without a member outside the police: elections are due."""
        held = [seat for seat in self.seats if seat.ended_on is None]
        if self.state is not BoardState.STANDING:
            return False
        chaired = any(seat.position == "chair" for seat in held)
        return not chaired or all(seat.organisation_kind == "police" for seat in held)

    def has_quorum(self, present: int, filled: int) -> bool:
        """Whether enough of the filled seats are present; never of none."""
        match self.quorum_rule:
            case QuorumRule.MORE_THAN_HALF:
                suffices = present * 2 > filled
            case QuorumRule.TWO_THIRDS:
                suffices = present * 3 >= filled * 2
            case _:
                suffices = present * 100 >= self.quorum * filled
        return filled > 0 and suffices

    def present(self, holders: tuple[UUID, ...], on: date) -> list[Seat]:
        """The seats of those present on a day; raises :class:`HeldNoSeat`."""
        held = {seat.holder: seat for seat in self.filled(on)}
        for holder in holders:
            if holder not in held:
                raise HeldNoSeat(holder=str(holder), day=on)
        return [held[holder] for holder in dict.fromkeys(holders)]

    def require_standing(self) -> None:
        """Refuse a meeting of a dissolved board."""
        self.state = machine.after(self.state, "call meeting")

    def elect(self, seat: Seat, votes: int, cast: int, voters: int, *, meeting: bool) -> list[Seat]:
        """Fill ``seat``; returns the seats that become free.

        These are the seat that the elected person held so far and, for a new chair, the previous chair's.
        ``voters`` are those present at the ``meeting``, or without one all members.
        """
        machine.after(self.state, "elect")
        for earlier in self.seats:
            at_once = meeting and seat.elected_at is not None and earlier.elected_at == seat.elected_at
            if at_once and (earlier.holder == seat.holder or earlier.position == seat.position == "chair"):
                raise ElectedThereAlready
        if not votes <= cast <= voters:
            raise VotesImpossible(votes=votes, cast=cast, voters=voters)
        if not meeting and cast * 2 < voters:
            raise TooFewVotes(cast=cast, voters=voters)
        if votes * 2 <= cast:
            raise NoMajority(votes=votes, cast=cast)
        seat.require_term(seat.since)
        filled = self.filled(seat.since)
        freed = [
            held
            for held in filled
            if held.holder == seat.holder or (seat.position == "chair" == held.position)
        ]
        _check_kinds([seat, *(held for held in filled if held not in freed)])
        for held in freed:
            held.end(seat.since, AutomaticReason.REPLACED.value)
        self.seats.append(seat)
        return freed

    def vacate(self, seat_id: UUID, on: date, reason: str) -> Seat:
        """Vacate a filled seat; raises :class:`UnknownSeat`."""
        machine.after(self.state, "vacate seat")
        for seat in self.filled(on):
            if seat.id == seat_id:
                seat.end(on, reason)
                return seat
        raise UnknownSeat(seat=str(seat_id))

    def lose(self, holder: UUID, organisation_id: UUID, on: date) -> list[Seat]:
        """Free the seats of a person who has left an organisation, from a day on."""
        lost = [
            seat
            for seat in self.seats
            if (seat.holder, seat.organisation_id, seat.ended_on) == (holder, organisation_id, None)
            and (seat.until is None or on <= seat.until)
        ]
        for seat in lost:
            seat.end(max(on, seat.since), AutomaticReason.MEMBERSHIP_ENDED.value)
        return lost

    def pass_term(self, seat_id: UUID, today: date) -> Seat | None:
        """End a seat whose term has passed; None if it ended before, or if there is nothing to end."""
        for seat in self.seats:
            if seat.id == seat_id and seat.ended_on is None and seat.until is not None and seat.until < today:
                seat.end(seat.until + timedelta(days=1), AutomaticReason.TERM_ENDED.value)
                return seat
        return None

    def dissolve(self, at: datetime, reason: str) -> None:
        """Dissolve the board."""
        self.state = machine.after(self.state, "dissolve")
        self.dissolved_at, self.dissolved_because = at, reason


def _check_kinds(seats: list[Seat]) -> None:
    if all(seat.organisation_kind == "police" for seat in seats):
        raise PoliceOnTheirOwn
