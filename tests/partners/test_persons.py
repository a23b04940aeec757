"""A person's data stays with the coordinators of the agency; memberships are known by opaque ids."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.partners.world import BASE, formed, got, made, member, other_agency, post, problem
from tests.support.system import System

PERSON = {"name": "Siti Contoh", "email": "siti@contoh.example", "phone": "+6281234567890"}


async def test_a_person_is_seen_by_the_coordinators_of_the_same_agency_alone(here: System) -> None:
    made_so = await made(here, "/persons", PERSON)
    path, coordinator = f"/persons/{made_so['id']}", here.token("coordinator")
    shown = await here.call("GET", f"{BASE}{path}", token=coordinator)
    assert (shown.body, shown.headers["ETag"]) == (made_so, '"1"')
    assert (shown.body["email"], shown.body["phone"]) == (PERSON["email"], PERSON["phone"])
    stranger = other_agency(here, "coordinator")
    assert problem(await here.call("GET", f"{BASE}{path}", token=stranger)) == (404, "unknown-aggregate")
    assert (await got(here, "/persons", stranger))["items"] == []
    for token, refused in ((None, 401), (here.token("representative"), 403)):
        assert (await here.call("GET", f"{BASE}{path}", token=token)).status == refused
        assert (await here.call("GET", f"{BASE}/persons", token=token)).status == refused
    found = await got(here, "/persons?q=siti", coordinator)
    assert [item["id"] for item in found["items"]] == [made_so["id"]]
    assert (await got(here, "/persons?q=budi", coordinator))["items"] == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("081234567890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("0062 812 3456 7890", "+6281234567890"),
        ("(031) 8941234", "+62318941234"),
        ("+65 6123 4567", "+6561234567"),
    ],
)
async def test_a_telephone_number_is_taken_as_people_write_it(here: System, written: str, kept: str) -> None:
    assert (await post(here, "/persons", PERSON | {"phone": written})).body["phone"] == kept


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "siti"},
        {"email": "siti\0@contoh.example"},
        {"email": "x" * 300 + "@contoh.example"},
        {"phone": "+62812"},
        {"phone": "siti"},
        {"phone": "(031) 8941234 ext 12"},
        {"name": "Siti\u202eContoh"},
        {"name": ""},
    ],
)
async def test_only_addresses_that_can_be_reached_are_kept(here: System, changed: dict[str, Any]) -> None:
    assert problem(await post(here, "/persons", PERSON | changed)) == (422, "invalid-request")


async def test_a_person_is_corrected_by_the_own_agency(here: System) -> None:
    person = await made(here, "/persons", PERSON)
    path, body = f"/persons/{person['id']}/amend", {"name": "Siti Aminah Contoh"}
    stranger = await post(here, path, body, token=other_agency(here, "coordinator"))
    assert problem(stranger) == (404, "unknown-aggregate")
    token = here.token("coordinator")
    amended = await here.call("POST", f"{BASE}{path}", body, token=token, If_Match='"1"')
    assert (amended.body["name"], amended.body["email"]) == ("Siti Aminah Contoh", None)
    stale = await here.call("POST", f"{BASE}{path}", body, token=token, If_Match='"1"')
    assert problem(stale) == (412, "changed-since-read")
    assert (await post(here, f"/persons/{uuid4()}/amend", body)).status == 404


async def test_a_membership_begins_and_ends(here: System) -> None:
    village = await here.organisation("Forum", "community")
    person = await made(here, "/persons", PERSON)
    body = {
        "person_id": person["id"],
        "organisation_id": str(village),
        "role": "Ketua",
        "since": "2025-03-01",
    }
    membership = await made(here, "/memberships", body)
    assert problem(await post(here, "/memberships", body)) == (409, "member-already")
    path, token = f"/memberships/{membership['id']}", here.token("coordinator")
    for until, code in (("2025-02-28", "membership-ends-too-early"), ("2026-01-06", "day-to-come")):
        assert problem(await post(here, f"{path}/end", {"until": until})) == (422, code)
    ended = await made(here, f"{path}/end", {"until": "2026-01-05"})
    assert ended["until"] == "2026-01-05"
    assert problem(await post(here, f"{path}/end", {"until": "2026-01-05"})) == (409, "membership-over")
    timeline = await got(here, f"{path}/timeline", token)
    assert [event["event"] for event in timeline] == ["membership-began.v1", "membership-ended.v1"]
    assert timeline[0]["data"] == {
        "membership_id": membership["id"],
        "organisation_id": str(village),
        "member": person["id"],
        "since": "2025-03-01",
    }
    assert not any(text in str(timeline) for text in ("Siti", "siti@", "+62"))
    assert (await got(here, path, token)) == ended
    await made(here, "/memberships", body | {"since": "2026-01-05"})


async def test_a_membership_joins_a_person_and_an_organisation_of_one_agency(here: System) -> None:
    village = await here.organisation("Forum", "community")
    person = (await made(here, "/persons", PERSON))["id"]
    body = {"person_id": person, "organisation_id": str(village), "role": "Ketua", "since": "2026-01-01"}
    other = other_agency(here, "coordinator")
    assert problem(await post(here, "/memberships", body, token=other)) == (404, "unknown-aggregate")
    theirs = (await made(here, "/persons", PERSON, token=other))["id"]
    foreign = await post(here, "/memberships", body | {"person_id": theirs}, token=other)
    assert problem(foreign) == (403, "other-agency")
    late = await post(here, "/memberships", body | {"since": "2026-01-06"})
    assert problem(late) == (422, "day-to-come")
    assert (await post(here, "/memberships", body | {"since": "0001-01-01"})).status == 422
    assert (await post(here, "/memberships", body | {"organisation_id": str(uuid4())})).status == 404


async def test_memberships_are_seen_by_those_who_need_them(here: System) -> None:
    forum, school = [
        await here.organisation(*membership) for membership in (("Forum", "community"), ("SMA", "school"))
    ]
    ani, budi = await member(here, forum, "Ani Contoh"), await member(here, school, "Budi Contoh")

    async def seen(token: str, query: str = "") -> list[str]:
        return [item["person_id"] for item in (await got(here, f"/memberships{query}", token))["items"]]

    coordinator = here.token("coordinator")
    assert await seen(coordinator) == [ani, budi]
    assert await seen(coordinator, f"?organisation_id={school}") == [budi]
    assert await seen(coordinator, f"?person_id={ani}") == [ani]
    assert await seen(here.representative(forum)) == [ani]
    assert await seen(other_agency(here, "coordinator")) == []
    assert (await here.call("GET", f"{BASE}/memberships")).status == 401
    page = await got(here, "/memberships", coordinator)
    path = f"{BASE}/memberships/{page['items'][0]['id']}"
    assert (await here.call("GET", path, token=here.representative(school))).status == 404
    assert (await here.call("GET", f"{path}/timeline", token=here.representative(school))).status == 404
    assert (await here.call("GET", path, token=here.token("secretary"))).status == 403


async def test_a_retired_person_leaves_every_organisation(here: System) -> None:
    forum, school = [await here.organisation(*leaf) for leaf in (("Forum", "community"), ("SMA", "school"))]
    person = await member(here, forum)
    second = {"person_id": person, "organisation_id": str(school), "role": "Guru", "since": "2026-01-05"}
    await made(here, "/memberships", second)
    retired = await made(here, f"/persons/{person}/retire", None)
    assert retired["retired_at"] is not None
    found = await got(here, f"/memberships?person_id={person}", here.token("coordinator"))
    assert [item["until"] for item in found["items"]] == ["2026-01-05", "2026-01-05"]
    for path, body in (
        (f"/persons/{person}/retire", None),
        (f"/persons/{person}/amend", {"name": "Lain"}),
        ("/memberships", second),
    ):
        assert problem(await post(here, path, body)) == (409, "person-retired")


async def test_a_party_registers_its_own_people(here: System) -> None:
    _, (police, village) = await formed(here, "lead", "member")
    token, path = here.representative(village), f"/organisations/{village}/members"
    body = {"name": "Sulastri", "phone": "+62 812 3456 7890", "role": "Ketua RT", "since": "2026-01-05"}
    for by, refusal in (
        (here.representative(police), "not-yours"),
        (other_agency(here, "coordinator"), "other-agency"),
        (here.token("secretary"), "role-missing"),
    ):
        assert problem(await post(here, path, body, token=by)) == (403, refusal)
    began = await made(here, path, body, token=token)
    assert (began["organisation_id"], began["role"], began["until"]) == (str(village), "Ketua RT", None)
    own = here.token("auditor", agency=here.workspace(village))
    person = f"/persons/{began['person_id']}"
    assert (await got(here, person, own))["name"] == "Sulastri"
    hosting = await here.call("GET", f"{BASE}{person}", token=here.token("auditor"))
    assert hosting.status == 404, "those of another workspace do not read its people"
    mine = await got(here, "/memberships", token)
    assert [item["id"] for item in mine["items"]] == [began["id"]]
    to_come = body | {"since": "2026-01-07"}
    assert problem(await post(here, path, to_come, token=token)) == (422, "day-to-come")
    end, last = f"/memberships/{began['id']}/end", {"until": "2026-01-05"}
    foreign = await post(here, end, last, token=here.representative(police))
    assert foreign.status in (403, 404)
    assert (await made(here, end, last, token=token))["until"] == "2026-01-05"
