"""After an erasure no byte of databases, streams, files and logs says who it was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from rich.progress import Progress

from services.cli.archives import PUT_IN, TAKEN_OUT
from shared.api_client import ApiClient
from shared.archive.client import ArchiveClient, keys_beside
from shared.clock import MovableClock
from shared.host.nats_server import NatsServer
from shared.observability.logging import configure_logging
from tests.privacy.search import spellings, traces
from tests.privacy.world import EMAILS, NAMES, PHONES, USER_NAME, VALUES, Life, life, services
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink
from tests.support.system import System, system

PARTS = ("Kinasih", "Purbaningrum", *EMAILS, *PHONES, USER_NAME)
"""What remains of a name where it was cut."""


@dataclass
class Place:
    """A life, and all places where bytes of it are kept."""

    one: Life
    folders: list[Path]
    server: Postgres | None

    @property
    def log(self) -> Path:
        """Where everything is logged."""
        return self.folders[0] / "log.jsonl"

    def settle(self) -> None:
        """Do what documents tell an operator of PostgreSQL: let go of the write-ahead log's old files."""
        if self.server is None:
            return
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")

    def gather_statistics(self) -> None:
        """Have the server look at all values, as it does by itself now and then."""
        if self.server is None:
            return
        for runtime in self.one.here.runtimes:
            url = runtime.settings.database_for(runtime.service.name)
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ANALYZE")


@contextmanager
def logged(file: Path) -> Iterator[None]:
    """Everything is logged into a file, down to the last detail."""
    with file.open("w") as stream:
        configure_logging("debug", "json", stream)
        try:
            yield
        finally:
            structlog.reset_defaults()
            configure_logging("warning", "console")


@pytest.fixture(params=["sqlite", "postgresql"])
async def place(request: pytest.FixtureRequest, tmp_path: Path, smtp: SmtpSink) -> AsyncIterator[Place]:
    """Somebody's life and its traces, with a server of its own."""
    data = tmp_path / "data"
    data.mkdir()
    with logged(data / "log.jsonl"):
        if request.param == "sqlite":
            async with life(data, smtp, None, broker=NatsServer) as one:
                yield Place(one, [data], None)
            return
        with Postgres(own=True, wal_recycle="off") as server:
            async with life(data, smtp, server, broker=NatsServer) as one:
                yield Place(one, [data, server.folder], server)


async def test_no_byte_is_left(place: Place) -> None:
    place.gather_statistics()
    older = place.folders[0] / "archive"
    await taken_out(place.one.here, older)
    before = await traces(place.folders, VALUES)
    # What was corrected stands in an answer that is kept.
    assert before.keys() == set(VALUES)
    assert place.log.stat().st_size > 0
    assert place.log not in {file for files in before.values() for file in files}
    nowhere = [file for files in before.values() for file in files if "nats" in file.parts]
    assert nowhere == []
    assert older not in {file.parent for files in before.values() for file in files}
    await place.one.erase()
    place.settle()
    assert await traces(place.folders, PARTS) == {}
    assert (await traces(place.folders, [place.one.person])).keys() == {place.one.person}


async def test_an_older_archive_opens_with_the_newest_keys_but_for_the_erased(
    tmp_path: Path, smtp: SmtpSink
) -> None:
    folder = tmp_path / "archive"
    async with life(tmp_path / "a", smtp, None) as one:
        body = {"name": "Tetap Disini", "email": "tetap@warga.example", "phone": None}
        other = (await one.made("partners/persons", body))["id"]
        await taken_out(one.here, folder)
        opened = keys_beside(folder).read_text()
        assert one.person in opened
        await one.erase()
        await taken_out(one.here, tmp_path / "newer")
        newest = keys_beside(tmp_path / "newer")
        assert one.person not in newest.read_text()
        assert other in newest.read_text()
    async with system(tmp_path / "b", services(), clock=MovableClock()) as there:
        reports = await put_in(there, folder, newest)
        assert {name: report["nameless"] for name, report in reports.items()} == {
            "partners": 1,
            "programs": 0,
            "products": 0,
            "notifications": reports["notifications"]["nameless"],
            "identity": 2,
        }
        assert reports["notifications"]["nameless"] >= 4
        token = there.token("coordinator")
        for person, name in ((one.person, ""), (other, "Tetap Disini")):
            shown = await there.call("GET", f"/api/partners/v1/persons/{person}", token=token)
            assert (shown.status, shown.body["name"]) == (200, name)
    assert await traces([tmp_path / "b"], PARTS) == {}


def client(here: System) -> ArchiveClient:
    """The client of a system whose clock is another."""
    token = here.token("custodian")
    api = ApiClient(lambda _name: here.url, here.session)
    return ArchiveClient(api, lambda: token, Progress(disable=True))


async def taken_out(here: System, folder: Path) -> None:
    """Take archives out, with the keys beside them."""
    folder.mkdir()
    await client(here).take_out(folder, TAKEN_OUT, keys_beside(folder))


async def put_in(here: System, folder: Path, keys: Path) -> dict[str, dict[str, Any]]:
    """Put archives in with these keys."""
    archives = {name: folder / f"{name}.jsonl" for name in PUT_IN}
    reports = await client(here).put_in(archives, folder / "files", keys)
    assert all(report["kept"] for report in reports.values()), reports
    return reports


async def test_the_search_finds_every_spelling(tmp_path: Path) -> None:
    for number, written in enumerate(spellings(NAMES[0])):
        (tmp_path / str(number)).write_bytes(b"\1\2" + written + b"\3")
    assert len((await traces([tmp_path], [NAMES[0]]))[NAMES[0]]) == len(spellings(NAMES[0]))
    assert await traces([tmp_path], ["Sekar Wulan Lestari"]) == {}
