"""Indicators keep every measurement; targets are compared by rule, and what is missing is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest

from shared.clock import MovableClock
from shared.contracts.partners import MembershipBegan
from tests.programs.measures import Joint, joint, kind
from tests.programs.world import (
    end,
    events,
    fire,
    hear,
    person_of,
    registered,
    stranger,
    told,
    upload,
)
from tests.support.system import Answer, System


def found(**more: Any) -> dict[str, Any]:
    """The body of a measurement."""
    return {"value": 2, "on": "2026-01-03", "source": "Laporan Satlantas", **more}


async def measure(one: Joint, indicator: dict[str, Any], place: int = 0, **more: Any) -> dict[str, Any]:
    period = indicator["periods"][place]["id"]
    return await one.made(
        f"indicators/{indicator['id']}/periods/{period}/measurements", found(**more), one.village
    )


async def test_an_indicator_has_a_baseline_and_targets_for_periods(here: System) -> None:
    one = await joint(here)
    indicator = await one.planned(
        description="Semua kecelakaan yang dilaporkan",
        capacity="improve",
        aggregation_status=True,
        dimensions={"usia": "15-24"},
        locations=["35.15", "35.15.01", "35.15"],
    )
    assert indicator["baseline"] == {"value": 14.0, "on": "2025-12-31", "comment": "Seluruh tahun 2025"}
    assert (indicator["dimensions"], indicator["locations"]) == ({"usia": "15-24"}, ["35.15", "35.15.01"])
    assert [(each["starts"], each["target"]) for each in indicator["periods"]] == [
        ("2025-10-01", 3.0),
        ("2026-01-01", 2.5),
    ]
    happened = await events(here, "indicators", indicator["id"])
    assert [each["event"] for each in happened] == ["indicator-defined.v1", "target-set.v1", "target-set.v1"]
    assert happened[0]["data"] == {
        "indicator_id": indicator["id"],
        "program_id": one.id,
        "partnership_id": str(one.partnership.id),
        "problem_id": None,
        "title": "Kecelakaan di Jalan Lingkar",
        "result": "outcome",
        "measure": "unit",
        "ascending": False,
        "capacity": "improve",
        "baseline": 14.0,
        "baseline_on": "2025-12-31",
    }
    assert happened[2]["data"] == {
        "indicator_id": indicator["id"],
        "program_id": one.id,
        "partnership_id": str(one.partnership.id),
        "period_start": "2026-01-01",
        "period_end": "2026-03-31",
        "target": 2.5,
    }


async def test_a_request_without_a_body_takes_no_target_back(here: System) -> None:
    one = await joint(here)
    indicator = await one.planned()
    period = indicator["periods"][0]
    empty = await one.post(f"indicators/{indicator['id']}/periods/{period['id']}/target", None, one.village)
    assert kind(empty) == (422, "invalid-request")
    shown = (await here.call("GET", f"/api/programs/v1/indicators/{indicator['id']}")).body
    assert shown["periods"][0]["target"] == period["target"] == 3.0


async def test_a_measurement_is_compared_with_the_target(here: System) -> None:
    one = await joint(here)
    indicator = await one.planned()
    file = await upload(here, one.partnership.id, one.village)
    measured = await measure(one, indicator, evidence=[file.body["id"]], comment="Dihitung bersama")
    first, second = measured["periods"]
    assert (first["on_target"], second["on_target"]) == (True, None)
    assert (
        first["actual"] | {"value": 2.0, "on": "2026-01-03", "evidence": [file.body["id"]]} == first["actual"]
    )
    assert first["history"] == [first["actual"]]
    assert measured["series"] == [
        {"on": "2025-12-31", "baseline": 14.0, "target": None, "actual": None},
        {"on": "2025-12-31", "baseline": None, "target": 3.0, "actual": 2.0},
        {"on": "2026-03-31", "baseline": None, "target": 2.5, "actual": None},
    ]
    last = (await events(here, "indicators", indicator["id"]))[-1]
    assert last["event"] == "indicator-measured.v2"
    assert (
        last["data"]
        | {
            "measurement_id": first["actual"]["id"],
            "value": 2.0,
            "target": 3.0,
            "on_target": True,
            "organisation_id": str(one.village),
            "evidence": [file.body["sha256"]],
        }
        == last["data"]
    )
    assert await one.read(f"indicators/{indicator['id']}") == measured


async def test_a_correction_replaces_the_current_measurement_and_keeps_it_readable(here: System) -> None:
    one = await joint(here)
    measured = await measure(one, await one.planned())
    first = measured["periods"][0]["actual"]["id"]
    path = f"indicators/{measured['id']}/measurements"
    body = found(value=5, reason="Dua laporan terlewat")
    corrected = await one.made(f"{path}/{first}/correct", body, one.police)
    period = corrected["periods"][0]
    assert [(each["value"], each["corrects"]) for each in period["history"]] == [(2.0, None), (5.0, first)]
    assert (period["actual"], period["on_target"]) == (period["history"][1], False)
    last = (await events(here, "indicators", measured["id"]))[-1]
    assert (last["event"], last["reason"]) == ("measurement-corrected.v2", "Dua laporan terlewat")
    assert (
        last["data"]
        | {
            "measurement_id": period["actual"]["id"],
            "corrects": first,
            "on_target": False,
            "organisation_id": str(one.police),
            "evidence": [],
        }
        == last["data"]
    )
    again = await one.post(f"{path}/{first}/correct", body, one.police)
    assert kind(again) == (409, "corrected-already")
    unknown = await one.post(f"{path}/{uuid4()}/correct", body, one.police)
    assert kind(unknown) == (404, "unknown-measurement")
    twice = await one.post(
        f"indicators/{measured['id']}/periods/{period['id']}/measurements", found(), one.police
    )
    assert kind(twice) == (409, "measured-already")


async def judged(
    one: Joint, measured: dict[str, Any], act: str, by: UUID | str, place: int = 0, **body: Any
) -> Answer:
    """Judge the current measurement of a period."""
    measurement = measured["periods"][place]["actual"]["id"]
    path = f"indicators/{measured['id']}/measurements/{measurement}/{act}"
    return await one.post(path, body or None, by)


async def test_another_party_verifies_a_measurement(here: System) -> None:
    one = await joint(here)
    measured = await measure(one, await one.planned())
    assert measured["periods"][0]["actual"]["state"] == "recorded"
    own = await judged(one, measured, "verify", one.village)
    assert kind(own) == (403, "judged-by-its-measurer")
    observer = await judged(one, measured, "verify", one.partnership.school)
    assert kind(observer) == (403, "not-a-party")
    verified = await judged(one, measured, "verify", one.police)
    actual = verified.body["periods"][0]["actual"]
    assert (actual["state"], actual["judged_by"], actual["dispute"]) == ("verified", str(one.police), "")
    last = (await events(here, "indicators", measured["id"]))[-1]
    assert last["event"] == "measurement-verified.v1"
    assert (
        last["data"]
        | {
            "measurement_id": actual["id"],
            "title": measured["title"],
            "value": 2.0,
            "organisation_id": str(one.village),
            "verified_by": str(one.police),
        }
        == last["data"]
    )
    late = await judged(one, measured, "dispute", one.police, reason="Terlambat")
    assert kind(late) == (409, "act-impossible")


async def test_a_dispute_of_a_measurement_is_public_and_answered_by_a_correction(here: System) -> None:
    one = await joint(here)
    measured = await measure(one, await one.planned())
    assert kind(await judged(one, measured, "dispute", one.police)) == (422, "invalid-request")
    disputed = await judged(one, measured, "dispute", one.police, reason="Dua laporan terlewat")
    actual = disputed.body["periods"][0]["actual"]
    assert (actual["state"], actual["dispute"]) == ("disputed", "Dua laporan terlewat")
    last = (await events(here, "indicators", measured["id"]))[-1]
    assert (last["event"], last["reason"]) == ("measurement-disputed.v1", "Dua laporan terlewat")
    assert (last["data"]["organisation_id"], last["data"]["disputed_by"]) == (
        str(one.village),
        str(one.police),
    )
    assert kind(await judged(one, measured, "verify", one.police)) == (409, "act-impossible")
    path = f"indicators/{measured['id']}/measurements/{actual['id']}/correct"
    corrected = await one.made(path, found(value=4, reason="Dihitung ulang"), one.village)
    history = corrected["periods"][0]["history"]
    assert [each["state"] for each in history] == ["disputed", "recorded"]
    replaced = await judged(one, measured, "verify", one.police)
    assert kind(replaced) == (409, "corrected-already")
    verified = await judged(one, corrected, "verify", one.police)
    assert [each["state"] for each in verified.body["periods"][0]["history"]] == ["disputed", "verified"]


async def test_whoever_had_a_hand_in_a_measurement_judges_it_for_no_party(here: System) -> None:
    """Who measured the period, who corrected it, who uploaded its evidence, who belongs to the party."""
    one = await joint(here)
    indicator, uploader, member = await one.planned(), str(uuid4()), uuid4()
    form = aiohttp.FormData({"partnership_id": str(one.partnership.id)}, quote_fields=False)
    form.add_field("file", b"a,b\r\n", filename="bukti.csv", content_type="text/csv")
    token = here.token("representative", organisation=one.village, person=uploader)
    file = await one.made("evidence", form, token)
    measured = await measure(one, indicator, evidence=[file["id"]])
    began = MembershipBegan(
        membership_id=uuid4(), organisation_id=one.village, member=member, since=date(2026, 1, 1)
    )
    at_the_police = began.model_copy(update={"organisation_id": one.police, "membership_id": uuid4()})
    await hear(here, began)
    await hear(here, at_the_police)
    for person in (uploader, str(member), person_of(one.village)):
        hat = here.token("representative", organisation=one.police, person=person)
        assert kind(await judged(one, measured, "verify", hat)) == (403, "judged-by-who-measured"), person
    path = f"indicators/{indicator['id']}/measurements/{measured['periods'][0]['actual']['id']}/correct"
    corrected = await one.made(path, found(value=3, reason="Salah hitung"), one.police)
    hat = here.representative(one.village, "p-3")
    before = here.token("representative", organisation=one.village, person=person_of(one.village))
    assert kind(await judged(one, corrected, "verify", before)) == (403, "judged-by-who-measured")
    assert (await judged(one, corrected, "verify", hat)).status == 200


@pytest.mark.parametrize(
    ("measure_of", "ascending", "value", "expected"),
    [
        ("percentage", True, 3, True),
        ("percentage", True, 2.999, False),
        ("ordinal", False, 3.001, False),
        ("nominal", True, 4, False),
        ("nominal", True, 3, True),
    ],
)
async def test_the_measure_says_what_reaching_means(
    here: System, measure_of: str, ascending: bool, value: float, expected: bool
) -> None:
    one = await joint(here)
    indicator = await one.planned(measure=measure_of, ascending=ascending)
    assert (await measure(one, indicator, value=value))["periods"][0]["on_target"] is expected


async def test_a_qualitative_indicator_is_told_in_words(here: System) -> None:
    one = await joint(here)
    plain = {"measure": "qualitative", "baseline": {"on": "2025-12-31", "comment": "Takut keluar"}}
    wrong = await one.post("indicators", one.indicator(measure="qualitative"), here.token("coordinator"))
    assert kind(wrong) == (422, "no-number-allowed")
    made = await one.made("indicators", one.indicator(**plain), one.village)
    path = f"indicators/{made['id']}/periods"
    days = {"starts": "2025-10-01", "ends": "2025-12-31"}
    assert kind(await one.post(path, days | {"target": 1}, one.village)) == (422, "no-number-allowed")
    made = await one.made(path, days | {"comment": "Berani keluar malam"}, one.village)
    there = f"{path}/{made['periods'][0]['id']}/measurements"
    assert kind(await one.post(there, found(), one.village)) == (422, "no-number-allowed")
    assert kind(await one.post(there, found(value=None), one.village)) == (422, "comment-needed")
    done = await one.made(there, found(value=None, comment="Warung buka lagi"), one.village)
    assert done["periods"][0]["on_target"] is None
    assert done["series"][1] == {"on": "2025-12-31", "baseline": None, "target": None, "actual": None}


async def test_a_target_moves_only_before_the_measurement(here: System) -> None:
    one = await joint(here)
    indicator = await one.planned()
    path = f"indicators/{indicator['id']}/periods/{indicator['periods'][0]['id']}"
    moved = await one.made(f"{path}/target", {"target": 1, "comment": "Lebih berani"}, one.police)
    assert moved["periods"][0]["target"] == 1.0
    measured = await measure(one, indicator)
    assert measured["periods"][0]["on_target"] is False
    late = await one.post(f"{path}/target", {"target": 9}, one.police)
    assert kind(late) == (409, "target-after-measurement")
    targets = [
        each["data"]["target"]
        for each in await events(here, "indicators", indicator["id"])
        if each["event"] == "target-set.v1"
    ]
    assert targets == [3.0, 2.5, 1.0]


async def test_a_missing_measurement_is_told_once_after_thirty_days(
    here: System, clock: MovableClock
) -> None:
    one = await joint(here)
    indicator = await one.planned()
    assert "measurement-missing" not in await told(here, "indicators", indicator["id"])
    # The first period ended with 31 December in Jakarta (17:00 UTC); thirty days later is 30 January.
    clock.set(datetime(2026, 1, 30, 16, 59, tzinfo=UTC))
    await fire(here)
    assert "measurement-missing" not in await told(here, "indicators", indicator["id"])
    clock.set(datetime(2026, 1, 30, 17, 0, tzinfo=UTC))
    await fire(here)
    last = (await events(here, "indicators", indicator["id"]))[-1]
    assert last["event"] == "measurement-missing.v1"
    assert last["data"] == {
        "indicator_id": indicator["id"],
        "program_id": one.id,
        "partnership_id": str(one.partnership.id),
        "title": "Kecelakaan di Jalan Lingkar",
        "period_start": "2025-10-01",
        "period_end": "2025-12-31",
    }
    assert last["by"] is None
    shown = await one.read(f"indicators/{indicator['id']}")
    assert [each["missing_since"] is not None for each in shown["periods"]] == [True, False]
    clock.move(timedelta(days=1))
    await fire(here)
    clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    await fire(here)
    missing = [
        each["data"]["period_end"]
        for each in await events(here, "indicators", indicator["id"])
        if each["event"] == "measurement-missing.v1"
    ]
    assert missing == ["2025-12-31", "2026-03-31"]
    measured = await measure(one, indicator)
    assert measured["periods"][0]["actual"] is not None
    missing_still = [each["missing_since"] is not None for each in measured["periods"]]
    assert missing_still == [False, True], "what was measured is missing no longer"


async def test_a_period_of_the_past_is_not_missed_at_once(here: System, clock: MovableClock) -> None:
    one = await joint(here)
    indicator = await one.made("indicators", one.indicator(), one.police)
    path = f"indicators/{indicator['id']}/periods"
    # On 5 January (Jakarta) the thirty days of the first are over, those of the second end tomorrow.
    await one.made(path, {"starts": "2025-01-01", "ends": "2025-12-05"}, one.police)
    await one.made(path, {"starts": "2025-12-06", "ends": "2025-12-06"}, one.police)
    clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    await fire(here)
    missing = [
        each["data"]["period_end"]
        for each in await events(here, "indicators", indicator["id"])
        if each["event"] == "measurement-missing.v1"
    ]
    assert missing == ["2025-12-06"]
    shown = await one.read(f"indicators/{indicator['id']}")
    assert [each["missing_since"] is not None for each in shown["periods"]] == [False, True]


async def test_after_a_stop_of_months_missing_measurements_are_told_in_order(
    here: System, clock: MovableClock
) -> None:
    one = await joint(here)
    indicator = await one.planned()
    clock.set(datetime(2026, 9, 1, tzinfo=UTC))
    await fire(here)
    missing = [
        each["data"]["period_end"]
        for each in await events(here, "indicators", indicator["id"])
        if each["event"] == "measurement-missing.v1"
    ]
    assert missing == ["2025-12-31", "2026-03-31"]


async def test_nothing_is_missing_where_it_was_measured_or_given_up(
    here: System, clock: MovableClock
) -> None:
    one = await joint(here)
    indicator = await one.planned()
    await measure(one, indicator)
    gone = await end(here, one.program, "abandon", one.police, reason="Dana habis")
    assert gone.status == 200, gone.body
    clock.set(datetime(2026, 9, 1, tzinfo=UTC))
    await fire(here)
    assert "measurement-missing" not in await told(here, "indicators", indicator["id"])


async def test_periods_do_not_overlap_and_measurements_fit_them(here: System) -> None:
    one = await joint(here)
    indicator = await one.planned()
    path = f"indicators/{indicator['id']}/periods"
    first = indicator["periods"][0]["id"]
    for body, refusal in (
        ({"starts": "2025-12-31", "ends": "2025-12-31"}, (409, "periods-overlap")),
        ({"starts": "2025-01-01", "ends": "2026-12-31"}, (409, "periods-overlap")),
        ({"starts": "2025-09-30", "ends": "2025-09-29"}, (422, "period-reversed")),
    ):
        assert kind(await one.post(path, body, one.police)) == refusal
    there = f"{path}/{first}/measurements"
    elsewhere = await joint(here)
    theirs = await upload(here, elsewhere.partnership.id, elsewhere.police)
    for more, refusal in (
        ({"value": None}, (422, "number-needed")),
        ({"on": "2025-09-30"}, (422, "measured-too-early")),
        ({"on": "2026-01-06"}, (422, "day-to-come")),
        ({"evidence": [theirs.body["id"]]}, (404, "evidence-of-another-partnership")),
        ({"evidence": [str(uuid4())]}, (404, "evidence-of-another-partnership")),
    ):
        assert kind(await one.post(there, found(**more), one.police)) == refusal
    unknown = await one.post(f"{path}/{uuid4()}/measurements", found(), one.police)
    assert kind(unknown) == (404, "unknown-period")
    assert (await one.read(f"indicators/{indicator['id']}")) == indicator


async def test_who_may_define_and_measure(here: System) -> None:
    one = await joint(here)
    problem = await registered(here, one.partnership)
    refused = await one.post("indicators", one.indicator(problem_id=problem["id"]), one.police)
    assert kind(refused) == (422, "problem-of-another-programme")
    for by in (one.partnership.school, uuid4()):
        assert kind(await one.post("indicators", one.indicator(), by)) == (403, "not-a-party")
    future = one.indicator(baseline={"value": 1, "on": "2026-01-06"})
    assert kind(await one.post("indicators", future, one.police)) == (422, "day-to-come")
    nowhere = one.indicator(locations=["35.15", "99.99"])
    assert kind(await one.post("indicators", nowhere, one.police)) == (422, "unknown-area")
    foreign = await one.post("indicators", one.indicator(), stranger(here))
    assert kind(foreign) == (403, "other-agency")
    bare = one.indicator(baseline={"on": "2026-01-01"})
    assert kind(await one.post("indicators", bare, one.police)) == (422, "number-needed")
    indicator = await one.planned()
    there = f"indicators/{indicator['id']}/periods/{indicator['periods'][0]['id']}/measurements"
    assert kind(await one.post(there, found(), here.token("coordinator"))) == (403, "role-missing")
    assert kind(await one.post(there, found(), one.partnership.school)) == (403, "not-a-party")
    stale = await here.call(
        "POST", f"/api/programs/v1/{there}", found(), token=here.representative(one.police), If_Match='"1"'
    )
    assert kind(stale) == (412, "changed-since-read")


async def test_indicators_are_found_by_every_facet(here: System) -> None:
    one = await joint(here)
    first = await one.made("indicators", one.indicator(result="output", capacity="build"), one.police)
    second = await one.made("indicators", one.indicator(measure="percentage"), one.village)
    for query, hits in {
        f"program_id={one.id}": [first, second],
        f"partnership_id={uuid4()}": [],
        f"problem_id={uuid4()}": [],
        "result=output": [first],
        "measure=percentage": [second],
        "capacity=build": [first],
    }.items():
        items = (await one.read(f"indicators?{query}"))["items"]
        assert [item["id"] for item in items] == [each["id"] for each in hits], query
    page = await one.read("indicators?limit=1")
    rest = await one.read(f"indicators?cursor={page['next']}")
    assert [item["id"] for item in rest["items"]] == [second["id"]]
    assert (await here.call("GET", f"/api/programs/v1/indicators/{uuid4()}/timeline")).status == 404


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), 1.1e15, -1.1e15, 10**400, "1e999", True, "x"]
)
async def test_numbers_that_are_none_are_refused(here: System, value: Any) -> None:
    one = await joint(here)
    indicator = await one.planned()
    there = f"indicators/{indicator['id']}/periods"
    body = {"starts": "2027-01-01", "ends": "2027-01-31", "target": value}
    answer = await one.post(there, body, one.police)
    assert answer.status == 422, answer.body
    assert answer.body["errors"][0]["pointer"] == "/target"


async def test_numbers_at_the_edge_are_kept_as_they_are(here: System) -> None:
    one = await joint(here)
    indicator = await one.made("indicators", one.indicator(), one.police)
    numbers = [0.1, 1e15, -1e15, 1e-9, 0, 123456789.125]
    for year, value in enumerate(numbers, 2027):
        body = {"starts": f"{year}-01-01", "ends": f"{year}-12-31", "target": value}
        await one.made(f"indicators/{indicator['id']}/periods", body, one.police)
    shown = await one.read(f"indicators/{indicator['id']}")
    assert [each["target"] for each in shown["periods"]] == numbers
