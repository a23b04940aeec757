"""Organisations are registered once, amended by their agency, and found."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.partners.world import BASE, events, formed, got, made, other_agency, post, problem
from tests.support.system import System
from tests.support.wait import eventually

BODY = {"name": "Sekolah Contoh", "kind": "school", "area": "35.15"}


async def test_an_organisation_is_registered_once(here: System) -> None:
    path, key = f"{BASE}/organisations", {"Idempotency_Key": "k-1"}
    first = await here.call("POST", path, BODY, token=here.token("coordinator"), **key)
    again = await here.call("POST", path, BODY, token=here.token("coordinator"), **key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = BODY | {"name": "Lain"}
    reused = await here.call("POST", path, other, token=here.token("coordinator"), **key)
    assert problem(reused) == (422, "idempotency-key-reused")
    assert problem(await post(here, "/organisations", BODY)) == (409, "name-taken")
    assert [item["name"] for item in (await got(here, "/organisations"))["items"]] == ["Sekolah Contoh"]
    shown = await here.call("GET", f"{path}/{first.body['id']}")
    assert (shown.status, shown.headers["ETag"]) == (200, first.headers["ETag"])
    assert shown.body["area_name"] == "Kabupaten Sidoarjo"


async def test_of_twelve_who_register_a_name_at_once_one_does(here: System) -> None:
    answers = await asyncio.gather(*(post(here, "/organisations", BODY) for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 11
    refused = {problem(answer) for answer in answers if answer.status != 201}
    assert refused == {(409, "name-taken")}
    found = (await got(here, "/organisations"))["items"]
    assert [doe["name"] for doe in found] == [BODY["name"]]
    assert await events(here, f"/organisations/{found[0]['id']}") == ["organisation-registered"]


async def test_an_area_code_that_looks_indonesian_exists(here: System) -> None:
    for area, name in (("35.15.08.2001", None), ("MY-13", None), ("31", "DKI Jakarta")):
        body = BODY | {"name": f"Di {area}", "area": area}
        assert (await made(here, "/organisations", body))["area_name"] == name
    for area in ("99", "35.15.99", "35.15.99.2001", "35.2001"):
        body = BODY | {"name": f"Di {area}", "area": area}
        assert problem(await post(here, "/organisations", body)) == (422, "unknown-area"), area


async def test_an_amended_organisation_is_shown_so_in_its_partnerships(here: System) -> None:
    partnership, (_, village) = await formed(here, "lead", "member")
    path = f"/organisations/{village}"
    amended = await made(here, f"{path}/amend", {"name": "Forum Baru", "area": "35.78"})
    assert (amended["name"], amended["area_name"], amended["kind"]) == (
        "Forum Baru",
        "Kota Surabaya",
        "community",
    )
    shown = await got(here, f"/partnerships/{partnership}")
    assert [party["organisation_name"] for party in shown["parties"]] == ["Organisasi 0", "Forum Baru"]
    assert await events(here, path) == ["organisation-registered", "organisation-amended"]
    same_name = await post(here, f"{path}/amend", {"name": "Forum Baru", "area": "35"})
    assert same_name.status == 200


async def test_only_the_own_agency_amends_an_organisation(here: System) -> None:
    await here.organisation("Lain", "ngo")
    path = f"/organisations/{await here.organisation('Forum', 'community')}/amend"
    body = {"name": "Forum Kita", "area": "35.15"}
    by_other = await post(here, path, body, token=other_agency(here, "coordinator"))
    assert problem(by_other) == (403, "other-agency")
    assert problem(await post(here, path, body, token=here.token("secretary"))) == (403, "role-missing")
    assert problem(await post(here, path, body | {"name": "Lain"})) == (409, "name-taken")
    assert problem(await post(here, path, body | {"area": "35.99"})) == (422, "unknown-area")
    unknown = await post(here, f"/organisations/{uuid4()}/amend", body)
    assert problem(unknown) == (404, "unknown-aggregate")


async def test_organisations_are_found_by_kind_area_and_name(here: System) -> None:
    for name, kind, area in (
        ("Polresta Contoh", "police", "35.15"),
        ("Forum 100% Desa", "community", "35.15.08.2001"),
        ("Radio Contoh", "media", "31"),
    ):
        await made(here, "/organisations", {"name": name, "kind": kind, "area": area})

    async def names(query: str) -> list[str]:
        return [item["name"] for item in (await got(here, f"/organisations?{query}"))["items"]]

    assert await names("kind=police") == ["Polresta Contoh"]
    assert await names("area=35") == ["Polresta Contoh", "Forum 100% Desa"]
    assert await names("area=3") == []
    assert await names("q=CONTOH") == ["Polresta Contoh", "Radio Contoh"]
    assert await names("q=100%25") == ["Forum 100% Desa"]
    assert await names("q=contoh&kind=media&area=31") == ["Radio Contoh"]
    for query in ("q=%00", "q=%ff%fe%00", "kind=gang", "area=%00", "q="):
        assert (await here.call("GET", f"{BASE}/organisations?{query}")).status == 422, query


async def test_bad_input_names_each_place(here: System) -> None:
    answer = await here.call(
        "POST",
        f"{BASE}/organisations",
        {"name": " ", "kind": "gang"},
        token=here.token("coordinator"),
        Accept_Language="en",
    )
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert {error["pointer"] for error in answer.body["errors"]} == {"/name", "/kind", "/area"}
    assert answer.headers["Content-Language"] == "en"
    unknown = await here.call("GET", f"{BASE}/partnerships/{uuid4()}")
    assert (unknown.status, unknown.headers["Content-Language"]) == (404, "id")
    assert (await here.call("GET", f"{BASE}/nothing")).status == 404
    assert (await here.call("GET", f"{BASE}/partnerships?cursor=%21")).status == 422


@pytest.mark.parametrize("name", ["x\0y", "\ud800 setengah", "x" * 201, 7])
async def test_a_name_that_nothing_can_keep_is_refused(here: System, name: object) -> None:
    assert problem(await post(here, "/organisations", BODY | {"name": name}))[0] in (400, 422)


async def test_pages_lead_on_to_the_end(here: System) -> None:
    for number in range(5):
        await here.organisation(f"Organisasi {number}", "community")
    seen, cursor = [], ""
    while True:
        page = await got(here, f"/organisations?limit=2{cursor}")
        seen += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"Organisasi {number}" for number in range(5)]


async def test_areas_are_looked_up(here: System) -> None:
    assert await got(here, "/areas/35.15") == {
        "code": "35.15",
        "name": "Kabupaten Sidoarjo",
        "part_of": "35",
        "part_of_name": "Jawa Timur",
    }
    found = await got(here, "/areas?q=sidoarjo")
    assert [area["code"] for area in found] == ["35.15", "35.15.08"]
    assert len(await got(here, "/areas?q=a&limit=3")) == 3
    assert problem(await here.call("GET", f"{BASE}/areas/99.99")) == (404, "unknown-aggregate")
    assert (await here.call("GET", f"{BASE}/areas?q=")).status == 422


async def test_the_service_says_how_it_is(here: System) -> None:
    await here.organisation("Organisasi", "community")

    async def ready() -> Any:
        answer = await here.call("GET", "/readyz")
        assert answer.status == 200, answer.body
        return answer

    names = {check["name"] for check in (await eventually(ready)).body["checks"]}
    assert {"broker", "migrations", "relay", "streams"} <= names
    assert (await here.call("GET", "/healthz")).status == 200
    text = (await here.call("GET", "/metrics")).body.decode()
    assert 'kemitraan_commands_total{command="register_organisation",outcome="accepted"' in text
    assert (await here.call("GET", "/.well-known/jwks.json")).body["keys"][0]["crv"] == "Ed25519"
