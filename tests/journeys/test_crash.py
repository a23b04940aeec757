"""Killed by SIGKILL at the worst moments: nothing lost, nothing done twice, a rebuild changes nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
import sqlalchemy as sa

from demo import files
from demo.client import Client
from services.registry import NAMES, service
from shared.api_client import ApiClient
from shared.client import AGENCY, signed_token, workspace_of
from shared.contracts.envelope import Envelope
from shared.database import migrate
from shared.database.tables import cursors, outbox
from shared.events.projection import Projection
from shared.host.nats_server import NatsServer
from shared.identity.actor import Actor
from shared.rows.viewer import EVERYTHING
from tests.support import crash
from tests.support.metrics import scrape, value
from tests.support.postgres import Postgres
from tests.support.processes import SERVICES, Processes
from tests.support.wait import eventually

pytestmark = pytest.mark.timeout(300)
ONE, EACH = "one process, SQLite", "each service, PostgreSQL"
SIGNED, PROPOSED = "partners.partnership-signed", "programs.programme-proposed"
COMPLETED = "programs.stage-completed"
PUBLISHED = "products.product-published"
PATIENCE = 60.0
VICTIMS = {
    crash.between_commit_and_publish: {"partners"},
    crash.between_publish_and_mark: {"partners"},
    crash.mid_batch: {"programs", "products", "notifications"},
    crash.mid_work: {"notifications"},
    crash.between_work_and_acknowledgement: {"notifications"},
}


async def send_again(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Repeat what its process died over or was too busy for, under the same key, as a good client does."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            answer = await handler(request)
            await answer.read()
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > until:
                return answer
            await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
        except aiohttp.ClientError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.05)


@dataclass
class World:
    """A running system, a client that does not give up, and what it was told was done."""

    system: Processes
    session: aiohttp.ClientSession
    fuse: Path
    broker: NatsServer | None = None
    parties: list[str] = field(default_factory=list)
    signed: dict[str, str] = field(default_factory=dict)

    @property
    def client(self) -> Client:
        return Client(ApiClient(self.system.url, self.session), self.system.token)

    async def prepare(self) -> None:
        """Two organisations that open their own accounts, somebody told everything, and joint work done."""
        agency = {"slug": "polsek-lain", "name": "Polsek Lain"}
        await self.client.post("identity", "agencies", agency, role="operator")
        await self.client.post("notifications", "subscriptions", {"channel": "inbox"}, role="coordinator")
        for name, kind in (("Polisi", "police"), ("Desa", "community")):
            body = {"name": name, "kind": kind, "area": "35.15"}
            made = await self.client.post("partners", "organisations", body, role="coordinator")
            self.parties.append(made["id"])
            own = {"slug": workspace_of(UUID(made["id"])), "name": name, "organisation_id": made["id"]}
            await self.client.post("identity", "agencies", own, role="operator")
        await self.sign("before")
        await self.complete("before")
        await self.cover("before")
        await self.decide("before")
        await self.be_refused()
        await self.erase_somebody()
        # What a projection has not taken up by now, the kill points could hold back for ever.
        await self.all_applied_once()

    async def be_refused(self) -> None:
        """Try what one may not do, of which auditors shall read."""
        url = self.client.api.url("notifications", "dead-letters")
        headers = {"Authorization": f"Bearer {self.system.token('resident')}"}
        async with self.session.get(url, headers=headers) as answer:
            assert answer.status == 403

    async def erase_somebody(self) -> None:
        """Have every service erase somebody, and say so."""
        path = f"persons/{uuid4()}/erase"
        order = await self.client.post("identity", path, {}, role="administrator")

        async def is_complete() -> bool:
            found = await self.client.get("identity", f"erasures/{order['id']}", "administrator")
            return bool(found["complete"])

        await eventually(is_complete, timeout=PATIENCE)

    async def all_applied_once(self) -> None:
        """Wait until every projection has applied every event that it follows, and each of them once."""

        def all_applied() -> bool:
            for name, projection in projections():
                assert_applied_once(self.system, name, projection)
            return True

        await eventually(all_applied, timeout=PATIENCE)

    async def sign(self, title: str) -> None:
        """Bring a partnership to its last signature."""
        terms = {"contributes": "kerja", "gains": "aman"}
        parties = [
            {"organisation_id": party, "role": role} | terms
            for party, role in zip(self.parties, ("lead", "member"), strict=True)
        ]
        body = {"title": title, "area": "35.15", "problem": "balap liar", "parties": parties}
        formed = await self.client.post("partners", "partnerships", body, role="coordinator")
        path = f"partnerships/{formed['id']}"
        charter = {"vision": "Aman", "mission": "Bersama", "means": ["act"]}
        await self._as(0, "partners", f"{path}/charter", charter)
        for party in (0, 1):
            await self._as(party, "partners", f"{path}/signatures", {"charter_version": 1})
        self.signed[title] = formed["id"]

    async def sign_all(self, titles: Iterable[str]) -> None:
        """Sign several partnerships at once, so that events travel in batches."""
        await asyncio.gather(*map(self.sign, titles))

    async def complete(self, title: str) -> None:
        """Do a programme of one stage in a signed partnership, which programmes and products must know."""
        partnership, (_, village) = self.signed[title], self.parties
        body = {
            "partnership_id": partnership,
            "title": title,
            "objectives": ["Bersama"],
            "stages": [{"title": title, "responsible": village}],
        }
        program = await self._as(1, "programs", "programs", body)
        await self._as(0, "programs", f"programs/{program['id']}/endorse", {"revision": program["revision"]})
        stage = f"programs/{program['id']}/stages/{program['stages'][0]['id']}"
        await self._as(1, "programs", f"{stage}/start")

        def form() -> aiohttp.FormData:
            data = aiohttp.FormData({"partnership_id": partnership})
            data.add_field("file", files.pdf("Bukti"), filename="bukti.pdf", content_type="application/pdf")
            return data

        evidence = await self._as(1, "programs", "evidence", form)
        await self._as(1, "programs", f"{stage}/submit", {"evidence": [evidence["id"]]})
        await self._as(0, "programs", f"{stage}/accept")

    async def cover(self, title: str) -> None:
        """Publish the legal umbrella of a partnership, which programmes must know."""
        legal = {
            "number": "1/2026",
            "issuer": "Polisi",
            "in_force_from": "2026-01-01",
            "means": ["act"],
            "areas": ["35.15"],
            "actors": ["police"],
        }
        body = {
            "partnership_id": self.signed[title],
            "kind": "legal_umbrella",
            "phases": ["prevention"],
            "audiences": ["petugas"],
            "media": ["print"],
            "legal": legal,
            "texts": [{"language": "id", "title": title, "body": "Bersama"}],
        }
        product = f"products/{(await self._as(0, 'products', 'products', body))['id']}"
        await self._as(0, "products", f"{product}/submit")
        for party in (0, 1):
            await self._as(party, "products", f"{product}/approve")
        await self._as(0, "products", f"{product}/publish")

    async def decide(self, title: str) -> None:
        """Have a board of two people, one of each party, decide something at a meeting entered afterwards."""
        now = datetime.now(UTC)
        earlier = (now - timedelta(days=3)).date().isoformat()
        seats = []
        for party, position in zip(self.parties, ("chair", "secretary"), strict=True):
            person = await self.client.post("partners", "persons", {"name": position}, role="coordinator")
            belongs = {
                "person_id": person["id"],
                "organisation_id": party,
                "role": position,
                "since": earlier,
            }
            await self.client.post("partners", "memberships", belongs, role="coordinator")
            seats.append({"holder": person["id"], "organisation_id": party, "position": position})
        board = {
            "partnership_id": self.signed[title],
            "kind": "forum",
            "name": title,
            "quorum": 50,
            "seats": seats,
            "constituted_on": earlier,
        }
        made = await self.client.post("partners", "boards", board, role="coordinator")
        held_at = (now - timedelta(days=1)).isoformat()
        called = {
            "board_id": made["id"],
            "title": title,
            "scheduled_at": held_at,
            "place": "Balai desa",
            "agenda": ["Bersama"],
        }
        chair = Actor(seats[0]["holder"], AGENCY)
        client = Client(self.client.api, lambda _role, _of: signed_token(self.system.settings, chair))
        meeting = await client.post("partners", "meetings", called, role="anybody")
        path = f"meetings/{meeting['id']}"
        held = {"held_at": held_at, "present": [seat["holder"] for seat in seats]}
        await client.post("partners", f"{path}/hold", held, role="anybody")
        outcome = {"kind": "decision", "mandate": "ease", "text": "Bersama"}
        await client.post("partners", f"{path}/outcomes", outcome, role="anybody")

    async def _as(self, party: int, service: str, path: str, body: Any = None) -> Any:
        organisation = UUID(self.parties[party])
        return await self.client.post(service, path, body, role="representative", organisation=organisation)

    async def listed(self, what: str) -> list[dict[str, Any]]:
        """What the notifications list for the one who wants to be told everything."""
        items: list[dict[str, Any]] = (
            await self.client.get("notifications", f"{what}?limit=100", "coordinator")
        )["items"]
        return items

    async def killed(self) -> str:
        """Wait until one process, and no other, was killed; returns its name."""
        ended: dict[str, int] = await eventually(self.system.ended, timeout=30, message="a process died")
        assert list(ended.values()) == [-signal.SIGKILL]
        return next(iter(ended))


@pytest.fixture(params=[ONE, EACH])
def setting(request: pytest.FixtureRequest) -> str:
    """How the system is run."""
    return str(request.param)


@pytest.fixture(params=VICTIMS, ids=lambda point: point.__name__)
def point(request: pytest.FixtureRequest) -> Any:
    """Where the process dies, once the fuse is lit."""
    return request.param


@pytest.fixture
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    """The system in the test's setting, ready to die at the test's point; by default one process, nowhere."""
    given = request.fixturenames
    setting = request.getfixturevalue("setting") if "setting" in given else ONE
    point = request.getfixturevalue("point") if "point" in given else crash.mid_batch
    fuse = tmp_path / "fuse"
    async with AsyncExitStack() as stack:
        system = Processes(
            tmp_path, "smtp://127.0.0.1:9", crash_at=(point.__name__, str(fuse)), patience=180.0
        )
        session = await stack.enter_async_context(aiohttp.ClientSession(middlewares=(send_again,)))
        here = World(system, session, fuse)
        if setting == EACH:
            postgres: Postgres = request.getfixturevalue("postgres")
            system.database_url = postgres.create_databases(SERVICES[:-1])
            here.broker = await stack.enter_async_context(NatsServer(tmp_path / "nats"))
            system.nats_url = here.broker.url
        stack.push_async_callback(system.stop)
        await (system.start_each() if setting == EACH else system.start_one())
        await here.prepare()
        yield here


@pytest.mark.slow
async def test_killed_at_the_worst_moment(world: World, point: Any, setting: str) -> None:
    world.fuse.touch()
    async with asyncio.TaskGroup() as group:
        group.create_task(world.sign_all(f"partnership {number}" for number in range(5)))
        victim = await world.killed()
        assert victim in (VICTIMS[point] if setting == EACH else {"all"})
        await world.system.again(victim)
    if point is crash.between_work_and_acknowledgement:
        await eventually(lambda: came_again(world), timeout=30, message="the same message, told apart")
    await nothing_happened(world)


@pytest.mark.slow
@pytest.mark.parametrize("setting", [EACH], indirect=True)
async def test_the_killed_broker_takes_nothing_along(world: World, setting: str) -> None:
    assert world.broker is not None
    async with asyncio.TaskGroup() as group:
        group.create_task(world.sign_all(f"at work {number}" for number in range(5)))
        await eventually(lambda: len(world.signed) > 1, timeout=30)  # relays and followers are mid-work
        world.broker.kill()
    await world.sign_all(f"without a broker {number}" for number in range(3))
    await world.broker.start()
    await world.system.ready()
    await nothing_happened(world)


@pytest.mark.slow
async def test_killed_processes_lose_nothing_and_do_nothing_twice(world: World, tmp_path: Path) -> None:
    for round_ in range(4):
        for number in range(6):
            await world.sign(f"{round_}-{number}")
        # At once after the last acknowledgement: relay, followers and reactions are mid-work.
        if round_ == 2:
            kill_embedded_broker(tmp_path)
            await world.system.ready()
        else:
            world.system.kill()
            await world.system.again("all")
    await nothing_happened(world)


def kill_embedded_broker(folder: Path) -> None:
    os.kill(int((folder / "run" / "nats" / "pid").read_text()), signal.SIGKILL)


async def came_again(world: World) -> bool:
    """Whether the notifications got a message a second time and knew it."""
    text = await scrape(world.session, world.system.url("notifications"))
    return value(text, "kemitraan_reactions_total", reaction="notify", outcome="duplicate") > 0


async def nothing_happened(world: World) -> None:
    """All is as it would be had nobody died."""
    await asyncio.gather(*(world.complete(title) for title in world.signed if title != "before"))
    expected = Counter((kind, title) for kind in (SIGNED, PROPOSED, COMPLETED) for title in world.signed)
    expected[PUBLISHED, "before"] = 1

    async def all_told() -> bool:
        missing = expected - told(item["notice"] for item in await world.listed("inbox"))
        assert not missing
        return True

    await eventually(all_told, timeout=PATIENCE, message="every notice is in the inbox")
    await eventually(
        lambda: stored_once(world.system), timeout=30, message="the stream holds each event once"
    )
    assert told(await world.listed("notices")) == expected
    assert told(item["notice"] for item in await world.listed("inbox")) == expected
    deliveries = await world.listed("deliveries")
    assert Counter(delivery["state"] for delivery in deliveries) == {"delivered": expected.total()}
    parked = await world.client.get("notifications", "dead-letters", "operator")
    assert parked["items"] == []
    await world.all_applied_once()
    for name, projection in projections():
        await a_rebuild_changes_nothing(world, name, projection)


def told(notices: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """How often each event was told."""
    return Counter((notice["event_type"], notice["subject"]) for notice in notices)


async def a_rebuild_changes_nothing(world: World, name: str, projection: Projection) -> None:
    before = [rows(world.system, name, table) for table in projection.tables]
    place = cursor(world.system, name, projection)
    assert all(before)
    await world.client.post(name, f"projections/{projection.name}/rebuild", role="operator")
    await eventually(lambda: cursor(world.system, name, projection) == place, timeout=30)
    assert [rows(world.system, name, table) for table in projection.tables] == before


def projections() -> Iterator[tuple[str, Projection]]:
    """Every projection, with its service."""
    return ((name, projection) for name in NAMES for projection in service(name).projections)


def assert_applied_once(system: Processes, name: str, projection: Projection) -> None:
    """Compare what a projection has applied with what it follows."""
    types = {event.type() for event in projection.events}
    recorded = [
        Envelope.decode(row.envelope) for service in SERVICES[:-1] for row in rows(system, service, outbox)
    ]
    followed = {str(item.id): 1 for item in recorded if item.event_type in types}
    tally = rows(system, name, crash.tally)
    ours = {str(row.event_id): row.times for row in tally if row.projection == projection.name}
    assert ours == followed, f"{name}/{projection.name}"


def stored_once(system: Processes) -> bool:
    """Whether the stream holds every recorded event, once, and nothing else."""
    stored = [row.stream_sequence or 0 for name in SERVICES[:-1] for row in rows(system, name, outbox)]
    return sorted(stored) == list(range(1, len(stored) + 1))


def cursor(system: Processes, name: str, projection: Projection) -> int:
    """How far a projection is."""
    return next(
        int(row.stream_sequence) for row in rows(system, name, cursors) if row.name == projection.name
    )


def rows(system: Processes, name: str, table: sa.Table) -> list[Any]:
    """A table of a service's database, read beside the service."""
    engine = sa.create_engine(migrate.sync_url(system.settings.database_for(name)), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.set_config(EVERYTHING, "on", sa.true())))
            return list(connection.execute(sa.select(table).order_by(*table.primary_key.columns)))
    finally:
        engine.dispose()
