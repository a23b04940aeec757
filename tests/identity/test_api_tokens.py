"""API tokens: shown once, good for a while, in roles of their maker's, withdrawn in every service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.identity.service import service as identity
from services.identity.tables.sessions import api_tokens, sessions
from services.partners.service import service as partners
from shared.clock import MovableClock
from tests.identity.world import GOOD, Office, founded
from tests.support.system import system
from tests.support.wait import eventually

DAY = timedelta(days=1)


def wish(office: Office, *roles: str, days: int = 30, **more: Any) -> dict[str, Any]:
    """A token to make."""
    ends_at = (office.clock.now() + days * DAY).isoformat()
    return {"name": "Sistem laporan", "roles": roles, "ends_at": ends_at, **more}


async def test_a_token_is_exchanged_for_access_in_its_roles(office: Office) -> None:
    ani = await office.person("ani", "coordinator", "secretary")
    made = await office.made("/api-tokens", wish(office, "secretary"), by=ani)
    assert made["secret"].startswith("kmt_")
    access = await office.made("/access", {"secret": made["secret"]})
    assert access["roles"] == ["automated", "secretary"]
    listed = (await office.get("/api-tokens", by=ani)).body["items"]
    assert [item["used_on"] for item in listed] == ["2026-01-05"]
    assert "secret" not in listed[0]
    office.move(30 * DAY)
    assert await office.refused("/access", {"secret": made["secret"]}) == (401, "api-token-unknown")


async def test_no_secret_is_kept_as_it_is(office: Office) -> None:
    ani = await office.person("ani")
    made = await office.made("/api-tokens", wish(office), by=ani)
    entry = await office.entered("ani")
    (runtime,) = office.system.runtimes
    query = sa.select(api_tokens.c.secret).union_all(sa.select(sessions.c.secret))
    kept = await runtime.database.read(lambda reading: reading.connection().scalars(query).all())
    assert len(kept) == 3
    assert not {made["secret"], entry["session"]} & set(kept)
    assert all(len(item) == 64 for item in kept)


async def test_a_token_does_not_more_than_its_maker(office: Office) -> None:
    ani = await office.person("ani", "secretary")
    assert await office.refused("/api-tokens", wish(office, "coordinator"), by=ani) == (403, "role-not-yours")
    for days in (0, -1, 367):
        body = wish(office, days=days)
        assert await office.refused("/api-tokens", body, by=ani) == (422, "life-too-long")
    assert await office.refused("/api-tokens", wish(office)) == (401, "sign-in-first")


async def test_what_the_account_loses_its_tokens_lose(office: Office) -> None:
    account = await office.account("ani", "secretary")
    ani = (await office.entered("ani"))["access_token"]
    made = await office.made("/api-tokens", wish(office, "secretary"), by=ani)
    role = {"role": "secretary"}
    await office.made(f"/accounts/{account}/roles/withdraw", role, by=office.administrator)
    assert (await office.made("/access", {"secret": made["secret"]}))["roles"] == ["automated"]
    await office.made(f"/accounts/{account}/lock", {"reason": "cuti"}, by=office.administrator)
    assert await office.refused("/access", {"secret": made["secret"]}) == (401, "api-token-unknown")
    await office.made(f"/accounts/{account}/unlock", by=office.administrator)
    await office.made("/access", {"secret": made["secret"]})
    await office.made(f"/accounts/{account}/close", by=office.administrator)
    assert await office.refused("/access", {"secret": made["secret"]}) == (401, "api-token-unknown")


async def test_a_system_does_not_what_is_for_people(office: Office) -> None:
    ani = await office.person("ani")
    made = await office.made("/api-tokens", wish(office), by=ani)
    robot = (await office.made("/access", {"secret": made["secret"]}))["access_token"]
    for path, body in (
        ("/api-tokens", wish(office)),
        ("/me/password", {"password": GOOD, "new_password": "tiga kelinci di kebun mawar"}),
        ("/me/totp", {"password": GOOD}),
        ("/me/erase", {"password": GOOD}),
        ("/me/sessions/end", None),
    ):
        assert await office.refused(path, body, by=robot) == (403, "for-people-alone"), path


async def test_a_token_is_revoked_by_its_owner_or_an_administrator(office: Office) -> None:
    ani, budi = await office.person("ani"), await office.person("budi")
    for by in (ani, office.administrator):
        made = await office.made("/api-tokens", wish(office), by=ani)
        path = f"/api-tokens/{made['id']}/revoke"
        assert await office.refused(path, by=budi) == (404, "unknown-aggregate")
        assert (await office.made(path, by=by))["state"] == "revoked"
        assert await office.refused("/access", {"secret": made["secret"]}) == (401, "api-token-unknown")
        assert await office.refused(path, by=by) == (409, "act-impossible")


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Office]:
    """Identity and the registry, in one process."""
    async with system(tmp_path, [identity, partners], clock=MovableClock()) as running:
        yield await founded(running)


async def test_another_service_believes_no_revoked_access(both: Office) -> None:
    ani = await both.person("ani", "coordinator")
    made = await both.made("/api-tokens", wish(both, "coordinator"), by=ani)
    robot = (await both.made("/access", {"secret": made["secret"]}))["access_token"]
    path = "/api/partners/v1/persons"
    for token in (ani, robot):
        assert (await both.system.call("GET", path, token=token)).status == 200

    async def refused(token: str) -> bool:
        answer = await both.system.call("GET", path, token=token)
        return answer.status == 401 and answer.body["type"] == "/problems/token-revoked"

    await both.made(f"/api-tokens/{made['id']}/revoke", by=ani)
    await eventually(lambda: refused(robot), message="the registry has heard of it")
    assert (await both.system.call("GET", path, token=ani)).status == 200
    await both.made("/me/sessions/end", by=ani)
    await eventually(lambda: refused(ani), message="the registry has heard of it")
    fresh = (await both.entered("ani"))["access_token"]
    assert (await both.system.call("GET", path, token=fresh)).status == 200


async def test_what_is_revoked_is_forgotten_when_no_token_can_live(both: Office) -> None:
    ani = await both.person("ani")
    registry = next(runtime for runtime in both.system.runtimes if runtime.service.name == "partners")
    await both.made("/me/sessions/end", by=ani)
    await eventually(lambda: registry.verifier.revocations._below, message="heard of")
    both.move(timedelta(minutes=17))
    await eventually(lambda: not registry.verifier.revocations._below, message="forgotten")


async def test_a_token_for_reading_changes_nothing(both: Office) -> None:
    ani = await both.person("ani", "coordinator")
    made = await both.made("/api-tokens", wish(both, "coordinator", reads_only=True), by=ani)
    reader = (await both.made("/access", {"secret": made["secret"]}))["access_token"]
    path = "/api/partners/v1/persons"
    assert (await both.system.call("GET", path, token=reader)).status == 200
    answer = await both.system.call("POST", path, {"name": "Budi"}, token=reader)
    assert (answer.status, answer.body["type"]) == (403, "/problems/only-reads")
