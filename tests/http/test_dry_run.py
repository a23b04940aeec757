"""`Dry-Run: true` tells what would happen, and changes nothing: no row, no event, no timer, no key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from services.partners.service import service as partners
from services.programs.service import service as programs
from shared.clock import MovableClock
from shared.database import tables
from tests.partners.world import BASE, CHARTER, formed, made, parties, problem, signed
from tests.support.postgres import Postgres
from tests.support.system import System, system

ORGANISATION = {"name": "Polres Contoh", "kind": "police", "area": "35.15"}
VOLATILE = {"id", "registered_at", "joined_at", "formed_at", "party_id"}


@pytest.fixture(params=["sqlite", "postgresql"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[System]:
    """The registry on either database."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database(of="partners")
    async with system(tmp_path, [partners], url, clock=MovableClock()) as running:
        yield running


async def content(here: System) -> dict[str, list[Any]]:
    """Every row of every table, of the service and of the backbone."""
    assert partners.metadata is not None
    found: dict[str, list[Any]] = {}
    database = here.runtimes[0].database
    # What the relay and its cursor note of their own is nobody's act.
    own = [one for one in tables.metadata.sorted_tables if one not in (tables.cursors, tables.outbox)]
    for table in (*partners.metadata.sorted_tables, *own):
        query = sa.select(table)
        rows = await database.read(lambda session: session.connection().execute(query).all())  # noqa: B023
        found[table.name] = sorted(map(repr, rows))
    # That somebody was refused is told to auditors, whether or not it was only tried.
    acts = tables.outbox.c.subject.like("%.access-refused.%")
    events = sa.select(tables.outbox.c.event_id).where(~acts).order_by(tables.outbox.c.sequence)
    found["events"] = await database.read(lambda session: list(session.connection().scalars(events)))
    return found


async def send(here: System, path: str, body: Any, token: str, method: str = "POST", **headers: str) -> Any:
    """One request."""
    return await here.call(method, f"{BASE}{path}", body, token=token, **headers)


def lasting(body: Any) -> Any:
    """What of an answer does not depend on when it was asked."""
    if isinstance(body, dict):
        return {key: lasting(value) for key, value in body.items() if key not in VOLATILE}
    return [lasting(one) for one in body] if isinstance(body, list) else body


async def test_a_creation_is_answered_as_if_it_were_done(here: System) -> None:
    token = here.token("coordinator")
    before = await content(here)
    dry = await send(here, "/organisations", ORGANISATION, token, Dry_Run="true")
    assert await content(here) == before
    assert (dry.status, dry.headers["ETag"]) == (201, '"1"')
    done = await send(here, "/organisations", ORGANISATION, token)
    assert (done.status, done.headers["ETag"]) == (201, '"1"')
    assert lasting(dry.body) == lasting(done.body)
    assert (await here.call("GET", f"{BASE}/organisations/{dry.body['id']}")).status == 404


async def test_the_key_of_a_creation_stays_free(here: System) -> None:
    token = here.token("coordinator")
    before = await content(here)
    for _ in range(2):
        dry = await send(
            here, "/organisations", ORGANISATION, token, Dry_Run="true", Idempotency_Key="list-line-1"
        )
        assert (dry.status, dry.headers.get("Idempotency-Replayed")) == (201, None)
    assert await content(here) == before
    other = ORGANISATION | {"name": "Polres Lain"}
    done = await send(here, "/organisations", other, token, Idempotency_Key="list-line-1")
    assert (done.status, done.body["name"]) == (201, "Polres Lain")


async def test_a_change_leaves_versions_events_and_timers_alone(here: System) -> None:
    partnership, organisations = await formed(here, "lead", "member")
    lead = here.representative(organisations[0])
    path = f"/partnerships/{partnership}/charter"
    before = await content(here)
    dry = await send(here, path, CHARTER, lead, Dry_Run="TRUE")
    assert (dry.status, dry.body["state"], dry.headers["ETag"]) == (201, "proposed", '"2"')
    assert await content(here) == before
    shown = await here.call("GET", f"{BASE}/partnerships/{partnership}", token=lead)
    assert (shown.body["state"], shown.headers["ETag"]) == ("forming", '"1"')
    # What sets timers: an agreement that comes into force by itself.
    agreement = {
        "partnership_id": partnership,
        "kind": "mou",
        "number": "1/MOU",
        "title": "Nota kesepahaman",
        "signed_on": "2026-01-05",
        "in_force_from": "2026-02-01",
        "in_force_until": "2027-01-31",
        "signatories": [str(one) for one in organisations],
    }
    both = here.token("coordinator")  # who speaks for both signatories
    assert (await send(here, "/agreements", agreement, both, Dry_Run="true")).status == 201
    assert await content(here) == before
    await made(here, "/agreements", agreement, token=both)
    assert (await content(here))["timers"] != before["timers"]


