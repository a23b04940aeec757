"""What a party says that it gave counts once another party and another person have verified it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.event import read_event
from shared.contracts.partners import PartyLeft
from shared.contracts.programs import ContributionRecorded
from shared.contracts.vocabulary import ContributionUnit
from tests.programs.measures import joint, kind
from tests.programs.world import events, hear, person_of, told
from tests.support.system import System


async def test_another_party_verifies_a_contribution(here: System) -> None:
    one = await joint(here)
    stage = one.program["stages"][0]["id"]
    made = await one.made("contributions", one.contribution(stage_id=stage), one.police)
    assert (made["state"], made["amount"], made["value"]) == ("recorded", 12.5, 1_250_000)
    assert made["currency"] == "IDR", "where the programme names no other"
    verified = await one.made(f"contributions/{made['id']}/verify", None, one.village)
    assert (verified["state"], verified["judged_by"]) == ("verified", str(one.village))
    happened = await events(here, "contributions", made["id"])
    assert [each["event"] for each in happened] == [
        "contribution-recorded.v2",
        "contribution-verified.v2",
    ]
    common = {
        "contribution_id": made["id"],
        "program_id": one.id,
        "partnership_id": str(one.partnership.id),
        "stage_id": stage,
        "organisation_id": str(one.police),
        "kind": "time",
        "value": 1_250_000,
        "currency": "IDR",
        "on": "2026-01-04",
    }
    measured = {"amount": 12.5, "unit": "hour"}
    assert happened[0]["data"] == common | measured
    assert happened[1]["data"] == common | measured | {"verified_by": str(one.village)}
    assert await one.read(f"contributions/{made['id']}") == verified


async def test_a_unit_that_is_not_in_the_list_is_named_in_the_note(here: System) -> None:
    one = await joint(here)
    nameless = await one.post("contributions", one.contribution(unit="other", note=""), one.police)
    assert kind(nameless) == (422, "unit-unnamed")
    free = await one.post("contributions", one.contribution(unit="jam"), one.police)
    assert (kind(free), free.body["errors"][0]["pointer"]) == ((422, "invalid-request"), "/unit")
    made = await one.made("contributions", one.contribution(unit="other", note="Ember pasir"), one.police)
    path = f"contributions/{made['id']}"
    await one.made(f"{path}/dispute", {"reason": "Lebih sedikit"}, one.village)
    body = {"amount": 2, "value": 0, "note": ""}
    assert kind(await one.post(f"{path}/correct", body, one.police)) == (422, "unit-unnamed")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Jam", "hour"),
        (" hours ", "hour"),
        ("Rp.", "IDR"),
        ("IDR", "IDR"),
        ("paket", "package"),
        ("liter", "litre"),
        ("kg", "kg"),
        ("ember", "other"),
        ("", "other"),
    ],
)
def test_a_free_text_of_before_the_list_is_read_as_the_unit_that_it_means(text: str, unit: str) -> None:
    assert ContributionUnit.of_text(text) == unit
    told_before = {
        "contribution_id": str(uuid4()),
        "program_id": str(uuid4()),
        "partnership_id": str(uuid4()),
        "stage_id": None,
        "organisation_id": str(uuid4()),
        "kind": "time",
        "amount": 2,
        "unit": text,
        "value": 0,
        "currency": "IDR",
        "on": "2026-01-04",
    }
    read = read_event("programs.contribution-recorded", 1, told_before)
    assert isinstance(read, ContributionRecorded)
    assert read.unit == unit


async def test_a_disputed_contribution_is_corrected_and_what_was_said_stays(here: System) -> None:
    one = await joint(here)
    made = await one.made("contributions", one.contribution(), one.police)
    path = f"contributions/{made['id']}"
    early = {"amount": 1, "value": 1, "note": ""}
    assert kind(await one.post(f"{path}/correct", early, one.police)) == (409, "act-impossible")
    disputed = await one.made(f"{path}/dispute", {"reason": "Hanya 8 jam"}, one.village)
    assert (disputed["state"], disputed["reason"]) == ("disputed", "Hanya 8 jam")
    same = {"amount": 12.5, "value": 1_250_000, "note": "Ronda malam"}
    assert kind(await one.post(f"{path}/correct", same, one.police)) == (422, "nothing-corrected")
    assert kind(await one.post(f"{path}/correct", early, one.village)) == (403, "not-the-contributor")
    body = {"amount": 8, "value": 800_000, "note": "Ronda malam, dihitung ulang"}
    corrected = await one.made(f"{path}/correct", body, one.police)
    assert corrected | body | {"state": "recorded", "judged_by": None, "reason": ""} == corrected
    (earlier,) = corrected["earlier"]
    assert earlier | {"amount": 12.5, "value": 1_250_000, "reason": "Hanya 8 jam"} == earlier
    assert earlier["disputed_by"] == str(one.village)
    await one.made(f"{path}/dispute", {"reason": "Masih salah"}, one.village)
    again = await one.made(f"{path}/correct", body | {"value": 700_000}, one.police)
    assert [each["value"] for each in again["earlier"]] == [1_250_000, 800_000]
    await one.made(f"{path}/verify", None, one.village)
    assert kind(await one.post(f"{path}/verify", None, one.village)) == (409, "act-impossible")
    assert await told(here, "contributions", made["id"]) == [
        "contribution-recorded",
        "contribution-disputed",
        "contribution-recorded",
        "contribution-disputed",
        "contribution-recorded",
        "contribution-verified",
    ]
    shares = await one.read(f"programs/{one.id}/contributions/shares")
    assert sum(each["value"] for each in shares["parties"]) == 700_000


async def test_nobody_judges_their_own_contribution(here: System) -> None:
    one = await joint(here)
    made = await one.made("contributions", one.contribution(), one.police)
    for verb, body in (("verify", None), ("dispute", {"reason": "Tidak"})):
        path = f"contributions/{made['id']}/{verb}"
        assert kind(await one.post(path, body, one.police)) == (403, "judged-by-its-contributor")
        turncoat = here.token("representative", organisation=one.village, person=person_of(one.police))
        assert kind(await one.post(path, body, turncoat)) == (403, "judged-by-its-recorder")
        for stranger in (one.partnership.school, uuid4()):
            assert kind(await one.post(path, body, stranger)) == (403, "not-a-party")
    assert (await one.read(f"contributions/{made['id']}"))["state"] == "recorded"


async def test_shares_count_verified_contributions_alone(here: System) -> None:
    one = await joint(here, budget={"amount": 5_000_000, "currency": "USD"})
    path = f"programs/{one.id}/contributions/shares"
    empty = await one.read(path)
    assert (empty["program_id"], empty["currency"]) == (one.id, "USD")
    assert {each["organisation_id"]: (each["count"], each["value"]) for each in empty["parties"]} == {
        str(one.police): (0, 0),
        str(one.village): (0, 0),
    }
    for value, by, other in (
        (10**15, one.police, one.village),
        (10**15, one.police, one.village),
        (0, one.village, one.police),
        (7, one.village, None),
    ):
        made = await one.made("contributions", one.contribution(value=value), by)
        assert made["currency"] == "USD"
        if other:
            await one.made(f"contributions/{made['id']}/verify", None, other)
    shares = await one.read(path)
    found = {each["name"]: (each["count"], each["value"]) for each in shares["parties"]}
    assert found == {"Polresta Contoh": (2, 2 * 10**15), "Forum Desa Contoh": (1, 0)}
    left = PartyLeft(
        partnership_id=one.partnership.id, party_id=uuid4(), organisation_id=one.village, reason="Pindah"
    )
    await hear(here, left)
    shares = await one.read(path)
    counts = {each["name"]: each["count"] for each in shares["parties"]}
    assert counts == {"Polresta Contoh": 2, "Forum Desa Contoh": 1}, "who has left is still named"
    unknown = await here.call("GET", f"/api/programs/v1/programs/{uuid4()}/contributions/shares")
    assert unknown.status == 404


async def test_contributions_are_found_by_every_facet(here: System) -> None:
    one = await joint(here)
    stage = one.program["stages"][0]["id"]
    first = await one.made("contributions", one.contribution(stage_id=stage), one.police)
    second = await one.made("contributions", one.contribution(kind="funds"), one.village)
    await one.made(f"contributions/{second['id']}/verify", None, one.police)
    for query, found in {
        f"program_id={one.id}": [first, second],
        f"partnership_id={uuid4()}": [],
        f"stage_id={stage}": [first],
        f"organisation_id={one.village}": [second],
        "kind=funds": [second],
        "state=recorded": [first],
        "limit=1": [first],
    }.items():
        items = (await one.read(f"contributions?{query}"))["items"]
        assert [item["id"] for item in items] == [each["id"] for each in found], query
    page = await one.read("contributions?limit=1")
    rest = await one.read(f"contributions?cursor={page['next']}")
    assert [item["id"] for item in rest["items"]] == [second["id"]]


async def test_what_does_not_belong_together_is_refused(here: System) -> None:
    one = await joint(here)
    for more, refusal in (
        ({"program_id": str(uuid4())}, (404, "unknown-aggregate")),
        ({"stage_id": str(uuid4())}, (404, "unknown-stage")),
        ({"on": "2026-01-06"}, (422, "day-to-come")),
    ):
        assert kind(await one.post("contributions", one.contribution(**more), one.police)) == refusal
    path = f"contributions/{uuid4()}"
    assert (await one.post(f"{path}/verify", None, one.police)).status == 404
    assert (await here.call("GET", f"/api/programs/v1/{path}/timeline")).status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 0),
        ("amount", -1),
        ("amount", float("nan")),
        ("amount", float("inf")),
        ("amount", 10**400),
        ("amount", 2e15),
        ("value", -1),
        ("value", 10**30),
        ("unit", ""),
        ("kind", "love"),
        ("note", "a\0b"),
    ],
)
async def test_values_out_of_shape_name_their_place(here: System, field: str, value: Any) -> None:
    one = await joint(here)
    answer = await one.post("contributions", one.contribution(**{field: value}), one.police)
    assert answer.status == 422, answer.body
    assert answer.body["errors"][0]["pointer"].startswith(f"/{field}")
