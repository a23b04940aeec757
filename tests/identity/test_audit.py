"""The audit log: what matters for security, of every service, for the auditors of each agency."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.identity.service import service as identity
from services.partners.service import service as partners
from shared.clock import MovableClock
from shared.identity.actor import Actor
from tests.identity.world import BASE, BETTER, Office, founded
from tests.support.postgres import Postgres
from tests.support.system import system
from tests.support.wait import eventually


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    """Identity and the registry, on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_databases(["identity", "partners"])
    async with system(tmp_path, [identity, partners], url, clock=MovableClock()) as running:
        yield await founded(running)


async def log(office: Office, wanted: str = "", *, by: str | None = None) -> list[dict[str, Any]]:
    """Entries of the log, the newest first."""
    answer = await office.get(f"/audit?limit=100&{wanted}", by=by or office.system.token("auditor"))
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.body["items"]
    return found


async def kinds(office: Office, wanted: str = "", *, by: str | None = None) -> list[str]:
    return [kind["kind"] for kind in await log(office, wanted, by=by)]


async def taken(office: Office, wanted: str, by: str) -> str:
    """The log as a file."""
    url = f"{office.system.url}{BASE}/audit/export?{wanted}"
    async with office.system.session.get(url, headers={"Authorization": f"Bearer {by}"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_what_matters_is_in_the_log_and_is_found_by_what_it_is(both: Office) -> None:
    account = await both.account("ani", "resident")
    await both.try_to_enter("ani", BETTER)
    both.move(timedelta(minutes=1))
    later = both.clock.now().isoformat().replace("+00:00", "Z")
    ani = (await both.entered("ani"))["access_token"]
    refused = await both.system.call("GET", "/api/partners/v1/persons", token=ani)
    assert refused.status == 403

    async def complete() -> bool:
        return "access-refused" in await kinds(both)

    await eventually(complete, message="the registry's refusal is in the log")
    assert sorted(await kinds(both)) == [
        "access-refused",
        "account-opened",
        "agency-founded",
        "one-time-link-made",
        "password-changed",
        "sign-in-refused",
        "signed-in",
    ]
    assert sorted(await kinds(both, f"since={later}")) == ["access-refused", "signed-in"]
    assert sorted(await kinds(both, "outcome=refused")) == ["access-refused", "sign-in-refused"]
    (told,) = await log(both, "service=partners")
    assert told["actor"] == account
    assert told["details"] | {"act_id": ""} == {
        "act_id": "",
        "operation": "list_persons",
        "refusal": "role-missing",
    }
    (wrong,) = await log(both, "kind=sign-in-refused")
    assert (wrong["about"], wrong["details"]["why"]) == (account, "credentials")
    assert await kinds(both, f"actor={account}") == ["access-refused"]


async def test_each_agency_sees_its_own_log_and_operators_what_is_nobodys(both: Office) -> None:
    await both.account("ani")
    await both.try_to_enter("nobody", BETTER)
    operator = both.system.token("operator")

    async def there() -> bool:
        return await kinds(both, by=operator) == ["sign-in-refused"]

    await eventually(there, message="the attempt is in the log")
    other = Actor(person="p", agency="polresta-lain", roles=frozenset({"auditor"}))
    assert await kinds(both, by=both.system.key.mint(other, clock=both.clock)) == []
    assert (await both.get("/audit", by=both.system.token("coordinator"))).status == 403
    assert (await both.get("/audit")).status == 401


async def test_the_log_is_taken_along_and_that_is_an_entry_too(both: Office) -> None:
    await both.account("ani")
    auditor = both.system.token("auditor", person="p-auditor")
    await eventually(lambda: kinds(both, "kind=password-changed"), message="the log is up to date")
    lines = (await taken(both, "kind=account-opened", auditor)).splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["account-opened"]
    rows = await taken(both, "form=csv&kind=account-opened", auditor)
    (row,) = csv.DictReader(io.StringIO(rows))
    assert row["kind"] == "account-opened"
    assert json.loads(row["details"])["details"]["roles"] == []

    async def told() -> bool:
        found = await log(both, "kind=data-exported")
        return [(item["actor"], item["details"]["form"]) for item in found] == [
            ("p-auditor", "csv"),
            ("p-auditor", "jsonl"),
        ]

    await eventually(told, message="both exports are in the log")


async def test_who_tries_everything_out_does_not_fill_the_log(both: Office) -> None:
    nosy = both.system.token("resident", person="p-nosy")
    for _ in range(40):
        assert (await both.system.call("GET", "/api/partners/v1/persons", token=nosy)).status == 403
    entries = await eventually(lambda: kinds(both, "actor=p-nosy"), message="some of it is in the log")
    assert 0 < len(entries) <= 31
