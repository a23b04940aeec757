"""After an erasure no byte of databases, streams, files and logs says who it was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import structlog

from shared.observability.logging import configure_logging
from tests.privacy.search import spellings, traces
from tests.privacy.world import EMAILS, NAMES, PHONES, USER_NAME, VALUES, Life, life
from tests.support.postgres import Postgres
from tests.support.smtp import SmtpSink

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
            async with life(data, smtp, None) as one:
                yield Place(one, [data], None)
            return
        with Postgres(own=True, wal_recycle="off") as server:
            async with life(data, smtp, server) as one:
                yield Place(one, [data, server.folder], server)


async def test_no_byte_is_left(place: Place) -> None:
    place.gather_statistics()
    before = await traces(place.folders, VALUES)
    # What was corrected stands in an answer that is kept.
    assert before.keys() == set(VALUES)
    assert place.log.stat().st_size > 0
    assert place.log not in {file for files in before.values() for file in files}
    await place.one.erase()
    place.settle()
    assert await traces(place.folders, PARTS) == {}
    assert (await traces(place.folders, [place.one.person])).keys() == {place.one.person}


async def test_the_search_finds_every_spelling(tmp_path: Path) -> None:
    for number, written in enumerate(spellings(NAMES[0])):
        (tmp_path / str(number)).write_bytes(b"\1\2" + written + b"\3")
    assert len((await traces([tmp_path], [NAMES[0]]))[NAMES[0]]) == len(spellings(NAMES[0]))
    assert await traces([tmp_path], ["Sekar Wulan Lestari"]) == {}
