"""A service is taken out of one installation and put into another: every read is the same there."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from demo.simulator import SERVICES
from services.notifications.subscribers import NEWS, TOLD
from services.partners.tables.trust import trust_scores
from services.products.tables.search import search_texts
from services.registry import service
from shared.archive.client import key_lines, keys_beside, named_files
from shared.archive.writer import Contents, written
from shared.client import AGENCY
from shared.clock import MovableClock
from shared.contracts.envelope import Envelope
from shared.database import outbox, tables
from shared.events import cursor
from shared.events.projection import Projection
from shared.host.runtime import ServiceRuntime
from shared.identity.actor import Actor
from tests.http.reading import Reading, everything, reader
from tests.partners import world
from tests.support.history import END, at_its_end, lived
from tests.support.postgres import Postgres
from tests.support.system import Answer, System, system
from tests.support.wait import eventually

ALL = (*SERVICES, "notifications")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind (none is named for SQLite)."""
    if request.param == "sqlite":
        return ""
    server: Postgres = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture(scope="module")
def history() -> Path:
    """The archives of one partnership's three years."""
    return lived(1)


@asynccontextmanager
async def running(folder: Path, url: str = "", names: Sequence[str] = ALL) -> AsyncIterator[System]:
    """A system at the end of the history, where people know it under one address.

    Its timers do not run on, as its clock stands still.
    """
    folder.mkdir(exist_ok=True)
    known, services = "https://kemitraan.example", [service(name) for name in names]
    async with system(folder, services, url, clock=at_its_end(), public_url=known) as here:
        yield here


def custodian(here: System) -> str:
    """A token of a custodian."""
    return here.token("custodian")


