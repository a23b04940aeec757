"""The calendar of a partnership: read back as any calendar program would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.partners.assembly import DAY, NOBODY, START, Assembly, assembled


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[Assembly]:
    """The registry with a partnership, on either database."""
    async with assembled(tmp_path, database_url) as found:
        yield found


def at(here: Assembly) -> str:
    return f"partnerships/{here.partnership}/calendar.ics"


async def events(here: Assembly, query: str = "", **headers: str) -> dict[str, Any]:
    """The calendar's events by the id of what they are about."""
    answer = await here.get(at(here) + query, **headers)
    assert answer.status == 200, answer.body
    calendar = Calendar.from_ical(answer.body)
    assert calendar["version"] == "2.0"
    found = list(calendar.walk("VEVENT"))
    by_id = {str(event["uid"]).removesuffix("@kemitraan"): event for event in found}
    assert len(by_id) == len(found)
    assert all(event.errors == [] for event in found)
    return by_id


async def agreement(here: Assembly, **more: Any) -> str:
    body = {
        "partnership_id": here.partnership,
        "kind": "mou",
        "number": f"MOU/{len(more)}/2026",
        "title": "Nota kesepahaman aman",
        "signed_on": "2026-01-01",
        "in_force_from": "2026-01-01",
        "in_force_until": "2027-01-01",
        "signatories": [here.organisations["police"], here.organisations["village"]],
        **more,
    }
    made = await here.made("agreements", body, by=here.coordinator)
    return str(made["id"])


async def test_meetings_promises_and_ends_of_agreements_are_dates(here: Assembly) -> None:
    board = (await here.board())["id"]
    meeting = (await here.meeting(board))["id"]
    here.clock.move(timedelta(hours=1))
    promise = {
        "partnership_id": here.partnership,
        "title": "Lampu jalan; di tikungan, segera",
        "mandate": "ease",
        "due_on": "2026-02-01",
    }
    commitment = (await here.made("commitments", promise, by=here.representative("village")))["id"]
    signed = await agreement(here)
    found = await events(here, "?language=en")
    assert set(found) == {meeting, commitment, signed}
    met, due, ends = found[meeting], found[commitment], found[signed]
    assert met.decoded("dtstart") == START + 3 * DAY
    assert met.decoded("dtend") == START + 3 * DAY + timedelta(hours=2), "a meeting has a length"
    assert (met["summary"], met["location"], met["status"]) == ("Rapat bulanan", "Balai desa", "CONFIRMED")
    assert "1. Balap liar\n2. Ronda malam" in str(met["description"])
    assert (met["sequence"], met.decoded("dtstamp")) == (1, START)
    assert due.decoded("dtstart") == date(2026, 2, 1)
    assert due.decoded("dtend") == date(2026, 2, 2)
    assert due.decoded("dtstamp") == START + timedelta(hours=1)
    assert due["summary"] == "Commitment due: Lampu jalan; di tikungan, segera"
    assert ends.decoded("dtstart") == date(2027, 1, 1)
    assert ends["summary"] == "Agreement ends: Nota kesepahaman aman"
    assert (due["transp"], ends["transp"]) == ("TRANSPARENT", "TRANSPARENT")
    page = f"{here.system.url}/partnerships/{here.partnership}"
    assert {str(entry["url"]) for entry in found.values()} == {page}


async def test_the_calendar_has_a_name_of_its_own_and_says_when_to_look_again(here: Assembly) -> None:
    calendar = Calendar.from_ical((await here.get(at(here) + "?language=en")).body)
    named = "Aman bersama: meetings and due dates"
    assert (calendar["name"], calendar["x-wr-calname"]) == (named, named)
    assert calendar["calscale"] == "GREGORIAN"
    assert calendar.decoded("refresh-interval") == timedelta(hours=6)
    assert calendar["refresh-interval"].params["value"] == "DURATION"


async def test_an_entry_changes_with_what_it_is_about_and_keeps_its_uid(here: Assembly) -> None:
    board = (await here.board())["id"]
    meeting = (await here.meeting(board))["id"]
    moved = {"scheduled_at": (START + 10 * DAY).isoformat(), "reason": "hujan"}
    here.clock.move(timedelta(hours=2))
    await here.made(f"meetings/{meeting}/reschedule", moved, by=here.chair)
    entry = (await events(here))[meeting]
    assert (entry.decoded("dtstart"), entry["sequence"]) == (START + 10 * DAY, 2)
    assert entry.decoded("dtstamp") == START + timedelta(hours=2)
    here.clock.move(timedelta(hours=2))
    await here.made(f"meetings/{meeting}/cancel", {"reason": "banjir"}, by=here.chair)
    entry = (await events(here, "?language=en"))[meeting]
    assert (entry["status"], entry["sequence"]) == ("CANCELLED", 3)
    assert "Cancelled: banjir" in str(entry["description"])


