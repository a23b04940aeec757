"""A partnership's calendar can be subscribed to: the same entries keep their ids, changes count up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from icalendar import Calendar

from shared.clock import MovableClock
from tests.programs.measures import Joint, joint
from tests.programs.world import BASE, act, approved, end, plan
from tests.support.system import Answer, System


async def planned(here: System) -> Joint:
    """A programme whose stages have planned days."""
    one = await joint(here)
    stages = [
        plan("Menanam, merawat; memanen", one.police, planned_start="2026-02-01", planned_end="2026-02-28"),
        plan("Dua", one.village, planned_end="2026-03-31"),
    ]
    program = await approved(here, one.partnership, title="Kampung tangguh", stages=stages)
    return Joint(here, one.partnership, program)


async def fetched(one: Joint, **headers: str) -> Answer:
    answer = await one.here.call("GET", f"{BASE}/partnerships/{one.partnership.id}/calendar.ics", **headers)
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer


async def entries(one: Joint) -> dict[str, Any]:
    """The entries by id."""
    file = Calendar.from_ical((await fetched(one)).body)
    found = {str(event["UID"]): event for event in file.walk("VEVENT")}
    assert len(found) == len(file.walk("VEVENT")), "an id for each entry"
    return found


async def test_stages_and_periods_are_whole_days(here: System) -> None:
    one = await planned(here)
    indicator = await one.planned()
    found = await entries(one)
    first, second = (stage["id"] for stage in one.program["stages"])
    days = {uid: event["DTSTART"].dt for uid, event in found.items()}
    assert days == {
        f"stage-{first}-start@programs.kemitraan": date(2026, 2, 1),
        f"stage-{first}-end@programs.kemitraan": date(2026, 2, 28),
        f"stage-{second}-end@programs.kemitraan": date(2026, 3, 31),
        f"period-{indicator['periods'][0]['id']}-end@programs.kemitraan": date(2025, 12, 31),
        f"period-{indicator['periods'][1]['id']}-end@programs.kemitraan": date(2026, 3, 31),
    }
    for event in found.values():
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        assert event["DTSTAMP"].dt.isoformat() == "2026-01-05T01:00:00+00:00"
        assert (event["STATUS"], event["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")
        assert str(event["URL"]) == f"{here.url}/partnerships/{one.partnership.id}"


async def test_the_calendar_has_a_name_of_its_own_and_says_when_to_look_again(here: System) -> None:
    file = Calendar.from_ical((await fetched(await planned(here), Accept_Language="en")).body)
    named = "Aman bersama: stages and measurements"
    assert (file["NAME"], file["X-WR-CALNAME"], file["CALSCALE"]) == (named, named, "GREGORIAN")
    assert file.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
    assert file["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"


async def test_a_new_plan_keeps_the_id_and_counts_up(here: System, clock: MovableClock) -> None:
    one = await planned(here)
    uid = f"stage-{one.program['stages'][0]['id']}-end@programs.kemitraan"
    before = (await entries(one))[uid]
    clock.move(timedelta(hours=1))
    body = {"planned_start": "2026-02-01", "planned_end": "2026-03-15", "reason": "Hujan"}
    moved = await act(here, one.program, 1, "replan", here.token("coordinator"), body)
    assert moved.status == 200, moved.body
    after = (await entries(one))[uid]
    assert (before["DTSTART"].dt, after["DTSTART"].dt) == (date(2026, 2, 28), date(2026, 3, 15))
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTAMP"].dt == before["DTSTAMP"].dt + timedelta(hours=1)
    again = (await fetched(one)).body
    clock.move(timedelta(days=1))
    assert (await fetched(one)).body == again, "only a change of the data changes the file"


async def test_what_will_not_be_is_cancelled(here: System) -> None:
    one = await planned(here)
    indicator = await one.planned()
    period = indicator["periods"][0]["id"]
    body = {"value": 2, "on": "2026-01-03", "source": "Satlantas"}
    await one.made(f"indicators/{indicator['id']}/periods/{period}/measurements", body, one.police)
    skipped = await act(here, one.program, 2, "skip", here.token("coordinator"), {"reason": "Tak perlu"})
    assert skipped.status == 200, skipped.body
    second = f"stage-{one.program['stages'][1]['id']}-end@programs.kemitraan"
    assert [uid for uid, event in (await entries(one)).items() if event["STATUS"] == "CANCELLED"] == [second]
    await end(here, one.program, "abandon", one.police, reason="Dana habis")
    left = [uid for uid, event in (await entries(one)).items() if event["STATUS"] == "CONFIRMED"]
    assert left == [f"period-{period}-end@programs.kemitraan"], "what was measured stays"


async def test_a_calendar_speaks_its_readers_language(here: System) -> None:
    one = await planned(here)
    english = await fetched(one, Accept_Language="en")
    assert english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]
    summaries = [str(event["SUMMARY"]) for event in Calendar.from_ical(english.body).walk("VEVENT")]
    assert summaries == [
        "Begins: Menanam, merawat; memanen",
        "Due: Menanam, merawat; memanen",
        "Due: Dua",
    ]
    assert (await fetched(one)).headers["Content-Language"] == "id"


async def test_a_calendar_that_asks_in_its_address_gets_its_language(here: System) -> None:
    one = await planned(here)
    path = f"{BASE}/partnerships/{one.partnership.id}/calendar.ics?language=en"
    english = await here.call("GET", path, Accept_Language="id")
    assert english.headers["Content-Language"] == "en"
    assert b"Begins: " in english.body
    assert (await here.call("GET", path.replace("=en", "=fr"))).status == 422


async def test_a_calendar_that_is_known_is_not_sent_again(here: System) -> None:
    one = await planned(here)
    first = await fetched(one)
    path = f"{BASE}/partnerships/{one.partnership.id}/calendar.ics"
    known = await here.call("GET", path, If_None_Match=first.headers["ETag"])
    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert known.headers["Vary"] == "Accept-Language"
    other = await here.call("GET", f"{path}?language=en", If_None_Match=first.headers["ETag"])
    assert other.status == 200, "another language is another file"
    body = {"planned_start": None, "planned_end": "2026-03-15", "reason": "Hujan"}
    await act(here, one.program, 1, "replan", here.token("coordinator"), body)
    assert (await here.call("GET", path, If_None_Match=first.headers["ETag"])).status == 200


async def test_an_empty_calendar_is_one_and_an_unknown_one_is_not(here: System) -> None:
    one = await joint(here)
    assert await entries(one) == {}
    unknown = await here.call("GET", f"{BASE}/partnerships/{uuid4()}/calendar.ics")
    assert unknown.status == 404
