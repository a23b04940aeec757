"""An operator reads, mends, replays and discards; nobody else does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

from services.registry import service
from shared.clock import MovableClock
from tests.support.postgres import Postgres
from tests.support.system import System, system
from tests.support.wait import eventually

BASE = "/api/notifications/v1"


async def parked(here: System) -> str:
    """A dead letter: an event that does not fit its contract."""
    runtime = next(runtime for runtime in here.runtimes if runtime.service.name == "notifications")
    broken = (
        b'{"specversion":"1.0","id":"%s","source":"/x","type":"partners.partnership-signed.v1","subject":"%s",'
        b'"time":"2026-01-01T00:00:00+00:00","agency":"polresta-contoh","aggregateversion":1,'
        b'"correlationid":"c","causationid":"d","public":true,"data":{"title":"no parties"}}'
    ) % (str(uuid4()).encode(), str(uuid4()).encode())
    await runtime.bus.request(f"evt.polresta-contoh.partners.partnership-signed.v1.{uuid4()}", broken)

    async def listed() -> str:
        answer = await here.call("GET", f"{BASE}/dead-letters", token=here.token("operator"))
        return answer.body["items"][0]["id"] if answer.body["items"] else ""

    letter: str = await eventually(listed)
    return letter


async def test_a_dead_letter_is_read_mended_and_replayed(tmp_path: Path) -> None:
    # The event is of January 2026: of what is older than a month nobody is told.
    async with system(tmp_path, [service("notifications")], clock=MovableClock()) as here:
        letter = await parked(here)
        operator = here.token("operator")
        path = f"{BASE}/dead-letters/{letter}"
        shown = await here.call("GET", path, token=operator)
        assert "ValidationError" in shown.body["error"]
        still = await here.call("POST", f"{path}/replay", token=operator)
        assert (still.status, still.body["type"]) == (409, "/problems/dead-letter-mended-wrongly")
        mended = {
            "partnership_id": str(uuid4()),
            "charter_version": 1,
            "title": "Baik",
            "area": "x",
            "parties": [],
        }
        done = await here.call("POST", f"{path}/replay", {"data": mended}, token=operator)
        assert (done.status, done.body["state"], done.body["settled_by"]) == (200, "replayed", "p-1")
        notices = await here.call("GET", f"{BASE}/notices", token=here.token("coordinator"))
        assert [item["subject"] for item in notices.body["items"]] == ["Baik"]
        late = await here.call("POST", f"{path}/discard", {"reason": "too late"}, token=operator)
        assert (late.status, late.body["type"]) == (409, "/problems/dead-letter-settled")


async def test_a_dead_letter_is_discarded_with_a_reason(tmp_path: Path) -> None:
    async with system(tmp_path, [service("notifications")]) as here:
        letter = await parked(here)
        path = f"{BASE}/dead-letters/{letter}/discard"
        assert (await here.call("POST", path, {}, token=here.token("operator"))).status == 422
        assert (
            await here.call("POST", path, {"reason": "test data"}, token=here.token("coordinator"))
        ).status == 403
        done = await here.call("POST", path, {"reason": "test data"}, token=here.token("operator"))
        assert (done.body["state"], done.body["reason"]) == ("discarded", "test data")


async def test_what_no_database_keeps_or_knows_is_refused(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.create_databases(["notifications"])
    async with system(tmp_path, [service("notifications")], url) as here:
        path, operator = f"{BASE}/dead-letters", here.token("operator")
        letter = await parked(here)
        refused = await here.call("POST", f"{path}/{letter}/discard", {"reason": "a\0b"}, token=operator)
        assert (refused.status, refused.body["type"]) == (422, "/problems/invalid-request")
        for state in ("none", "a%00b"):
            refused = await here.call("GET", f"{path}?state={state}", token=operator)
            assert (refused.status, refused.body["type"]) == (422, "/problems/invalid-request")


async def test_operators_alone_see_projections_and_everybody_sees_schemas(tmp_path: Path) -> None:
    async with system(tmp_path, [service("programs")]) as here:
        path = "/api/programs/v1"
        assert (await here.call("GET", f"{path}/projections")).status == 401
        assert (await here.call("GET", f"{path}/projections", token=here.token("resident"))).status == 403
        shown = await here.call("GET", f"{path}/projections", token=here.token("operator"))
        assert "partnerships" in [schema["name"] for schema in shown.body]
        unknown = await here.call("POST", f"{path}/projections/none/rebuild", token=here.token("operator"))
        assert unknown.body["type"] == "/problems/unknown-projection"
        schema = await here.call("GET", f"{path}/schemas/programs.stage-completed.v3")
        assert schema.body["title"] == "StageCompleted"
        assert (await here.call("GET", f"{path}/schemas/none")).status == 404


async def test_requests_that_are_too_large_are_refused(tmp_path: Path) -> None:
    async with system(tmp_path, [service("partners")]) as here:
        answer = await here.call(
            "POST",
            "/api/partners/v1/organisations",
            b"x" * (12 * 1024 * 1024),
            token=here.token("coordinator"),
        )
        assert (answer.status, answer.body["type"]) == (413, "/problems/request-too-large")


async def test_a_body_of_undeclared_length_is_read_to_the_limit_alone(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * (1024 * 1024)

    async with system(tmp_path, [service("partners")]) as here:
        headers = {"Authorization": f"Bearer {here.token('coordinator')}", "Content-Type": "application/json"}
        url = f"{here.url}/api/partners/v1/organisations"
        async with here.session.post(url, data=endless(), headers=headers) as answer:
            found = await answer.json(content_type="application/problem+json")
        assert (answer.status, found["type"]) == (413, "/problems/request-too-large")
        assert found["remedy"]


async def test_a_service_that_is_not_here_is_said_not_to_be(tmp_path: Path) -> None:
    async with system(tmp_path, [service("partners")]) as here:
        for path in ("/api/nosuch/v1/things", "/api/programs/v1/programs", "/api/"):
            answer = await here.call("GET", path, Accept_Language="en")
            assert (answer.status, answer.body["type"]) == (404, "/problems/unknown-service")
            assert answer.headers["Content-Type"] == "application/problem+json"