async def export(here: System, name: str) -> bytes:
    """The archive of a service."""
    headers = {"Authorization": f"Bearer {custodian(here)}"}
    async with here.session.get(f"{here.url}/api/{name}/v1/archive", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/jsonl"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.jsonl"'
        body = await answer.read()
        assert len(body) == int(answer.headers["Content-Length"])
        return body


async def keys_of(here: System, names: Sequence[str] = ALL) -> dict[str, bytes]:
    """The keys that open what is personal in the archives."""
    found = {}
    for name in names:
        headers = {"Authorization": f"Bearer {custodian(here)}"}
        async with here.session.get(f"{here.url}/api/{name}/v1/archive/keys", headers=headers) as answer:
            assert answer.status == 200
            found[name] = await answer.read()
    return found


async def put(here: System, name: str, archive: bytes, query: str = "", **headers: str) -> Answer:
    """Import an archive."""
    path = f"/api/{name}/v1/archive{query}"
    return await here.call("POST", path, archive, token=custodian(here), **headers)


def keyed(archive: bytes, keys: bytes) -> bytes:
    """An archive with its keys, as it is taken in."""
    head, _, rest = archive.partition(b"\n")
    return head + b"\n" + keys + rest


async def put_whole(here: System, archives: dict[str, bytes], files: Path, keys: dict[str, bytes]) -> None:
    """Import archives with their files and keys."""
    for name, archive in archives.items():
        for line in archive.splitlines():
            for part in line.split(b'"sha256/')[1:]:
                sha256 = part.partition(b'"')[0].replace(b"/", b"").decode()
                path = f"/api/{name}/v1/archive/files/{sha256}"
                content = (files / sha256).read_bytes()
                sent = await here.call("PUT", path, content, token=custodian(here))
                assert sent.status == 204
        answer = await put(here, name, keyed(archive, keys.get(name, b"")))
        assert answer.status == 200
        assert answer.body["nameless"] == 0
        assert answer.body["refused"] == []
        assert answer.body["kept"] is True
        assert sum(answer.body["taken"].values()) == answer.body["lines"] == archive.count(b"\n") - 2


def archives_in(folder: Path) -> dict[str, bytes]:
    """The archives of a folder."""
    return {name: (folder / f"{name}.jsonl").read_bytes() for name in SERVICES}


def keys_in(folder: Path) -> dict[str, bytes]:
    """The keys of the archives of a folder."""
    return {name: key_lines(keys_beside(folder), name) for name in SERVICES}


async def all_heard(here: System) -> None:
    """Wait until everything is published, and every projection and reaction has heard of it."""
    keeping = [one for one in here.runtimes if one.service.metadata is not None]

    async def published() -> bool:
        return not any([(await one.database.read(outbox.backlog)).pending for one in keeping])

    async def worked() -> bool:
        followed = [(one, reaction) for one in keeping for reaction in one.service.reacts]
        infos = [
            await one.bus.api(f"CONSUMER.INFO.EVENTS.{reaction.durable(one.service.name)}")
            for one, reaction in followed
        ]
        return not any(info["num_pending"] or info["num_ack_pending"] for info in infos)

    async def projected() -> bool:
        followed = [(one, projection) for one in keeping for projection in one.service.projections]
        return all([await stands_at_the_end(one, projection, keeping) for one, projection in followed])

    for condition in (published, projected, worked):
        await eventually(condition, timeout=60, every=0.1)


async def stands_at_the_end(
    runtime: ServiceRuntime, projection: Projection, publishers: Sequence[ServiceRuntime]
) -> bool:
    """Whether a projection has applied the last of the events that it follows."""
    names = [f"evt.%.{one.publisher}.{one.event_name}.%" for one in projection.events]
    followed = sa.or_(*(tables.outbox.c.subject.like(name) for name in names))
    last = sa.select(sa.func.max(tables.outbox.c.stream_sequence)).where(followed)
    ends = [await one.database.read(lambda session: session.scalar(last)) or 0 for one in publishers]
    stands = await runtime.database.read(lambda session: cursor.load(session, projection.name))
    return stands is not None and stands.stream_sequence >= max(ends)


async def count(runtime: ServiceRuntime, table: sa.Table) -> int:
    """How many rows a table has."""
    query = sa.select(sa.func.count()).select_from(table)
    return await runtime.database.read(lambda session: session.connection().execute(query).scalar_one())


async def notices(here: System, token: str = "") -> list[dict[str, Any]]:
    """Every notice that the history's agency, or another one, has told."""
    found: list[dict[str, Any]] = []
    following: str | None = ""
    while following is not None:
        path = f"/api/notifications/v1/notices?limit=100{following and f'&cursor={following}'}"
        body = (await here.call("GET", path, token=token or reader(here))).body
        found, following = found + body["items"], body["next"]
    return found


async def delivered(here: System, token: str = "") -> bool:
    """Whether there are notices, and each has been delivered."""
    found = await notices(here, token)
    return bool(found) and all(one["closed"] for one in found)


async def told(here: System) -> list[Envelope]:
    """Every event of the services of which somebody might be told."""
    types = {one.type() for one in TOLD}
    found: list[Envelope] = []
    query = sa.select(tables.outbox.c.envelope)
    for runtime in here.runtimes:
        rows = await runtime.database.read(lambda session: session.connection().scalars(query).all())
        found += [one for one in map(Envelope.decode, rows) if one.event_type in types]
    return found


async def subscribed(here: System) -> None:
    """Somebody wants to be told of everything, in the inbox."""
    body = {"scope": "all", "channel": "inbox"}
    made = await here.call(
        "POST", "/api/notifications/v1/subscriptions", body, token=reader(here, "notifications")
    )
    assert made.status == 201, made.body


# --- the same there ------------------------------------------------------------------------------------


async def test_every_read_is_the_same_in_the_other_installation_on_either_database(
    tmp_path: Path, postgres: Postgres, history: Path
) -> None:
    readings: list[dict[str, Reading]] = []
    exports: list[dict[str, bytes]] = []
    urls = ["", postgres.create_databases(ALL), ""]
    archives, keys = archives_in(history), keys_in(history)
    found = next(line for line in archives["partners"].splitlines() if b'"table":"partnerships"' in line)
    partnership = json.loads(found)["row"]["id"]
    for number, url in enumerate(urls):
        async with running(tmp_path / str(number), url) as here:
            if number == 0:
                await subscribed(here)
            else:
                # The notifications first, as they know what was told already.
                archives = {name: exports[-1][name] for name in reversed(ALL)}
            await put_whole(here, archives, history / "files", keys)
            await all_heard(here)
            exports.append({name: await export(here, name) for name in ALL})
            assert b'{"sealed":' in exports[-1]["partners"]
            keys = await keys_of(here)
            asked = {"partnership_id": partnership, "start": "2026-03-02"}
            readings.append({name: await everything(here, name, **asked) for name in ALL})
            assert [one for one in await told(here) if one.time >= END - NEWS], "there would be news"
            assert await notices(here) == [], "what comes with an archive is history, however young"
    assert exports[0] == exports[1] == exports[2]
    assert {name: exports[0][name] for name in SERVICES} == archives_in(history)
    first = readings[0]
    for others in readings[1:]:
        for name in ALL:
            assert others[name].keys() == first[name].keys()
            differing = [path for path in first[name] if others[name][path] != first[name][path]]
            assert differing == [], f"{name}: {others[name][differing[0]]} was {first[name][differing[0]]}"
    statuses = Counter(shown[0] for each in first.values() for shown in each.values())
    assert statuses[200] > 150
    assert statuses.keys() <= {200, 403, 404, 422}, statuses
    assert "/api/programs/v1/iati.xml" in first["programs"]
    for name in ("partners", "programs"):
        assert any("calendar.ics" in path for path in first[name])
    assert any(shown[2] == "application/pdf" for shown in first["partners"].values())


async def test_what_was_told_is_not_told_again(tmp_path: Path, history: Path) -> None:
    async with running(tmp_path / "a") as here:
        await subscribed(here)
        await put_whole(here, archives_in(history), history / "files", keys_in(history))
        await all_heard(here)
        await here.signed_partnership()
        ours = here.token("coordinator")  # of the agency whose partnership was signed here
        await eventually(lambda: delivered(here, ours), timeout=60)
        before = await notices(here, ours)
        archives = {name: await export(here, name) for name in reversed(ALL)}
        keys = await keys_of(here)
    assert [one["deliveries"] for one in before] == [1]
    async with running(tmp_path / "b") as there:
        await put_whole(there, archives, history / "files", keys)
        await all_heard(there)
        assert await notices(there, there.token("coordinator")) == before
        # A reaction whose inbox were lost would do its work again.
        consumers = sa.select(tables.inbox.c.consumer).distinct()
        runtime = next(one for one in there.runtimes if one.service.name == "notifications")
        found = await runtime.database.read(lambda session: session.connection().scalars(consumers).all())
        assert "reaction/notify" in found
        there.organisations |= here.organisations  # they came along
        await there.signed_partnership()
        await eventually(lambda: is_told(there, len(before) + 1), timeout=60)


async def is_told(here: System, number: int) -> bool:
    """Whether there are so many notices: news are still told."""
    return len(await notices(here, here.token("coordinator"))) == number


# --- what follows from it is made anew -----------------------------------------------------------------


async def test_imported_products_are_found_by_their_words(
    tmp_path: Path, postgres: Postgres, history: Path
) -> None:
    for number, url in enumerate(("", postgres.create_database())):
        async with running(tmp_path / str(number), url, ["products"]) as here:
            await put_whole(here, {"products": archives_in(history)["products"]}, history / "files", {})
            found = await here.call("GET", "/api/products/v1/search?q=pendampingan")
            assert found.status == 200
            assert found.body["total"] > 0
            listed = await here.call("GET", "/api/products/v1/products?limit=100")
            gone = [
                await here.call("GET", f"/api/products/v1/products?limit=100&state={state}")
                for state in ("withdrawn", "expired")
            ]
            # Each in two languages; of what is gone the title.
            kept = 2 * len(listed.body["items"]) + sum(len(one.body["items"]) for one in gone)
            assert await count(here.runtimes[0], search_texts) == kept
            assert sum(len(one.body["items"]) for one in gone) > 0


async def test_parties_of_an_open_trust_round_score_anew_as_no_archive_holds_scores(tmp_path: Path) -> None:
    async with running(tmp_path / "a", "", ["partners"]) as here:
        partnership, (police, village) = await world.signed(here, "lead", "member")
        closes = (here.clock.now() + timedelta(days=14)).isoformat()
        secretary = here.token("secretary")
        opened = await world.made(
            here, "/trust-rounds", {"partnership_id": partnership, "closes_at": closes}, token=secretary
        )
        assert (await score(here, opened["id"], police, village)).status == 200
        archive = await export(here, "partners")
        timers = await here.call("GET", "/api/partners/v1/timers", token=here.token("operator"))
    assert b'"trust_rounds"' in archive
    assert b"trust_scores" not in archive
    assert b"sincerity" not in archive
    async with running(tmp_path / "b", "", ["partners"]) as there:
        await put_whole(there, {"partners": archive}, tmp_path, {})
        path = f"/trust-rounds/{opened['id']}"
        shown = await world.got(there, path, token=secretary_of(there))
        assert [one["scored"] for one in shown["parties"]] == [False, False]
        assert shown["state"] == "open"
        again = await there.call("GET", "/api/partners/v1/timers", token=there.token("operator"))
        assert again.body == timers.body
        for rater, rated in ((police, village), (village, police)):
            assert (await score(there, opened["id"], rater, rated)).status == 200
        closed = await world.made(there, f"{path}/close", None, token=secretary_of(there))
        assert (closed["state"], closed["means"]["coverage"]) == ("closed", 1.0)
        assert await count(there.runtimes[0], trust_scores) == 0


def secretary_of(here: System) -> str:
    """A token of a secretary."""
    return here.token("secretary")


async def score(here: System, round_: str, rater: Any, rated: Any) -> Answer:
    """Hand in a party's scores."""
    names = ("honesty", "sincerity", "transparency", "accountability", "strengthening", "benefit")
    scores = [{"rated": str(rated)} | dict.fromkeys(names, 4)]
    return await here.call(
        "PUT",
        f"/api/partners/v1/trust-rounds/{round_}/scores",
        {"scores": scores},
        token=here.representative(rater),
    )


# --- refused -------------------------------------------------------------------------------------------


async def state(here: System) -> dict[str, Any]:
    """What a service holds, and whether anything waits for the relay.

    Not by its own export, which is told to auditors, and therefore changes what the service holds.
    """
    database, found = here.runtimes[0].database, service("partners")
    assert found.metadata is not None
    contents = Contents.of("partners", found.metadata, ())  # nothing sealed
    archive = await database.read(lambda session: b"".join(written(session, contents)))
    return {"archive": archive, "backlog": await database.read(outbox.backlog)}


async def test_a_dry_run_reports_the_same_and_changes_nothing(
    tmp_path: Path, url: str, history: Path
) -> None:
    archive = archives_in(history)["partners"]
    async with running(tmp_path, url, ["partners"]) as here:
        empty = await state(here)
        sent = keyed(archive, keys_in(history)["partners"])
        by_query = await put(here, "partners", sent, "?dry_run=true")
        by_header = await put(here, "partners", sent, Dry_Run="true")
        assert await state(here) == empty
        done = await put(here, "partners", sent)
        assert by_query.body == by_header.body == done.body | {"kept": False}
        assert done.body["kept"] is True
        assert (await export(here, "partners")) == archive


async def test_one_bad_line_among_many_is_named_and_nothing_is_kept(
    tmp_path: Path, url: str, history: Path
) -> None:
    lines = archives_in(history)["partners"].splitlines(keepends=True)
    where = next(number for number, line in enumerate(lines) if b'"table":"seats"' in line)
    row = json.loads(lines[where])
    row["row"]["board_id"] = str(uuid4())
    lines[where] = json.dumps(row).encode() + b"\n"
    async with running(tmp_path, url, ["partners"]) as here:
        empty = await state(here)
        sent = keyed(b"".join(lines), keys_in(history)["partners"])
        report = (await put(here, "partners", sent)).body
        dangling = "what it refers to is not here"
        assert report["refused"][0] == {"line": where + 1, "what": "seats", "reason": dangling}
        # With the seat those are refused that sat on it; nothing else is.
        assert {(one["what"], one["reason"]) for one in report["refused"][1:]} == {("attendances", dangling)}
        assert report["kept"] is False
        assert await state(here) == empty


async def test_the_same_import_leaves_all_as_it_is_and_another_of_the_same_is_refused_line_by_line(
    tmp_path: Path, url: str, history: Path
) -> None:
    archive = archives_in(history)["partners"]
    async with running(tmp_path, url, ["partners"]) as here:
        sent = keyed(archive, keys_in(history)["partners"])
        await put(here, "partners", sent)
        again = (await put(here, "partners", sent)).body
        assert (again["kept"], again["refused_lines"]) == (True, 0)
        report = (await put(here, "partners", sent.replace(b"{", b"{ ", 1))).body
        assert report["refused_lines"] == report["lines"]
        assert (report["kept"], len(report["refused"])) == (False, min(1000, report["lines"]))
        assert (await export(here, "partners")) == archive


async def test_what_is_no_whole_archive_of_this_service_is_refused(tmp_path: Path, history: Path) -> None:
    archives = archives_in(history)
    async with running(tmp_path, "", ["partners"]) as here:
        own = archives["partners"]
        for given in (b"", b"Halo", archives["programs"], own[:-5], own[:5000]):
            answer = await put(here, "partners", given)
            assert (answer.status, answer.body["type"]) == (422, "/problems/archive-unreadable")
            assert "partners" in answer.body["detail"]
        assert (await export(here, "partners")).count(b"\n") == 2


async def test_a_file_travels_and_another_content_under_its_name_is_refused(tmp_path: Path) -> None:
    content = b"lokasi,jumlah\nA,14\n"
    sha256 = hashlib.sha256(content).hexdigest()
    async with running(tmp_path, "", ["programs"]) as here:
        path = f"/api/programs/v1/archive/files/{sha256}"
        token = custodian(here)
        assert (await here.call("HEAD", path, token=token)).status == 404
        missing = await here.call("GET", path, token=token)
        assert (missing.status, missing.body["type"]) == (404, "/problems/file-unknown")
        changed = await here.call("PUT", path, content + b"B,9\n", token=token)
        assert (changed.status, changed.body["type"]) == (422, "/problems/file-not-as-named")
        dry = await here.call("PUT", path, content, token=token, Dry_Run="true")
        assert (dry.status, dry.body["type"]) == (422, "/problems/dry-run-impossible")
        assert (await here.call("HEAD", path, token=token)).status == 404
        for _ in range(2):
            assert (await here.call("PUT", path, content, token=token)).status == 204
        assert (await here.call("HEAD", path, token=token)).status == 200
        assert (await here.call("GET", path, token=token)).body == content
        odd = await here.call("GET", "/api/programs/v1/archive/files/7", token=token)
        assert (odd.status, odd.body["type"]) == (422, "/problems/hash-unreadable")


async def test_every_file_of_the_history_travels_with_it(history: Path) -> None:
    named = {one for name in SERVICES for one in named_files(history / f"{name}.jsonl")}
    kept = {file.name for file in (history / "files").iterdir()}
    assert named == kept
    assert len(named) >= 4
    for file in (history / "files").iterdir():
        content = await asyncio.to_thread(file.read_bytes)
        assert hashlib.sha256(content).hexdigest() == file.name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "archive"),
        ("POST", "archive"),
        ("GET", f"archive/files/{'0' * 64}"),
        ("PUT", f"archive/files/{'0' * 64}"),
    ],
)
async def test_a_custodian_moves_archives_and_nobody_else(tmp_path: Path, method: str, path: str) -> None:
    async with running(tmp_path, "", ["partners"]) as here:
        place = f"/api/partners/v1/{path}"
        nobody = await here.call(method, place, b"x")
        assert nobody.status == 401
        others = here.token("coordinator", "secretary", "operator", "publisher", "resident")
        refused = await here.call(method, place, b"x", token=others)
        assert (refused.status, refused.body["type"]) == (403, "/problems/role-missing")


def test_the_history_belongs_to_the_demonstrations_agency() -> None:
    assert Actor(person="x", agency=AGENCY).agency == "polresta-delta"
    assert isinstance(at_its_end(), MovableClock)