async def test_what_came_of_it_shows_in_the_status(here: Assembly) -> None:
    board = (await here.board())["id"]
    lapsed = (await here.meeting(board))["id"]
    promise = {
        "partnership_id": here.partnership,
        "title": "Lampu jalan",
        "mandate": "ease",
        "due_on": "2026-01-06",
    }
    broken = (await here.made("commitments", promise, by=here.representative("village")))["id"]
    signed = await agreement(here)
    ended = {"on": "2026-01-05", "reason": "diganti"}
    await here.made(f"agreements/{signed}/terminate", ended, by=here.coordinator)
    await here.pass_time(60 * DAY)
    held = (await here.held(board, "Ani"))["id"]
    found = await events(here)
    assert {uid: str(found[uid]["status"]) for uid in (lapsed, broken, signed, held)} == {
        lapsed: "TENTATIVE",
        broken: "CANCELLED",
        signed: "CANCELLED",
        held: "CONFIRMED",
    }
    assert found[held].decoded("dtstart") == here.clock.now()


async def test_the_same_facts_make_the_same_bytes_whenever_they_are_asked_for(here: Assembly) -> None:
    await here.meeting((await here.board())["id"])
    first = await here.get(at(here), Accept_Language="en")
    here.clock.move(timedelta(hours=5))
    again = await here.get(at(here), Accept_Language="en")
    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])
    tag = first.headers["ETag"]
    kept = await here.get(at(here), Accept_Language="en", If_None_Match=tag)
    assert (kept.status, kept.body, kept.headers["ETag"]) == (304, b"", tag)
    assert (await here.get(at(here), Accept_Language="id", If_None_Match=tag)).status == 200
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"\r\n" in first.body
    assert all(len(line) <= 75 for line in first.body.split(b"\r\n"))


async def test_it_speaks_the_language_that_is_asked_for(here: Assembly) -> None:
    await here.meeting((await here.board())["id"])
    for query, header, language in (
        ("?language=en", "id", "en"),
        ("?language=id", "en", "id"),
        ("", "en", "en"),
        ("", "id", "id"),
    ):
        answer = await here.get(at(here) + query, Accept_Language=header)
        assert answer.headers["Content-Language"] == language
        assert (f"-//Kemitraan//partners//{language.upper()}").encode() in answer.body
    assert (await here.get(at(here) + "?language=fr")).status == 422


async def test_only_agreements_of_this_partnership_that_end_are_in_it(here: Assembly) -> None:
    # What is withheld of an agreement that is not public is its file.
    withheld = await agreement(
        here,
        public=False,
        exception_class="law_enforcement",
        exception_reason="menyangkut penyidikan",
    )
    await agreement(here, in_force_until=None, title="Tanpa akhir")
    assert list(await events(here)) == [withheld]
    assert (await here.get(f"partnerships/{NOBODY}/calendar.ics")).status == 404
    assert (await here.get("partnerships/one/calendar.ics")).status == 422


async def test_odd_signs_in_a_text_break_no_line(here: Assembly) -> None:
    board = (await here.board())["id"]
    odd = {"title": "Rapat\x0b\x1b\u2028 BEGIN:VEVENT\r\nUID:x", "agenda": ["satu\nEND:VCALENDAR"]}
    body = here.meeting_body(board)
    for name, text in odd.items():
        assert await here.refused("meetings", body | {name: text}, by=here.chair) == "invalid-request"
    meeting = (await here.meeting(board, title="Rapat BEGIN:VEVENT UID:x 🚔 é", length_minutes=45))["id"]
    found = await events(here)
    assert list(found) == [meeting]
    summary = str(found[meeting]["summary"])
    assert summary.endswith("UID:x 🚔 é")
    assert found[meeting].decoded("dtstart") == datetime(2026, 1, 8, 1, tzinfo=UTC)
    assert found[meeting].decoded("dtend") == datetime(2026, 1, 8, 1, 45, tzinfo=UTC)
    assert str(found[meeting]["url"]).endswith(f"/partnerships/{here.partnership}")
