"""Meetings: called and reminded of, held with or without a quorum, concluded and minuted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.identity.actor import Actor
from tests.partners.assembly import DAY, NOBODY, START, TODAY, Assembly, assembled

HOUR = timedelta(hours=1)


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as found:
        yield found


def outcome(kind: str, mandate: str = "ease", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "mandate": mandate, "text": f"Tentang {kind}", **more}


async def board_of_three(here: Assembly) -> str:
    """Ani of the village presides, Budi of the police and Fitri of the school are members."""
    board = await here.board(
        here.seat("Ani", "village", "chair"), here.seat("Budi", "police"), here.seat("Fitri", "school")
    )
    return str(board["id"])


async def test_a_meeting_from_its_call_to_its_minutes(here: Assembly) -> None:
    board = await board_of_three(here)
    meeting = await here.meeting(board)
    path = f"meetings/{meeting['id']}"
    assert (meeting["state"], meeting["agenda"]) == ("called", ["Balap liar", "Ronda malam"])
    held = await here.held_later(meeting["id"], "Ani", "Budi")
    assert (held["state"], held["seats"], held["quorate"]) == ("held", 3, True)
    assert {attendance["holder"] for attendance in held["attendances"]} == {
        here.people["Ani"],
        here.people["Budi"],
    }

    await here.made(f"{path}/outcomes", outcome("information"), by=here.chair)
    await here.made(f"{path}/outcomes", outcome("decision", "evaluate"), by=here.chair)
    promised = {
        "organisation_id": here.organisations["school"],
        "title": "Razia knalpot di parkiran sekolah",
        "due_on": "2026-02-01",
    }
    concluded = await here.made(
        f"{path}/outcomes", outcome("commitment", "strengthen", commitment=promised), by=here.chair
    )
    assert [outcome["kind"] for outcome in concluded["outcomes"]] == ["information", "decision", "commitment"]
    commitment = (await here.get(f"commitments/{concluded['outcomes'][2]['commitment_id']}")).body
    assert (commitment["title"], commitment["meeting_id"]) == (promised["title"], meeting["id"])
    assert (commitment["mandate"], commitment["made_on"]) == ("strengthen", "2026-01-08")

    written = await here.put(f"{path}/minutes", {"text": "Rapat dibuka."}, by=here.chair)
    assert (written.status, written.body["minutes"]) == (200, "Rapat dibuka.")
    minuted = await here.made(f"{path}/minutes/approve", None, by=here.member("Budi"))
    assert minuted["state"] == "minuted"
    events = await here.events(meeting["id"], commitment["id"])
    assert [event.name for event in events] == [
        "meeting-called",
        "board-met",
        "information-noted",
        "decision-taken",
        "commitment-made",
        "commitment-noted",
        "minutes-written",
        "minutes-approved",
    ]
    met, decided, approved = events[1].data, events[3].data, events[7].data
    assert (met["seats"], met["present"], met["quorate"]) == (3, 2, True)
    assert (met["police"], met["others"], met["guests"], met["length_minutes"]) == (1, 1, 0, 120)
    assert (events[0].data["notice_hours"], events[0].data["entered_afterwards"]) == (72, False)
    assert approved["organisation_id"] == here.organisations["police"]
    assert approved["written_for"] == [here.organisations["village"]]
    assert {(attendee["member"], attendee["organisation_id"]) for attendee in met["attendees"]} == {
        (here.people["Ani"], here.organisations["village"]),
        (here.people["Budi"], here.organisations["police"]),
    }
    noted = concluded["outcomes"][2]
    assert events[5].data == {
        "meeting_id": meeting["id"],
        "board_id": board,
        "partnership_id": here.partnership,
        "outcome_id": noted["id"],
        "mandate": "strengthen",
        "text": noted["text"],
        "commitment_id": noted["commitment_id"],
    }
    assert (decided["mandate"], decided["outcome_id"]) == ("evaluate", concluded["outcomes"][1]["id"])
    assert (approved["decisions"], approved["commitments"]) == (1, 1)
    timeline = (await here.get(f"{path}/timeline")).body
    assert [event["by"] for event in timeline][-2:] == [here.people["Ani"], here.people["Budi"]]

    # Minuted is final.
    for act, body, by in (
        ("outcomes", outcome("information"), here.chair),
        ("minutes/approve", None, here.member("Budi")),
        ("cancel", {"reason": "terlambat"}, here.chair),
        ("reschedule", {"scheduled_at": str(here.clock.now() + DAY), "reason": "xx"}, here.chair),
    ):
        assert await here.refused(f"{path}/{act}", body, by=by) == "act-impossible"
    again = await here.put(f"{path}/minutes", {"text": "Lain."}, by=here.chair)
    assert again.body["type"] == "/problems/act-impossible"


async def test_meetings_are_listed_by_partnership_board_and_state(here: Assembly) -> None:
    board, other = await board_of_three(here), await board_of_three(here)
    first, second = await here.meeting(board), await here.meeting(other)
    await here.made(f"meetings/{second['id']}/cancel", {"reason": "hujan"}, by=here.chair)
    for filters, found in (
        ("", [first["id"], second["id"]]),
        (f"partnership_id={here.partnership}", [first["id"], second["id"]]),
        (f"board_id={board}", [first["id"]]),
        ("state=cancelled", [second["id"]]),
        (f"board_id={board}&state=cancelled", []),
        (f"partnership_id={NOBODY}", []),
    ):
        answer = await here.get(f"meetings?{filters}")
        assert [item["id"] for item in answer.body["items"]] == found
    page = await here.get("meetings?limit=1")
    assert (await here.get(f"meetings?cursor={page.body['next']}")).body["items"][0]["id"] == second["id"]
    shown = await here.get(f"meetings/{first['id']}")
    assert (shown.body, shown.headers["ETag"]) == (first, '"1"')
    assert (await here.get(f"meetings/{NOBODY}")).status == 404
    assert (await here.get("meetings?state=sleeping")).status == 422


async def test_its_members_are_reminded_a_day_before(here: Assembly) -> None:
    meeting = await here.meeting(await board_of_three(here))
    await here.pass_time(2 * DAY - timedelta(seconds=1))
    assert await here.names(meeting["id"]) == ["meeting-called"]
    await here.pass_time(timedelta(seconds=1))
    await here.pass_time(HOUR)
    assert await here.names(meeting["id"]) == ["meeting-called", "meeting-approaching"]


async def test_a_meeting_within_a_day_needs_no_reminder(here: Assembly) -> None:
    soon = (here.clock.now() + 20 * HOUR).isoformat()
    meeting = await here.meeting(await board_of_three(here), scheduled_at=soon)
    await here.pass_time(19 * HOUR)
    assert await here.names(meeting["id"]) == ["meeting-called"]


async def test_a_stop_beyond_the_meeting_reminds_of_nothing_but_lets_it_lapse_once(here: Assembly) -> None:
    board = await board_of_three(here)
    later = await here.meeting(board, scheduled_at=(here.clock.now() + 5 * DAY).isoformat())
    sooner = await here.meeting(board)
    await here.pass_time(30 * DAY)
    await here.fire()
    lapsed = [event for event in await here.events() if event.name.startswith("meeting-") and not event.actor]
    assert [(item.name, str(item.aggregate_id)) for item in lapsed] == [
        ("meeting-lapsed", sooner["id"]),
        ("meeting-lapsed", later["id"]),
    ]
    assert (await here.get(f"meetings/{later['id']}")).body["state"] == "lapsed"


async def test_a_lapsed_meeting_can_still_be_recorded_as_held(here: Assembly) -> None:
    meeting = await here.meeting(await board_of_three(here))
    await here.pass_time(11 * DAY)
    path = f"meetings/{meeting['id']}"
    assert await here.refused(f"{path}/cancel", {"reason": "lupa"}, by=here.chair) == "act-impossible"
    when = (START + 3 * DAY).isoformat()
    body = {"held_at": when, "present": [here.people["Ani"], here.people["Fitri"]]}
    held = await here.made(f"{path}/hold", body, by=here.chair)
    assert (held["state"], held["held_on"], held["quorate"]) == ("held", "2026-01-08", True)
    await here.pass_time(30 * DAY)
    assert await here.names(meeting["id"]) == ["meeting-called", "meeting-lapsed", "board-met"]


async def test_a_moved_meeting_takes_its_timers_along(here: Assembly) -> None:
    meeting = await here.meeting(await board_of_three(here))
    body = {
        "scheduled_at": (START + 20 * DAY).isoformat(),
        "place": "Aula sekolah",
        "reason": "balai dipakai",
    }
    moved = await here.made(f"meetings/{meeting['id']}/reschedule", body, by=here.chair)
    assert (moved["place"], moved["state"]) == ("Aula sekolah", "called")
    assert await here.timers(meeting["id"]) == {
        "meeting-approaching": START + 19 * DAY,
        "meeting-lapsed": START + 27 * DAY,
    }
    event = (await here.events(meeting["id"]))[-1]
    assert event.name == "meeting-rescheduled"
    assert event.data["before"].startswith("2026-01-08")
    await here.pass_time(19 * DAY)
    assert (await here.names(meeting["id"]))[2:] == ["meeting-approaching"]
    soon = {"scheduled_at": (here.clock.now() + 2 * HOUR).isoformat(), "reason": "lebih awal"}
    moved = await here.made(f"meetings/{meeting['id']}/reschedule", soon, by=here.chair)
    assert moved["place"] == "Aula sekolah"
    assert list(await here.timers(meeting["id"])) == ["meeting-lapsed"]


async def test_a_cancelled_meeting_is_never_spoken_of_again(here: Assembly) -> None:
    meeting = await here.meeting(await board_of_three(here))
    path = f"meetings/{meeting['id']}"
    gone = await here.made(f"{path}/cancel", {"reason": "banjir"}, by=here.chair)
    assert (gone["state"], gone["cancelled_because"]) == ("cancelled", "banjir")
    await here.pass_time(60 * DAY)
    assert await here.names(meeting["id"]) == ["meeting-called", "meeting-cancelled"]
    timeline = (await here.get(f"{path}/timeline")).body
    assert timeline[-1]["reason"] == "banjir"
    body = {"held_at": here.clock.now().isoformat(), "present": [here.people["Ani"]]}
    assert await here.refused(f"{path}/hold", body, by=here.chair) == "act-impossible"


async def test_the_quorum_is_that_of_the_seats_of_the_day(here: Assembly) -> None:
    board = await here.board(
        here.seat("Ani", "village", "chair"),
        here.seat("Budi", "police", until=str(TODAY + 2 * DAY)),
        here.seat("Fitri", "school", until=str(TODAY + 2 * DAY)),
        here.seat("Eko", "police"),
        quorum=67,
    )
    on_last_day = await here.meeting(board["id"], scheduled_at=(START + 2 * DAY).isoformat())
    after = await here.meeting(board["id"], scheduled_at=(START + 3 * DAY).isoformat())
    here.clock.move(4 * DAY)
    present = [here.people["Ani"], here.people["Eko"]]
    body = {"held_at": (START + 2 * DAY).isoformat(), "present": present}
    held = await here.made(f"meetings/{on_last_day['id']}/hold", body, by=here.chair)
    assert (held["seats"], len(held["attendances"]), held["quorate"]) == (4, 2, False)
    decision = outcome("decision")
    path = f"meetings/{on_last_day['id']}/outcomes"
    assert await here.refused(path, decision, by=here.chair) == "not-quorate"
    await here.made(path, outcome("information"), by=here.chair)
    body = {"held_at": (START + 3 * DAY).isoformat(), "present": present}
    held = await here.made(f"meetings/{after['id']}/hold", body, by=here.chair)
    assert (held["seats"], held["quorate"]) == (2, True)
    await here.made(f"meetings/{after['id']}/outcomes", decision, by=here.chair)
    third = await here.meeting(board["id"])
    here.clock.move(3 * DAY)
    body = {"held_at": here.clock.now().isoformat(), "present": [here.people["Budi"]]}
    assert await here.refused(f"meetings/{third['id']}/hold", body, by=here.chair) == "held-no-seat"


async def test_somebody_named_twice_is_present_once(here: Assembly) -> None:
    meeting = await here.held(await board_of_three(here), "Ani", "Ani", "Ani")
    assert (len(meeting["attendances"]), meeting["quorate"]) == (1, False)


async def test_times_that_cannot_be_are_refused(here: Assembly) -> None:
    board = await board_of_three(here)
    past = here.meeting_body(board, scheduled_at=(here.clock.now() - 367 * DAY).isoformat())
    assert await here.refused("meetings", past, by=here.chair) == "meeting-in-the-past"
    here.clock.move(DAY)
    meeting = await here.meeting(board)
    path = f"meetings/{meeting['id']}"
    moved = {"scheduled_at": (here.clock.now() - HOUR).isoformat(), "reason": "salah"}
    assert await here.refused(f"{path}/reschedule", moved, by=here.chair) == "meeting-in-the-past"
    for when in (here.clock.now() + HOUR, here.clock.now() - HOUR):
        body = {"held_at": when.isoformat(), "present": [here.people["Ani"]]}
        assert await here.refused(f"{path}/hold", body, by=here.chair) == "held-at-impossible"
    whole = here.meeting_body(board)
    changes: list[dict[str, Any]] = [
        {"scheduled_at": "9999-12-31T23:59:59Z"},
        {"scheduled_at": "0001-01-01T00:00:00+14:00"},
        {"scheduled_at": "9999-12-31T23:59:59-12:00"},
        {"scheduled_at": "2026-01-08T10:00:00"},  # without a zone
        {"scheduled_at": 10**40},
        {"agenda": []},
        {"agenda": ["ok", "x\0y"]},
        {"title": "x" * 201},
        {"board_id": 7},
    ]
    for change in changes:
        assert await here.refused("meetings", whole | change, by=here.chair) == "invalid-request"
    unknown = whole | {"board_id": NOBODY}
    assert await here.refused("meetings", unknown, by=here.chair) == "unknown-aggregate"
    body = {"held_at": here.clock.now().isoformat(), "present": []}
    assert await here.refused(f"{path}/hold", body, by=here.chair) == "invalid-request"


async def test_minutes_are_confirmed_by_somebody_who_was_there_and_did_not_write_them(
    here: Assembly,
) -> None:
    seats = here.seat("Ani", "village", "chair"), here.seat("Fitri", "school", "secretary")
    board = (await here.board(*seats, here.seat("Budi", "police")))["id"]
    meeting = await here.meeting(board)
    path = f"meetings/{meeting['id']}"
    early = await here.put(f"{path}/minutes", {"text": "Dulu"}, by=here.chair)
    assert early.body["type"] == "/problems/act-impossible"
    await here.held_later(meeting["id"], "Ani", "Budi")
    approve = f"{path}/minutes/approve"
    assert await here.refused(approve, None, by=here.member("Ani")) == "minutes-missing"
    fitri = here.member("Fitri")
    assert (await here.put(f"{path}/minutes", {"text": "Pertama"}, by=here.chair)).status == 200
    assert (await here.put(f"{path}/minutes", {"text": "Kedua"}, by=fitri)).status == 200
    # Ani wrote the first version: another hand in the text does not make it somebody else's.
    assert await here.refused(approve, None, by=here.chair) == "own-minutes"
    assert await here.refused(approve, None, by=here.member("Fitri")) == "was-not-present"
    assert await here.refused(approve, None, by=here.secretary) == "not-on-the-board"
    assert await here.refused(approve, None, by=None) == "sign-in-first"
    assert (await here.made(approve, None, by=here.member("Budi")))["state"] == "minuted"


async def test_an_outcome_is_corrected_until_the_minutes_are_approved(here: Assembly) -> None:
    meeting = await here.held(await board_of_three(here), "Ani", "Budi")
    path = f"meetings/{meeting['id']}"
    said = (await here.made(f"{path}/outcomes", outcome("decision"), by=here.chair))["outcomes"][0]
    terms = {"organisation_id": here.organisations["school"], "title": "Razia", "due_on": "2026-02-01"}
    promised = outcome("commitment", commitment=terms)
    promise = (await here.made(f"{path}/outcomes", promised, by=here.chair))["outcomes"][1]
    right = {"mandate": "evaluate", "text": "Ronda tiap malam", "reason": "Nama saksi terketik"}
    correct = f"{path}/outcomes/{said['id']}/correct"
    same = right | {"mandate": "ease", "text": said["text"]}
    assert await here.refused(correct, same, by=here.chair) == "nothing-corrected"
    of_promise = f"{path}/outcomes/{promise['id']}/correct"
    assert await here.refused(of_promise, right, by=here.chair) == "mandate-of-promise"
    unknown = f"{path}/outcomes/{meeting['id']}/correct"
    assert await here.refused(unknown, right, by=here.chair) == "outcome-unknown"
    corrected = (await here.made(correct, right, by=here.chair))["outcomes"][0]
    assert corrected == said | {"mandate": "evaluate", "text": "Ronda tiap malam"}
    for by in (here.chair, None):
        last = (await here.get(f"{path}/timeline", by=by)).body[-1]
        assert (last["event"], last["data"]["mandate"]) == ("outcome-corrected.v1", "evaluate")
        # What stands in minutes that nobody has approved is not for everybody, nor is why it was corrected.
        assert (last["reason"], last["data"].get("text")) == (
            (right["reason"], right["text"]) if by else (None, None)
        )
    await here.put(f"{path}/minutes", {"text": "Notula"}, by=here.chair)
    await here.made(f"{path}/minutes/approve", None, by=here.member("Budi"))
    again = right | {"text": "Lain lagi"}
    assert await here.refused(correct, again, by=here.chair) == "act-impossible"


async def test_minutes_are_for_everybody_once_approved_unless_a_reason_withholds_them(
    here: Assembly,
) -> None:
    board = await board_of_three(here)
    public = await here.held(board, "Ani", "Budi")
    withheld = await here.held(board, "Ani", "Budi")
    for meeting in (public, withheld):
        decided = outcome("decision", "evaluate")
        await here.made(f"meetings/{meeting['id']}/outcomes", decided, by=here.chair)
    because: dict[str, Any] = {"text": "Nama saksi", "public": False}
    no_reason = await here.put(f"meetings/{withheld['id']}/minutes", because, by=here.chair)
    assert no_reason.body["type"] == "/problems/withheld-without-reason"
    because["withheld_because"] = "melindungi saksi"
    both = await here.put(f"meetings/{withheld['id']}/minutes", because | {"public": True}, by=here.chair)
    assert both.body["type"] == "/problems/withheld-without-reason", "a reason, and public all the same"
    await here.put(f"meetings/{withheld['id']}/minutes", because, by=here.chair)
    await here.put(f"meetings/{public['id']}/minutes", {"text": "Terbuka"}, by=here.chair)

    async def seen(by: str | None) -> list[str | None]:
        listed = (await here.get("meetings", by=by)).body["items"]
        single = [
            (await here.get(f"meetings/{item['id']}", by=by)).body["minutes"] for item in (public, withheld)
        ]
        assert [item["minutes"] for item in listed] == single
        # Everybody sees that something was decided; the text goes with the minutes, in every outlet.
        texts = ["Tentang decision" if item else None for item in single]
        assert [item["outcomes"][0]["text"] for item in listed] == texts
        for path in (
            f"meetings/{public['id']}",
            f"meetings/{withheld['id']}",
            f"partnerships/{here.partnership}",
        ):
            facts = {
                event["about"]: event["data"].get("text")
                for event in (await here.get(f"{path}/timeline", by=by)).body
                if event["event"].startswith("decision-taken")
            }
            expected = dict(zip((public["id"], withheld["id"]), texts, strict=True))
            assert facts and facts == {about: expected[about] for about in facts}
        return single

    outsiders = [
        None,
        here.member("Fitri"),
        here.representative("school"),
        here.system.key.mint(elsewhere(), clock=here.clock),
        # Another agency's account that bears the id of somebody who was there.
        here.system.token("resident", person=here.people["Ani"], agency="polres-lain"),
    ]
    insiders = [here.chair, here.coordinator, here.member("Ani"), here.representative("village")]
    for token in outsiders:
        assert await seen(token) == [None, None]  # nobody has approved them yet
    for token in insiders:
        assert await seen(token) == ["Terbuka", "Nama saksi"]
    for meeting in (public, withheld):
        await here.made(f"meetings/{meeting['id']}/minutes/approve", None, by=here.member("Budi"))
    for token in outsiders:
        assert await seen(token) == ["Terbuka", None]
    for token in insiders:
        assert await seen(token) == ["Terbuka", "Nama saksi"]
    events = await here.events(withheld["id"])
    written = next(event for event in events if event.name == "minutes-written")
    assert (written.data["public"], written.data["reason"]) == (False, "melindungi saksi")
    assert all("Nama saksi" not in str(event.data) for event in events)


async def test_a_promise_at_a_meeting_is_one_of_a_party(here: Assembly) -> None:
    meeting = await here.held(await board_of_three(here), "Ani")
    path = f"meetings/{meeting['id']}/outcomes"
    promised = {"organisation_id": NOBODY, "title": "Lampu jalan", "due_on": "2026-02-01"}
    body = outcome("commitment", commitment=promised)
    assert await here.refused(path, body, by=here.chair) == "organisation-not-a-party"
    promised["organisation_id"] = here.organisations["village"]
    early = outcome("commitment", commitment=promised | {"due_on": "2026-01-07"})
    assert await here.refused(path, early, by=here.chair) == "due-too-early"
    for wrong in (outcome("commitment"), outcome("decision", commitment=promised)):
        assert await here.refused(path, wrong, by=here.chair) == "invalid-request"
    assert (await here.get("commitments")).body["items"] == []
    assert (await here.get(f"meetings/{meeting['id']}")).body["outcomes"] == []
    # The meeting had no quorum; a party can bind itself all the same.
    assert meeting["quorate"] is False
    before = (await here.get(f"meetings/{meeting['id']}")).headers["ETag"]
    made = await here.post(path, body, by=here.chair, If_Match=before)
    assert made.body["outcomes"][0]["commitment_id"] is not None
    assert made.headers["ETag"] != before
    stale = await here.post(path, body, by=here.chair, If_Match=before)
    assert stale.body["type"] == "/problems/changed-since-read"
    key = {"Idempotency_Key": "once"}
    for _ in range(2):
        assert (await here.post(path, outcome("information"), by=here.chair, **key)).status == 201
    assert len((await here.get(f"meetings/{meeting['id']}")).body["outcomes"]) == 2


async def test_an_observer_promises_nothing_at_a_meeting_either(here: Assembly) -> None:
    meeting = await here.held(await board_of_three(here), "Ani")
    promised = {"organisation_id": here.organisations["radio"], "title": "Siaran", "due_on": "2026-02-01"}
    body = outcome("commitment", commitment=promised)
    path = f"meetings/{meeting['id']}/outcomes"
    assert await here.refused(path, body, by=here.chair) == "only-an-observer"


async def test_a_timeline_shows_no_empty_reason(here: Assembly) -> None:
    meeting = await here.held(await board_of_three(here), "Ani")
    path = f"meetings/{meeting['id']}"
    await here.put(f"{path}/minutes", {"text": "Terbuka"}, by=here.chair)
    written = (await here.get(f"{path}/timeline")).body[-1]
    assert (written["event"], written["data"]["reason"], written["reason"]) == (
        "minutes-written.v1",
        "",
        None,
    )


async def test_chair_and_secretary_run_the_meetings_of_their_board(here: Assembly) -> None:
    seats = here.seat("Ani", "village", "chair"), here.seat("Fitri", "school", "secretary")
    board = (await here.board(*seats, here.seat("Budi", "police")))["id"]
    fitri = here.member("Fitri")
    meeting = await here.made("meetings", here.meeting_body(board), by=fitri)
    path = f"meetings/{meeting['id']}"
    stranger = here.system.key.mint(elsewhere(), clock=here.clock)
    later = {"scheduled_at": (here.clock.now() + DAY).isoformat(), "reason": "maju"}
    hold = {"held_at": here.clock.now().isoformat(), "present": [here.people["Ani"], here.people["Budi"]]}
    acts: list[tuple[str, Any]] = [
        ("meetings", here.meeting_body(board)),
        (f"{path}/reschedule", later),
        (f"{path}/hold", hold),
        (f"{path}/outcomes", outcome("information")),
    ]
    others = [here.representative("police"), stranger, here.secretary, here.coordinator, here.member("Budi")]
    for act, body in (*acts, (f"{path}/cancel", {"reason": "batal"})):
        assert await here.refused(act, body, by=None) == "sign-in-first"
        for by in others:
            assert await here.refused(act, body, by=by) == "not-presiding", act
    for by in others:
        answer = await here.put(f"{path}/minutes", {"text": "Notulen"}, by=by)
        assert answer.body["type"] == "/problems/not-presiding"
    stale = await here.post(f"{path}/cancel", {"reason": "batal"}, by=here.chair, If_Match='"9"')
    assert stale.body["type"] == "/problems/changed-since-read"
    await here.made(f"{path}/reschedule", later, by=here.chair)
    here.clock.move(DAY)
    await here.made(f"{path}/hold", hold | {"held_at": here.clock.now().isoformat()}, by=here.member("Fitri"))
    await here.made(f"{path}/outcomes", outcome("decision"), by=here.chair)
    assert (await here.put(f"{path}/minutes", {"text": "Notulen"}, by=here.member("Fitri"))).status == 200
    assert (await here.made(f"{path}/minutes/approve", None, by=here.chair))["state"] == "minuted"


async def test_an_ended_partnership_calls_no_meetings(here: Assembly) -> None:
    board = await board_of_three(here)
    await here.end()
    body = here.meeting_body(board)
    assert await here.refused("meetings", body, by=here.chair) == "partnership-over"


def elsewhere() -> Actor:
    """Somebody with every role, in another agency."""
    roles = frozenset({"coordinator", "secretary"})
    return Actor(person="p-elsewhere", agency="polres-lain", roles=roles)


async def test_the_public_reads_how_many_were_present_of_each_side_and_not_who(here: Assembly) -> None:
    meeting = await here.meeting(await board_of_three(here))
    path = f"meetings/{meeting['id']}"
    here.clock.move(3 * DAY)
    there = [here.people[name] for name in ("Ani", "Budi", "Fitri")]
    held = {"held_at": here.clock.now().isoformat(), "present": there, "guests": 7, "length_minutes": 45}
    await here.made(f"{path}/hold", held, by=here.chair)
    body = {"present": there[:2], "guests": 8, "reason": "Fitri pulang sebelum dimulai"}
    corrected = await here.put(f"{path}/attendance", body, by=here.chair)
    assert (corrected.body["present"], corrected.body["guests"]) == (2, 8)
    await here.put(f"{path}/minutes", {"text": "Notula"}, by=here.chair)
    await here.made(f"{path}/minutes/approve", None, by=here.member("Budi"))
    for by, names in ((None, 0), (here.representative("school"), 0), (here.chair, 2), (here.secretary, 2)):
        shown = (await here.get(path, by=by)).body
        counts = [shown[name] for name in ("present", "police_present", "others_present", "guests")]
        assert (counts, shown["length_minutes"]) == ([2, 1, 1, 8], 45)
        assert len(shown["attendances"]) == names
        for place in (path, f"partnerships/{here.partnership}"):
            told = (await here.get(f"{place}/timeline", by=by)).body
            met = next(event["data"] for event in told if event["event"] == "board-met.v2")
            assert (met["police"], met["others"], met["guests"]) == (1, 2, 7)
            fixed = next(event["data"] for event in told if event["event"] == "attendance-corrected.v2")
            assert (fixed["police"], fixed["others"], fixed["guests"]) == (1, 1, 8)
            assert ("attendees" in met, "attendees" in fixed) == (bool(names), bool(names))


async def test_a_spontaneous_meeting_is_entered_afterwards_and_a_called_one_begins_in_its_time(
    here: Assembly,
) -> None:
    board = await board_of_three(here)
    before = (here.clock.now() - HOUR).isoformat()
    entered = await here.meeting(board, scheduled_at=before)
    assert (entered["entered_afterwards"], entered["notice_hours"]) == (True, 0)
    body = {"held_at": before, "present": [here.people["Ani"], here.people["Budi"]]}
    await here.made(f"meetings/{entered['id']}/hold", body, by=here.chair)
    met = (await here.events(entered["id"]))[-1]
    assert (met.name, met.data["entered_afterwards"]) == ("board-met", True)
    called = await here.meeting(board)
    here.clock.move(3 * DAY - HOUR)
    body["held_at"] = here.clock.now().isoformat()
    early = await here.refused(f"meetings/{called['id']}/hold", body, by=here.chair)
    assert early == "held-at-impossible"
    here.clock.move(HOUR)
    body["held_at"] = here.clock.now().isoformat()
    await here.made(f"meetings/{called['id']}/hold", body, by=here.chair)
    moved = await here.meeting(board)
    later = {"scheduled_at": (here.clock.now() + 30 * HOUR).isoformat(), "reason": "hujan"}
    await here.made(f"meetings/{moved['id']}/reschedule", later, by=here.chair)
    assert (await here.events(moved["id"]))[-1].data["notice_hours"] == 30
