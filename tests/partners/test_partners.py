"""Organisations come together, agree on a charter, and each of them signs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.partners.service import service
from tests.support.postgres import Postgres
from tests.support.system import System, system

BASE = "/api/partners/v1"


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The registry alone, on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database()
    async with system(tmp_path, [service], url) as running:
        yield running


async def parties(here: System, *roles: str) -> list[dict[str, Any]]:
    """Parties in these roles: the police first, then others."""
    found = []
    for number, role in enumerate(roles):
        kind = "police" if number == 0 else "community"
        organisation = await here.organisation(f"Organisasi {number}", kind)
        found.append(
            {"organisation_id": str(organisation), "role": role, "contributes": "work", "gains": "safety"}
        )
    return found


async def formed(here: System, *roles: str) -> tuple[str, list[UUID]]:
    members = await parties(here, *roles)
    body = {"title": "Aman bersama", "area": "35.15", "problem": "balap liar", "parties": members}
    answer = await here.call("POST", f"{BASE}/partnerships", body, token=here.token("coordinator"))
    assert answer.status == 201, answer.body
    return answer.body["id"], [UUID(one["organisation_id"]) for one in members]


async def propose(here: System, partnership: str, organisation: UUID) -> Any:
    body = {"vision": "Hidup lebih baik", "mission": "Mencegah, menangani, memulihkan"}
    path = f"{BASE}/partnerships/{partnership}/charter"
    return await here.call("POST", path, body, token=here.representative(organisation))


async def sign(here: System, partnership: str, organisation: UUID, version: int = 1) -> Any:
    path = f"{BASE}/partnerships/{partnership}/signatures"
    return await here.call(
        "POST", path, {"charter_version": version}, token=here.representative(organisation)
    )


async def test_the_last_signature_puts_a_partnership_in_force(here: System) -> None:
    partnership, (lead, member, observer) = await formed(here, "lead", "member", "observer")
    assert (await propose(here, partnership, lead)).status == 201
    first = await sign(here, partnership, lead)
    assert (first.status, first.body["state"]) == (201, "proposed")
    last = await sign(here, partnership, member)
    assert (last.status, last.body["state"]) == (201, "signed")
    assert last.body["signed_at"] is not None
    path = f"{BASE}/partnerships/{partnership}"
    timeline = await here.call("GET", f"{path}/timeline")
    assert [one["event"] for one in timeline.body] == [
        "partnership-formed.v1",
        "charter-proposed.v1",
        "charter-endorsed.v1",
        "charter-endorsed.v1",
        "partnership-signed.v1",
    ]
    refused = await sign(here, partnership, observer)
    assert refused.body["type"] == "/problems/charter-not-proposed"


async def test_a_new_charter_version_needs_every_signature_again(here: System) -> None:
    partnership, (lead, member) = await formed(here, "lead", "member")
    await propose(here, partnership, lead)
    await sign(here, partnership, lead)
    await propose(here, partnership, lead)
    stale = await sign(here, partnership, member, version=1)
    assert (stale.status, stale.body["type"]) == (412, "/problems/charter-unread")
    await sign(here, partnership, member, version=2)
    shown = await here.call("GET", f"{BASE}/partnerships/{partnership}")
    assert shown.body["state"] == "proposed"
    assert (await sign(here, partnership, lead, version=2)).body["state"] == "signed"


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        (("member", "member"), "one-lead-needed"),
        (("lead", "lead"), "one-lead-needed"),
    ],
)
async def test_a_partnership_has_one_lead(here: System, roles: tuple[str, ...], code: str) -> None:
    body = {"title": "Tanpa", "area": "35.15", "problem": "xx", "parties": await parties(here, *roles)}
    answer = await here.call("POST", f"{BASE}/partnerships", body, token=here.token("coordinator"))
    assert (answer.status, answer.body["type"]) == (422, f"/problems/{code}")
    assert (await here.call("GET", f"{BASE}/partnerships")).body["items"] == []


async def test_police_alone_are_no_partnership(here: System) -> None:
    first = await here.organisation("Polisi satu", "police")
    second = await here.organisation("Polisi dua", "police")
    members = [
        {"organisation_id": str(one), "role": role, "contributes": "work", "gains": "safety"}
        for one, role in ((first, "lead"), (second, "member"))
    ]
    body = {"title": "Sendiri", "area": "35.15", "problem": "xx", "parties": members}
    answer = await here.call("POST", f"{BASE}/partnerships", body, token=here.token("coordinator"))
    assert answer.body["type"] == "/problems/parties-too-few"
    members[1] = members[0] | {"role": "member"}
    village = await here.organisation("Desa", "community")
    members.append({"organisation_id": str(village), "role": "member", "contributes": "ww", "gains": "ss"})
    answer = await here.call("POST", f"{BASE}/partnerships", body, token=here.token("coordinator"))
    assert answer.body["type"] == "/problems/party-twice"


async def test_who_may_propose_and_sign(here: System) -> None:
    partnership, (lead, member, observer) = await formed(here, "lead", "member", "observer")
    early = await sign(here, partnership, lead)
    assert (early.status, early.body["type"]) == (409, "/problems/charter-not-proposed")
    assert (await propose(here, partnership, member)).body["type"] == "/problems/not-the-lead"
    assert (await propose(here, partnership, uuid4())).body["type"] == "/problems/not-a-party"
    await propose(here, partnership, lead)
    assert (await sign(here, partnership, observer)).body["type"] == "/problems/observers-do-not-sign"
    assert (await sign(here, partnership, uuid4())).status == 403
    await sign(here, partnership, lead)
    again = await sign(here, partnership, lead)
    assert (again.status, again.body["type"]) == (409, "/problems/charter-signed-already")
    path = f"{BASE}/partnerships/{partnership}/signatures"
    no_role = await here.call("POST", path, {"charter_version": 1}, token=here.token("coordinator"))
    assert (no_role.status, no_role.body["type"]) == (403, "/problems/role-missing")
    nobody = await here.call("POST", path, {"charter_version": 1})
    assert (nobody.status, nobody.body["type"]) == (401, "/problems/sign-in-first")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")


async def test_an_organisation_is_registered_once(here: System) -> None:
    body = {"name": "Sekolah Contoh", "kind": "school", "area": "35.15"}
    path = f"{BASE}/organisations"
    key = {"Idempotency_Key": "k-1"}
    first = await here.call("POST", path, body, token=here.token("coordinator"), **key)
    again = await here.call("POST", path, body, token=here.token("coordinator"), **key)
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = body | {"name": "Lain"}
    reused = await here.call("POST", path, other, token=here.token("coordinator"), **key)
    assert reused.body["type"] == "/problems/idempotency-key-reused"
    twice = await here.call("POST", path, body, token=here.token("coordinator"))
    assert (twice.status, twice.body["type"]) == (409, "/problems/name-taken")
    listed = await here.call("GET", path)
    assert [one["name"] for one in listed.body["items"]] == ["Sekolah Contoh"]
    shown = await here.call("GET", f"{path}/{first.body['id']}")
    assert (shown.status, shown.headers["ETag"]) == (200, first.headers["ETag"])


async def test_bad_input_names_each_place(here: System) -> None:
    body = {"name": " ", "kind": "gang"}
    answer = await here.call(
        "POST", f"{BASE}/organisations", body, token=here.token("coordinator"), Accept_Language="en"
    )
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert {one["pointer"] for one in answer.body["errors"]} == {"/name", "/kind", "/area"}
    assert answer.headers["Content-Language"] == "en"
    unknown = await here.call("GET", f"{BASE}/partnerships/{uuid4()}")
    assert (unknown.status, unknown.headers["Content-Language"]) == (404, "id")
    assert (await here.call("GET", f"{BASE}/nothing")).status == 404
    assert (await here.call("GET", f"{BASE}/partnerships?cursor=%21")).status == 422


async def test_a_change_on_an_old_version_is_refused(here: System) -> None:
    partnership, (lead, _) = await formed(here, "lead", "member")
    path = f"{BASE}/partnerships/{partnership}/charter"
    body = {"vision": "vv", "mission": "mm"}
    token = here.representative(lead)
    assert (await here.call("POST", path, body, token=token, If_Match='"1"')).status == 201
    stale = await here.call("POST", path, body, token=token, If_Match='"1"')
    assert (stale.status, stale.body["type"]) == (412, "/problems/changed-since-read")
    unreadable = await here.call("POST", path, body, token=token, If_Match="one")
    assert unreadable.body["type"] == "/problems/if-match-unreadable"


async def test_pages_lead_on_to_the_end(here: System) -> None:
    for number in range(5):
        await here.organisation(f"Organisasi {number}", "community")
    seen, cursor = [], ""
    while True:
        answer = await here.call("GET", f"{BASE}/organisations?limit=2{cursor}")
        seen += [one["name"] for one in answer.body["items"]]
        if answer.body["next"] is None:
            break
        cursor = f"&cursor={answer.body['next']}"
    assert seen == [f"Organisasi {number}" for number in range(5)]


async def test_the_service_says_how_it_is(here: System) -> None:
    await here.organisation("Organisasi", "community")
    ready = await here.call("GET", "/readyz")
    assert ready.status == 200, ready.body
    assert {one["name"] for one in ready.body["checks"]} == {"broker", "migrations", "relay", "streams"}
    assert (await here.call("GET", "/healthz")).status == 200
    text = (await here.call("GET", "/metrics")).body.decode()
    assert 'kemitraan_commands_total{command="register_organisation",outcome="accepted"' in text
    assert (await here.call("GET", "/.well-known/jwks.json")).body["keys"][0]["crv"] == "Ed25519"