async def test_scores_that_are_only_tried_are_never_kept(here: System) -> None:
    partnership, (police, village) = await signed(here, "lead", "member")
    closes = (here.clock.now() + timedelta(days=14)).isoformat()
    secretary = here.token("secretary")
    body = {"partnership_id": partnership, "closes_at": closes}
    opened = await made(here, "/trust-rounds", body, token=secretary)
    names = ("honesty", "sincerity", "transparency", "accountability", "strengthening", "benefit")
    scores = {"scores": [{"rated": str(village)} | dict.fromkeys(names, 5)]}
    before = await content(here)
    path = f"/trust-rounds/{opened['id']}/scores"
    dry = await send(here, path, scores, here.representative(police), "PUT", Dry_Run="true")
    assert dry.status == 200
    assert await content(here) == before


async def test_what_would_be_refused_is_refused(here: System) -> None:
    token = here.token("coordinator")
    await made(here, "/organisations", ORGANISATION)
    before = await content(here)
    for path, body, who in (
        ("/organisations", ORGANISATION, token),
        ("/organisations", ORGANISATION | {"kind": "gang"}, token),
        ("/organisations", ORGANISATION | {"name": "Lain"}, here.token("resident")),
        ("/partnerships", {"title": "x", "area": "35.15", "problem": "y", "parties": []}, token),
    ):
        dry = await send(here, path, body, who, Dry_Run="true")
        done = await send(here, path, body, who)
        assert problem(dry) == problem(done)
        assert dry.body["detail"] == done.body["detail"]
    stale = await send(here, "/organisations", ORGANISATION, "nonsense", Dry_Run="true")
    assert stale.status == 401
    assert await content(here) == before


async def test_a_version_that_was_read_is_compared_in_a_dry_run_too(here: System) -> None:
    partnership, organisations = await formed(here, "lead", "member")
    lead = here.representative(organisations[0])
    path = f"/partnerships/{partnership}/charter"
    refused = await send(here, path, CHARTER, lead, Dry_Run="true", If_Match='"7"')
    assert problem(refused) == (412, "changed-since-read")
    allowed = await send(here, path, CHARTER, lead, Dry_Run="true", If_Match='"1"')
    assert allowed.status == 201


@pytest.mark.parametrize("value", ["1", "yes", "", "true, true"])
async def test_a_header_that_says_neither_yes_nor_no_stops_the_request(here: System, value: str) -> None:
    before = await content(here)
    answer = await send(here, "/organisations", ORGANISATION, here.token("coordinator"), Dry_Run=value)
    assert problem(answer) == (422, "dry-run-unreadable")
    assert await content(here) == before


async def test_false_is_as_good_as_no_header(here: System) -> None:
    answer = await send(here, "/organisations", ORGANISATION, here.token("coordinator"), Dry_Run="false")
    assert answer.status == 201
    assert len((await content(here))["organisations"]) == 1


async def test_many_at_once_do_not_hinder_those_that_mean_it(here: System) -> None:
    members = await parties(here, "lead", "member")
    body = {"title": "Aman bersama", "area": "35.15", "problem": "balap liar", "parties": members}
    token = here.token("coordinator")
    tried = [send(here, "/partnerships", body, token, Dry_Run=str(one % 2 == 0).lower()) for one in range(12)]
    answers = [await one for one in tried]
    assert all(answer.status == 201 for answer in answers)
    assert len((await content(here))["partnerships"]) == 6


async def test_what_cannot_be_taken_back_is_not_tried(tmp_path: Path) -> None:
    async with system(tmp_path, [programs]) as here:
        operator = here.token("operator")
        base = "/api/programs/v1"
        for path in (
            "projections/partnerships/rebuild",
            "dead-letters/01a211f7-2af0-7d05-8c07-3db1b0d5ac3e/replay",
        ):
            answer = await here.call("POST", f"{base}/{path}", token=operator, Dry_Run="true")
            assert problem(answer) == (422, "dry-run-impossible")
        form = aiohttp.FormData({"partnership_id": "01a211f7-2af0-7d05-8c07-3db1b0d5ac3e"})
        form.add_field("file", b"a,b\n1,2\n", filename="a.csv", content_type="text/csv")
        somebody = here.representative(here.runtimes[0].new_id())
        upload = await here.call("POST", f"{base}/evidence", form, token=somebody, Dry_Run="true")
        assert upload.status in (403, 404, 422)
        stored = [file for file in (tmp_path / "blobs").rglob("*") if file.is_file()]
        assert stored == []
