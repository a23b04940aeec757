"""Boards: who sits on them, until when, by which vote, and when a meeting of theirs has a quorum."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.partners.model.board import Board, NoMajority, PoliceOnTheirOwn, TooFewVotes, VotesImpossible
from services.partners.model.meeting import Meeting, NotQuorate, Outcome
from services.partners.model.seat import HeldNoSeat, Seat, UnknownSeat
from shared.contracts.vocabulary import BoardKind, BoardState, Mandate, MeetingState, OutcomeKind
from shared.identity.actor import Actor
from shared.states import ActImpossible
from tests.partners.assembly import DAY, NOBODY, START, TODAY, Assembly, assembled


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as found:
        yield found


def election(seat: dict[str, Any], votes: int, cast: int, **more: Any) -> dict[str, Any]:
    return {**seat, "votes": votes, "cast": cast, **more}


def filled(board: Any) -> dict[str, str]:
    """Who holds which position of a board as it is shown."""
    return {seat["holder"]: seat["position"] for seat in board["seats"] if seat["ended_on"] is None}


async def test_a_board_is_constituted_with_its_seats(here: Assembly) -> None:
    seats = [
        here.seat("Ani", "village", "chair", since="2025-06-01", until="2027-06-01"),
        here.seat("Budi", "police", "deputy"),
        here.seat("Fitri", "school", "secretary", until=str(TODAY)),
    ]
    board = await here.board(*seats, quorum=60)
    assert (board["state"], board["quorum"], board["constituted_on"]) == ("standing", 60, "2026-01-05")
    assert filled(board) == {
        here.people["Ani"]: "chair",
        here.people["Budi"]: "deputy",
        here.people["Fitri"]: "secretary",
    }
    assert [seat["since"] for seat in board["seats"]] == ["2025-06-01", "2026-01-05", "2026-01-05"]
    shown = await here.get(f"boards/{board['id']}")
    assert (shown.body, shown.headers["ETag"]) == (board, '"1"')
    (event,) = await here.events(board["id"])
    assert event.name == "board-constituted"
    assert event.data["seats"][0] == {
        "holder": here.people["Ani"],
        "organisation_id": here.organisations["village"],
        "organisation_kind": "community",
        "position": "chair",
        "since": "2025-06-01",
        "until": "2027-06-01",
    }
    for filters, found in (
        (f"partnership_id={here.partnership}", [board]),
        (f"partnership_id={here.partnership}&state=standing", [board]),
        ("state=dissolved", []),
        (f"partnership_id={NOBODY}", []),
    ):
        assert (await here.get(f"boards?{filters}")).body["items"] == found


async def test_what_is_no_board_is_refused(here: Assembly) -> None:
    ani, budi = here.seat("Ani", "village", "chair"), here.seat("Budi", "police")
    eko = here.seat("Eko", "police", "chair")
    tomorrow, yesterday = str(TODAY + DAY), str(TODAY - DAY)
    for seats, name in (
        ([budi, here.seat("Ani", "village")], "one-chair-needed"),
        ([ani, eko], "one-chair-needed"),
        ([eko, budi], "police-on-their-own"),
        ([ani, budi, here.seat("Ani", "village")], "holder-twice"),
        ([ani | {"since": tomorrow}, budi], "term-impossible"),
        ([ani | {"until": yesterday}, budi], "term-impossible"),
        ([ani | {"organisation_id": NOBODY}, budi], "organisation-not-a-party"),
        ([ani | {"holder": here.people["Budi"]}], "not-a-member"),
        ([ani | {"holder": NOBODY}], "not-a-member"),
        ([ani, budi | {"organisation_id": here.organisations["radio"]}], "only-an-observer"),
    ):
        assert await here.refused("boards", here.board_body(*seats), by=here.coordinator) == name
    whole = here.board_body(ani, budi)
    changes: list[dict[str, Any]] = [
        {"quorum": 0},
        {"quorum": 101},
        {"quorum": 10**30},
        {"kind": "gang"},
        {"name": "FKPM\0"},
        {"name": "\ud800\ud800"},
        {"seats": []},
        {"seats": [ani | {"until": "9999-12-31"}]},
        {"seats": [ani | {"until": "0001-01-01"}]},
        {"partnership_id": "one"},
    ]
    for change in changes:
        assert await here.refused("boards", whole | change, by=here.coordinator) == "invalid-request"
    unknown = whole | {"partnership_id": NOBODY}
    assert await here.refused("boards", unknown, by=here.coordinator) == "unknown-aggregate"
    assert (await here.get("boards")).body["items"] == []


async def test_who_may_do_what_with_a_board(here: Assembly) -> None:
    body = here.board_body(
        here.seat("Ani", "village", "chair"),
        here.seat("Budi", "police"),
        here.seat("Fitri", "school", "secretary"),
    )
    assert await here.refused("boards", body, by=None) == "sign-in-first"
    assert await here.refused("boards", body, by=here.secretary) == "role-missing"
    assert await here.refused("boards", body, by=here.representative("village")) == "not-the-lead"
    board = await here.made("boards", body, by=here.representative("police"))
    path, because = f"boards/{board['id']}", {"reason": "sudah selesai"}
    vacate = f"{path}/seats/{board['seats'][1]['id']}/vacate"
    won = election(here.seat("Citra", "village"), 2, 2)
    stranger = here.system.key.mint(other_agency(), clock=here.clock)
    forged = here.system.token(person=here.people["Ani"], agency="polres-lain")
    # The agency that registered Ani registered the school, too: in its own workspace she is nobody for that.
    organisation, person = UUID(here.organisations["school"]), here.people["Ani"]
    school = here.system.token(organisation=organisation, person=person, agency="the-school")
    nobody = (here.coordinator, here.secretary, here.member("Budi"), stranger, forged, school)
    for act, sent in ((f"{path}/elections", won), (vacate, because)):
        assert await here.refused(act, sent, by=None) == "sign-in-first"
        for by in (*nobody, here.representative("police")):
            assert await here.refused(act, sent, by=by) == "not-presiding"
    assert await here.refused(f"{path}/dissolve", because, by=None) == "sign-in-first"
    for by in nobody:
        assert await here.refused(f"{path}/dissolve", because, by=by) == "not-presiding"
    # Chair and secretary, whatever account they have.
    await here.made(f"{path}/elections", won, by=here.member("Fitri"))
    await here.made(vacate, because, by=here.chair)
    assert (await here.get(f"boards/{NOBODY}")).status == 404
    assert (await here.get(f"boards/{NOBODY}/timeline")).status == 404


async def test_the_agency_stands_in_only_while_nobody_presides(here: Assembly) -> None:
    board = await here.board()
    path = f"boards/{board['id']}"
    vacate = f"{path}/seats/{board['seats'][0]['id']}/vacate"
    await here.made(vacate, {"reason": "pindah"}, by=here.chair)
    called = here.meeting_body(board["id"])
    assert await here.refused("meetings", called, by=here.chair) == "not-presiding"
    stranger = here.system.key.mint(other_agency(), clock=here.clock)
    assert await here.refused("meetings", called, by=stranger) == "not-presiding"
    meeting = await here.made("meetings", called, by=here.coordinator)
    won = election(here.seat("Citra", "village", "chair"), 1, 1)
    assert await here.refused(f"{path}/elections", won, by=here.coordinator) == "not-presiding"
    await here.made(f"{path}/elections", won, by=here.secretary)
    cancel = f"meetings/{meeting['id']}/cancel"
    assert await here.refused(cancel, {"reason": "banjir"}, by=here.secretary) == "not-presiding"
    await here.made(cancel, {"reason": "banjir"}, by=here.member("Citra"))


@pytest.mark.parametrize(
    ("stated", "rule", "least"),
    [
        ({}, "more_than_half", 3),
        ({"quorum": 50}, "percent", 2),
        ({"quorum_rule": "two_thirds"}, "two_thirds", 3),
        ({"quorum_rule": "more_than_half"}, "more_than_half", 3),
    ],
)
async def test_a_quorum_is_a_majority_unless_the_board_says_otherwise(
    here: Assembly, stated: dict[str, Any], rule: str, least: int
) -> None:
    seats = [here.seat("Ani", "village", "chair"), here.seat("Budi", "police")]
    seats += [here.seat("Citra", "village"), here.seat("Fitri", "school")]
    board = await here.board(*seats, **stated)
    assert board["quorum_rule"] == rule
    names = ("Ani", "Budi", "Citra", "Fitri")
    for present in (least - 1, least):
        held = await here.held(board["id"], *names[:present])
        assert held["quorate"] is (present >= least)


async def test_a_board_begins_only_in_a_partnership_that_runs(here: Assembly) -> None:
    await here.end()
    assert await here.refused("boards", here.board_body(), by=here.coordinator) == "partnership-over"


async def test_a_new_chair_takes_the_old_ones_place(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair"), here.seat("Budi", "police"), here.seat("Fitri", "school")
    )
    path = f"boards/{board['id']}/elections"
    body = election(here.seat("Budi", "police", "chair", until="2027-01-05"), 2, 3)
    changed = await here.made(path, body, by=here.chair)
    assert filled(changed) == {here.people["Budi"]: "chair", here.people["Fitri"]: "member"}
    ended = [
        (event.name, event.data.get("holder"), event.data.get("position"), event.data.get("reason"))
        for event in await here.events(board["id"])
    ][1:]
    assert ended == [
        ("board-term-ended", here.people["Ani"], "chair", "replaced"),
        ("board-term-ended", here.people["Budi"], "member", "replaced"),
        ("board-member-elected", None, None, None),
    ]
    # Were Eko to take the last seat that is not of the police, there would be police alone.
    fitri = changed["seats"][2]["id"]
    vacate = f"boards/{board['id']}/seats/{fitri}/vacate"
    assert await here.refused(vacate, {"reason": "pindah"}, by=here.chair) == "not-presiding"
    await here.made(vacate, {"reason": "pindah"}, by=here.member("Budi"))
    body = election(here.seat("Eko", "police"), 1, 1)
    assert await here.refused(path, body, by=here.member("Budi")) == "police-on-their-own"


async def test_elections_count_votes(here: Assembly) -> None:
    board = (await here.board())["id"]
    citra = here.seat("Citra", "village")
    for votes, cast, name in (
        (1, 2, "no-majority"),
        (0, 0, "too-few-votes"),
        (2, 1, "votes-impossible"),
        (3, 3, "votes-impossible"),  # two seats are filled, so there are two voters
    ):
        body = election(citra, votes, cast)
        assert await here.refused(f"boards/{board}/elections", body, by=here.chair) == name
    body = election(citra, 1, 1)
    changed = await here.made(f"boards/{board}/elections", body, by=here.chair)
    assert filled(changed)[here.people["Citra"]] == "member"
    event = (await here.events(board))[-1]
    assert (event.name, event.data["votes"], event.data["cast"]) == ("board-member-elected", 1, 1)
    assert (event.data["meeting_id"], event.data["seat"]["since"]) == (None, str(TODAY))
    few = election(here.seat("Dewi", "village"), 1, 1)  # one of three
    assert await here.refused(f"boards/{board}/elections", few, by=here.chair) == "too-few-votes"
    observer = election(citra | {"organisation_id": here.organisations["radio"]}, 2, 2)
    assert await here.refused(f"boards/{board}/elections", observer, by=here.chair) == "only-an-observer"
    nobody = election(citra | {"holder": here.people["Eko"]}, 2, 2)
    assert await here.refused(f"boards/{board}/elections", nobody, by=here.chair) == "not-a-member"
    over = election(here.seat("Dewi", "village", until=str(TODAY - DAY)), 2, 2)
    assert await here.refused(f"boards/{board}/elections", over, by=here.chair) == "term-impossible"


async def test_a_board_elects_at_its_own_quorate_meetings(here: Assembly) -> None:
    seats = [
        here.seat("Ani", "village", "chair"),
        here.seat("Budi", "police"),
        here.seat("Fitri", "school"),
    ]
    board, other = (await here.board(*seats))["id"], (await here.board())["id"]
    past = await here.held(board, "Ani", "Budi")
    lonely = await here.held(board, "Ani")
    elsewhere = await here.held(other, "Ani")
    quorate = await here.held(board, "Ani", "Budi")
    called = await here.meeting(board)
    path = f"boards/{board}/elections"
    citra = here.seat("Citra", "village")
    for meeting, name in (
        (lonely, "not-quorate"),
        (past, "meeting-past"),
        (elsewhere, "meeting-of-another-board"),
        (called, "meeting-of-another-board"),
        ({"id": NOBODY}, "unknown-aggregate"),
    ):
        body = election(citra, 1, 1, meeting_id=meeting["id"])
        assert await here.refused(path, body, by=here.chair) == name
    # Three hold seats, but two were there.
    body = election(citra, 3, 3, meeting_id=quorate["id"])
    assert await here.refused(path, body, by=here.chair) == "votes-impossible"
    body = election(citra, 2, 2, meeting_id=quorate["id"])
    assert here.people["Citra"] in filled(await here.made(path, body, by=here.chair))
    assert (await here.events(board))[-1].data["meeting_id"] == quorate["id"]


async def test_a_seat_is_free_the_day_after_its_term_however_long_the_clock_stood_still(
    here: Assembly,
) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair", until="2026-01-20"),
        here.seat("Budi", "police", until="2026-01-10"),
        here.seat("Fitri", "school", until="2026-03-01"),
        here.seat("Citra", "village"),
    )
    await here.pass_time(datetime(2026, 1, 10, 16, 59, 59, tzinfo=UTC) - here.clock.now())
    assert await here.names(board["id"]) == ["board-constituted"]  # in Jakarta it is still the tenth
    await here.pass_time(30 * DAY)
    await here.fire()
    events = (await here.events(board["id"]))[1:]
    assert [(event.name, event.data["holder"], event.data["reason"]) for event in events] == [
        ("board-term-ended", here.people["Budi"], "term"),
        ("board-term-ended", here.people["Ani"], "term"),
    ]
    assert [event.data["on"] for event in events] == [
        "2026-01-11",
        "2026-01-21",
    ]  # not the timer runner's day
    assert {event.actor for event in events} == {None}
    shown = (await here.get(f"boards/{board['id']}")).body
    assert {seat["holder"]: seat["ended_on"] for seat in shown["seats"]} == {
        here.people["Ani"]: "2026-01-21",
        here.people["Budi"]: "2026-01-11",
        here.people["Fitri"]: None,
        here.people["Citra"]: None,
    }


async def test_an_election_for_another_term_replaces_the_timer_of_the_seat_before(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair", until="2026-01-20"), here.seat("Budi", "police")
    )
    again = election(here.seat("Ani", "village", "chair", until="2026-02-20"), 2, 2)
    await here.made(f"boards/{board['id']}/elections", again, by=here.chair)
    await here.pass_time(30 * DAY)
    assert await here.names(board["id"]) == [
        "board-constituted",
        "board-term-ended",
        "board-member-elected",
    ]
    assert (await here.events(board["id"]))[1].data["reason"] == "replaced"
    await here.pass_time(30 * DAY)
    assert (await here.names(board["id"]))[3:] == ["board-term-ended"]


async def test_a_holder_leaves_once_and_the_timeline_says_why(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair"), here.seat("Budi", "police", until="2026-01-20")
    )
    path = f"boards/{board['id']}/seats/{board['seats'][1]['id']}/vacate"
    left = await here.made(path, {"reason": "pindah tugas"}, by=here.chair)
    assert left["seats"][1]["ended_because"] == "pindah tugas"
    assert await here.refused(path, {"reason": "lagi"}, by=here.chair) == "unknown-seat"
    wrong = f"boards/{board['id']}/seats/{NOBODY}/vacate"
    assert await here.refused(wrong, {"reason": "siapa"}, by=here.chair) == "unknown-seat"
    await here.pass_time(30 * DAY)
    timeline = (await here.get(f"boards/{board['id']}/timeline")).body
    assert [(one["event"], one["reason"], one["by"]) for one in timeline] == [
        ("board-constituted.v2", None, "p-coordinator"),
        ("board-term-ended.v1", "pindah tugas", here.people["Ani"]),
    ]


async def test_the_seats_of_a_party_that_leaves_the_partnership_become_free(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair"), here.seat("Budi", "police"), here.seat("Fitri", "school")
    )
    path = f"partnerships/{here.partnership}/leave"
    await here.made(path, {"reason": "sekolah tutup"}, by=here.representative("school"))
    shown = (await here.get(f"boards/{board['id']}")).body
    assert filled(shown) == {here.people["Ani"]: "chair", here.people["Budi"]: "member"}
    assert (await here.events(board["id"]))[-1].data["reason"] == "sekolah tutup"


async def test_who_belongs_to_an_organisation_no_longer_loses_what_was_held_for_it(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair", until="2026-03-01"),
        here.seat("Budi", "police"),
        here.seat("Citra", "village"),
        here.seat("Fitri", "school"),
    )
    assert board["incomplete"] is False
    seniors = f"partnerships/{here.partnership}/seniors"
    await here.made(seniors, {"senior": here.people["Ani"]}, by=here.representative("village"))
    here.clock.move(4 * DAY)
    memberships = (await here.get("memberships", by=here.coordinator)).body["items"]
    by_person = {membership["person_id"]: membership["id"] for membership in memberships}
    over = {"until": str(TODAY + 2 * DAY)}
    await here.made(f"memberships/{by_person[here.people['Ani']]}/end", over, by=here.coordinator)
    await here.made(f"persons/{here.people['Fitri']}/retire", by=here.coordinator)
    shown = (await here.get(f"boards/{board['id']}")).body
    assert filled(shown) == {here.people["Budi"]: "member", here.people["Citra"]: "member"}
    assert shown["incomplete"] is True  # nobody presides
    ended = [event.data for event in await here.events(board["id"])][1:]
    assert [(one["holder"], one["on"], one["reason"]) for one in ended] == [
        (here.people["Ani"], str(TODAY + 3 * DAY), "membership ended"),
        (here.people["Fitri"], str(TODAY + 4 * DAY), "membership ended"),
    ]
    partnership = (await here.get(f"partnerships/{here.partnership}")).body
    assert {party["senior"] for party in partnership["parties"]} == {None}
    left = (await here.events(here.partnership))[-1]
    assert (left.name, left.data["senior"]) == ("senior-left", here.people["Ani"])
    await here.pass_time(90 * DAY)
    assert (await here.names(board["id"]))[3:] == []  # her term is no longer waited for
    chaired = election(here.seat("Budi", "police", "chair"), 2, 2)
    await here.made(f"boards/{board['id']}/elections", chaired, by=here.secretary)
    assert (await here.get(f"boards/{board['id']}")).body["incomplete"] is False
    await here.made(f"persons/{here.people['Citra']}/retire", by=here.coordinator)
    assert (await here.get(f"boards/{board['id']}")).body["incomplete"] is True  # police alone are left


async def test_a_dissolved_board_is_over_and_so_are_its_coming_meetings(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair", until="2026-01-20"), here.seat("Budi", "police")
    )
    past = await here.meeting(board["id"])
    here.clock.move(4 * DAY)
    coming = await here.meeting(board["id"])
    path = f"boards/{board['id']}"
    because = {"reason": "digabung"}
    assert await here.refused(f"{path}/dissolve", because, by=here.chair) == "dissolved-by-decision"
    because["decision_id"] = await here.decided(board["id"])
    gone = await here.made(f"{path}/dissolve", because, by=here.chair)
    assert (gone["state"], gone["dissolved_because"]) == ("dissolved", "digabung")
    shown = {one["id"]: one for one in (await here.get("meetings")).body["items"]}
    assert (shown[past["id"]]["state"], shown[coming["id"]]["state"]) == ("called", "cancelled")
    assert shown[coming["id"]]["cancelled_because"] == "digabung"
    for act, body in (
        (f"{path}/dissolve", because),
        (f"{path}/elections", election(here.seat("Citra", "village"), 2, 2)),
        (f"{path}/seats/{board['seats'][0]['id']}/vacate", {"reason": "lagi"}),
        ("meetings", here.meeting_body(board["id"])),
    ):
        assert await here.refused(act, body, by=here.chair) == "act-impossible"
    await here.pass_time(60 * DAY)
    assert await here.names(board["id"]) == ["board-constituted", "board-dissolved"]
    assert (await here.events(board["id"]))[-1].data["decision_id"] == because["decision_id"]
    assert await here.names(coming["id"]) == ["meeting-called", "meeting-cancelled"]


async def test_the_lead_dissolves_a_board_by_a_decision_or_once_all_its_seats_are_vacant(
    here: Assembly,
) -> None:
    empty, other = await here.board(), await here.board()
    because, lead = {"reason": "tidak aktif"}, here.representative("police")
    dissolve = f"boards/{empty['id']}/dissolve"
    assert await here.refused(dissolve, because, by=here.representative("village")) == "not-the-lead"
    assert await here.refused(dissolve, because, by=lead) == "dissolved-by-decision"
    for seat in reversed(empty["seats"]):
        await here.made(f"boards/{empty['id']}/seats/{seat['id']}/vacate", because, by=here.chair)
    assert (await here.made(dissolve, because, by=lead))["state"] == "dissolved"
    by_decision = because | {"decision_id": await here.decided(other["id"])}
    gone = await here.made(f"boards/{other['id']}/dissolve", by_decision, by=lead)
    assert gone["state"] == "dissolved"


async def test_a_board_belongs_to_the_timeline_of_its_partnership(here: Assembly) -> None:
    board = await here.board()
    meeting = await here.meeting(board["id"])
    timeline = (await here.get(f"partnerships/{here.partnership}/timeline")).body
    assert [(one["event"], one["about"]) for one in timeline][-2:] == [
        ("board-constituted.v2", board["id"]),
        ("meeting-called.v2", meeting["id"]),
    ]


async def test_a_board_is_constituted_once_for_one_key(here: Assembly) -> None:
    key = {"Idempotency_Key": "board-1"}
    first = await here.post("boards", here.board_body(), by=here.coordinator, **key)
    again = await here.post("boards", here.board_body(), by=here.coordinator, **key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert len((await here.get("boards")).body["items"]) == 1


def other_agency() -> Actor:
    """Somebody with every role in an agency that has nothing to do with the board."""
    roles = frozenset({"coordinator", "secretary"})
    return Actor(person="p-elsewhere", agency="polres-lain", roles=roles)


# --- the model alone -------------------------------------------------------------------------------

PEOPLE = [UUID(int=number) for number in range(1, 9)]
POLICE, VILLAGE = UUID(int=100), UUID(int=200)
KIND = {POLICE: "police", VILLAGE: "community"}


def organisation_of(holder: UUID) -> UUID:
    """Every second one is of the police."""
    return POLICE if holder.int % 2 else VILLAGE


def seat_for(holder: UUID, position: Any, since: date, until: date | None = None) -> Seat:
    organisation = organisation_of(holder)
    return Seat(uuid4(), holder, organisation, KIND[organisation], position, since, until)


@pytest.mark.parametrize(
    ("quorum", "filled_seats", "present", "enough"),
    [
        (50, 4, 2, True),  # 50 means at least half
        (50, 5, 2, False),
        (50, 5, 3, True),
        (51, 4, 2, False),
        (67, 3, 2, False),
        (66, 3, 2, True),
        (100, 3, 2, False),
        (100, 3, 3, True),
        (1, 100, 1, True),
        (1, 101, 1, False),
        (1, 0, 0, False),
    ],
)
def test_a_quorum_is_a_share_of_the_filled_seats(
    quorum: int, filled_seats: int, present: int, enough: bool
) -> None:
    chair = seat_for(PEOPLE[1], "chair", TODAY)
    board = Board(uuid4(), "polres", uuid4(), BoardKind.FORUM, "Forum", quorum, TODAY, [chair])
    assert board.has_quorum(present, filled_seats) is enough


class BoardAndMeetings(RuleBasedStateMachine):
    """Elections, resignations, terms, meetings and decisions in any order, beside a plain list of holders."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.holders: dict[UUID, tuple[str, date | None]] = {}
        self.meetings: list[tuple[Meeting, int, int]] = []
        self.decisions = 0
        self.ended: dict[UUID, tuple[date | None, str]] = {}

    @property
    def today(self) -> date:
        return self.now.date()

    @initialize(quorum=st.integers(1, 100))
    def constitute(self, quorum: int) -> None:
        seats = [seat_for(PEOPLE[1], "chair", self.today), seat_for(PEOPLE[0], "member", self.today)]
        self.board = Board(uuid4(), "polres", uuid4(), BoardKind.FORUM, "Forum", quorum, self.today, seats)
        self.holders = {PEOPLE[1]: ("chair", None), PEOPLE[0]: ("member", None)}

    @property
    def standing(self) -> bool:
        return self.board.state is BoardState.STANDING

    def sitting(self) -> dict[UUID, str]:
        """Who sits today, by this test's own book-keeping."""
        return {
            holder: position
            for holder, (position, until) in self.holders.items()
            if until is None or until >= self.today
        }

    @rule(
        holder=st.sampled_from(PEOPLE),
        position=st.sampled_from(["chair", "deputy", "member"]),
        days=st.none() | st.integers(0, 20),
        votes=st.integers(0, 6),
        cast=st.integers(0, 6),
    )
    def elect(self, holder: UUID, position: Any, days: int | None, votes: int, cast: int) -> None:
        until = None if days is None else self.today + timedelta(days=days)
        voters = len(self.sitting())
        meeting = votes % 2 == 0
        left = {
            one: held
            for one, held in self.sitting().items()
            if one != holder and not (position == held == "chair")
        }
        police = all(organisation_of(one) == POLICE for one in [*left, holder])
        try:
            seat = seat_for(holder, position, self.today, until)
            self.board.elect(seat, votes, cast, voters, meeting=meeting)
        except ActImpossible:
            assert not self.standing
        except VotesImpossible:
            assert not votes <= cast <= voters
        except TooFewVotes:
            assert not meeting
            assert cast * 2 < voters
        except NoMajority:
            assert votes * 2 <= cast
        except PoliceOnTheirOwn:
            assert police
        else:
            assert self.standing
            assert votes * 2 > cast
            assert meeting or cast * 2 >= voters
            assert not police
            self.holders = {one: self.holders[one] for one in left} | {holder: (position, until)}

    @rule(place=st.integers(0, 20))
    def resign(self, place: int) -> None:
        seats = self.board.seats
        seat = seats[place % len(seats)]
        try:
            self.board.vacate(seat.id, self.today, "pindah")
        except ActImpossible:
            assert not self.standing
        except UnknownSeat:
            assert seat.ended_on is not None or seat.holder not in self.sitting()
        else:
            del self.holders[seat.holder]

    @rule(holder=st.sampled_from(PEOPLE))
    def leave_the_organisation(self, holder: UUID) -> None:
        if not self.standing:
            return
        lost = self.board.lose(holder, organisation_of(holder), self.today)
        assert [one.holder for one in lost] == [one for one in self.sitting() if one == holder]
        self.holders.pop(holder, None)

    @rule(days=st.integers(0, 15))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY
        if self.standing:
            for seat in self.board.seats:
                self.board.pass_term(seat.id, self.today)
        self.holders = {one: self.holders[one] for one in self.sitting()}

    @rule(present=st.sets(st.sampled_from(PEOPLE), min_size=1))
    def meet(self, present: set[UUID]) -> None:
        called_at = self.now - DAY
        meeting = Meeting(
            uuid4(), "polres", self.board.id, uuid4(), "Rapat", "Balai", ["satu"], self.now, called_at
        )
        sitting = self.sitting()
        try:
            meeting.hold(self.board, tuple(sorted(present)), self.now, self.today, self.now)
        except HeldNoSeat:
            assert not present <= set(sitting)
            assert meeting.state is MeetingState.CALLED
        else:
            assert present <= set(sitting)
            self.meetings.append((meeting, len(present), len(sitting)))

    @precondition(lambda self: self.meetings)
    @rule(kind=st.sampled_from(["decision", "information"]), place=st.integers(0, 20))
    def conclude(self, kind: Any, place: int) -> None:
        meeting, present, sitting = self.meetings[place % len(self.meetings)]
        quorate = present / sitting >= self.board.quorum / 100
        before = len(meeting.outcomes)
        try:
            meeting.record(Outcome(uuid4(), kind, Mandate.EASE, "Kita sepakat", self.now))
        except NotQuorate:
            assert kind == "decision"
            assert not quorate
            assert len(meeting.outcomes) == before
        except ActImpossible:
            assert meeting.state is MeetingState.MINUTED
            assert len(meeting.outcomes) == before

    @precondition(lambda self: self.meetings)
    @rule(place=st.integers(0, 20))
    def minute(self, place: int) -> None:
        meeting, _, _ = self.meetings[place % len(self.meetings)]
        if meeting.state is MeetingState.HELD:
            meeting.write_minutes("Notulen", "p-secretary", "", public=True)
            meeting.approve_minutes(str(meeting.attendances[0].holder), self.now)

    @precondition(lambda self: self.standing)
    @rule(sure=st.integers(0, 9))
    def dissolve(self, sure: int) -> None:
        if sure == 9:
            self.board.dissolve(self.now, "digabung")

    @invariant()
    def those_sit_whom_the_book_keeping_names(self) -> None:
        assert {one.holder: one.position for one in self.board.filled(self.today)} == self.sitting()

    @invariant()
    def a_board_without_a_chair_or_of_police_alone_says_so(self) -> None:
        sitting = self.sitting()
        lame = "chair" not in sitting.values() or all(organisation_of(one) == POLICE for one in sitting)
        assert self.board.incomplete == (self.standing and lame)

    @invariant()
    def at_most_one_presides_and_each_person_sits_once(self) -> None:
        sitting = self.board.filled(self.today)
        assert sum(one.position == "chair" for one in sitting) <= 1
        assert len({one.holder for one in sitting}) == len(sitting)

    @invariant()
    def what_ended_stays_as_it_ended(self) -> None:
        for seat_id, end in self.ended.items():
            seat = next(one for one in self.board.seats if one.id == seat_id)
            assert (seat.ended_on, seat.ended_because) == end
        self.ended = {
            one.id: (one.ended_on, one.ended_because) for one in self.board.seats if one.ended_on is not None
        }

    @invariant()
    def only_quorate_meetings_decided(self) -> None:
        for meeting, present, sitting in self.meetings:
            assert meeting.quorate == (present * 100 >= self.board.quorum * sitting)
            assert meeting.quorate or meeting.count(OutcomeKind.DECISION) == 0


TestBoardAndMeetings = BoardAndMeetings.TestCase
TestBoardAndMeetings.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
