"""What an archive promises: it is the same on either database, whole or refused, and says what is wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from shared.archive.reader import read_in
from shared.archive.writer import MOST_REPORTED, ArchiveUnreadable, Contents, Report, written
from shared.clock import SystemClock, new_id
from shared.contracts.envelope import Envelope
from shared.database import outbox, tables
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.json_rows import as_json
from shared.database.transaction import Transaction
from tests.events.world import ThingMade, context, create_tables
from tests.support.postgres import Postgres


class Lent(StrEnum):
    """Where a book is."""

    HERE = "here"
    AWAY = "away"


metadata = tables.service_metadata()
shelves = sa.Table(
    "shelves",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
)
books = sa.Table(
    "books",
    metadata,
    sa.Column("shelf_id", sa.ForeignKey("shelves.id"), primary_key=True),
    sa.Column("title", sa.Text, primary_key=True),
    sa.Column("note", sa.Text),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("letters", sa.BigInteger, nullable=False),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("worn", sa.Boolean, nullable=False),
    sa.Column("bought", sa.Date),
    sa.Column("read_at", tables.Instant, nullable=False),
    sa.Column("lent", tables.state_text(Lent), nullable=False),
    sa.Column("facts", sa.JSON),
    sa.Column("cover", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("pages > 0", name="pages"),
)
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("number", tables.big_serial, primary_key=True, autoincrement=True),
    sa.Column("text", sa.Text, nullable=False),
)
words = sa.Table("words", metadata, sa.Column("word", sa.Text, primary_key=True), info={"derived": True})
votes = sa.Table("votes", metadata, sa.Column("vote", sa.Text, primary_key=True), info={"sealed": True})
copies_of_others = sa.Table("others", metadata, sa.Column("id", sa.Uuid, primary_key=True))

SHELF, THING = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)
PLAIN: dict[str, Any] = {
    "shelf_id": SHELF,
    "note": None,
    "pages": 1,
    "letters": 2**40,
    "weight": 0.1,
    "worn": True,
    "bought": None,
    "read_at": NOON,
    "lent": Lent.HERE,
    "facts": None,
    "cover": b"",
}
# Titles that a language would order otherwise than their bytes.
BOOKS = [
    PLAIN | {"title": "Zaman", "note": "“kutipan”\n\tdan é", "facts": {"b": [1, None, "x"], "a": 0.5}},
    PLAIN | {"title": "anak", "bought": date(2025, 2, 28), "cover": bytes(range(256)), "weight": 3.0},
    PLAIN | {"title": "Élan", "lent": Lent.AWAY, "worn": False, "facts": []},
]


def rewritten(tx: Transaction) -> None:
    """Make the derived words anew."""
    for title in tx.session.connection().scalars(sa.select(books.c.title)).all():
        tx.insert(words, {"word": title})


CONTENTS = Contents.of("testing", metadata, [copies_of_others], rewritten)


def event(name: str) -> Envelope:
    """An event of this service."""
    return Envelope(
        id=new_id(),
        publisher="testing",
        name="thing-made",
        version=1,
        aggregate_id=THING,
        aggregate_version=1,
        agency="polresta-contoh",
        time=NOON,
        correlation_id="c",
        causation_id="d",
        data={"thing_id": str(THING), "name": name},
    )


def fill(tx: Transaction) -> None:
    """A service that has lived."""
    connection = tx.session.connection()
    connection.execute(sa.insert(shelves), {"id": SHELF, "name": "Atas"})
    connection.execute(sa.insert(books), BOOKS)
    connection.execute(sa.insert(entries), [{"text": "pertama"}, {"text": "kedua"}])
    connection.execute(sa.insert(words), {"word": "lama"})
    connection.execute(sa.insert(votes), {"vote": "rahasia"})
    connection.execute(sa.insert(copies_of_others), {"id": new_id()})
    done = [{"consumer": name, "event_id": new_id()} for name in ("reaction/work", "projection/others")]
    connection.execute(sa.insert(tables.inbox), done)
    tx.set_timer("ring", THING, NOON, "k")
    outbox.append(connection, [event("satu"), event("dua")])


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """An empty database with the tables of this service."""
    create_tables(url)
    database = open_database(url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    await database.start()
    await database.write(context(), lambda tx: metadata.create_all(tx.session.connection()))
    try:
        yield database
    finally:
        await database.stop()


async def exported(database: Database) -> list[bytes]:
    """The lines of its archive."""
    return await database.read(lambda session: list(written(session, CONTENTS)))


class _NotKept(Exception):
    pass


async def taken(database: Database, lines: Iterable[bytes]) -> Report:
    """Import lines as the door does: all, or nothing."""
    given, reports = list(lines), []

    def run(tx: Transaction) -> None:
        reports.append(read_in(tx, CONTENTS, given))
        if reports[-1].refused:
            raise _NotKept

    with suppress(_NotKept):
        await database.write(context(), run)
    return reports[-1]


async def count(database: Database, table: sa.Table) -> int:
    """How many rows a table has."""
    query = sa.select(sa.func.count()).select_from(table)
    return await database.read(lambda session: session.connection().execute(query).scalar_one())


async def is_empty(database: Database) -> bool:
    """Whether nothing is in any table of an archive."""
    return not any([await count(database, table) for table in (*CONTENTS.tables, tables.outbox, words)])


@pytest.fixture
async def full(tmp_path: Path) -> AsyncIterator[list[bytes]]:
    """The archive of a service that has lived."""
    async with opened(f"sqlite:///{tmp_path / 'full.sqlite3'}") as database:
        await database.write(context(), fill)
        yield await exported(database)


@pytest.mark.parametrize("way", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
async def test_an_archive_is_the_same_on_either_database(
    tmp_path: Path, postgres: Postgres, way: tuple[str, str]
) -> None:
    urls = {"sqlite": f"sqlite:///{tmp_path / 'a.sqlite3'}", "postgresql": postgres.create_database()}
    async with opened(urls[way[0]]) as source, opened(urls[way[1]]) as target:
        await source.write(context(), fill)
        lines = await exported(source)
        report = await taken(target, lines)
        assert report.refused == []
        assert report.lines == len(lines) - 2 == sum(report.taken.values())
        assert report.taken == {"shelves": 1, "books": 3, "entries": 2, "timers": 1, "inbox": 1, "events": 2}
        assert await exported(target) == lines
        rows = await target.read(lambda session: session.connection().execute(sa.select(books)).all())
        assert sorted((dict(row._mapping) for row in rows), key=lambda one: one["title"]) == sorted(
            BOOKS, key=lambda one: one["title"]
        )
        # No value is no value, and not the JSON text “null”.
        missing = sa.select(sa.func.count()).where(books.c.facts.is_(sa.null()))
        assert await target.read(lambda session: session.connection().execute(missing).scalar_one()) == 1


async def test_copies_derived_and_sealed_rows_stay_behind_and_what_is_derived_is_made_anew(
    full: list[bytes], database_url: str
) -> None:
    tables_in_it = {json.loads(line).get("table") for line in full}
    assert tables_in_it.isdisjoint({"words", "votes", "others", "cursors", "idempotency_keys"})
    assert b"projection/" not in b"".join(full)
    async with opened(database_url) as database:
        assert (await taken(database, full)).refused == []
        found = await database.read(lambda session: session.connection().scalars(sa.select(words)).all())
        assert sorted(found) == sorted(book["title"] for book in BOOKS)
        assert await count(database, votes) == 0


async def test_events_keep_their_words_and_order_say_that_they_came_so_and_wait_for_the_relay(
    full: list[bytes], database_url: str
) -> None:
    async with opened(database_url) as database:
        await taken(database, full)
        waiting = await database.read(lambda session: outbox.unpublished(session, 10))
    bodies = [line.removeprefix(b'{"event":').removesuffix(b"}\n") for line in full if b'{"event"' in line]
    assert [json.loads(row.envelope) for row in waiting] == [
        json.loads(body) | {"imported": True} for body in bodies
    ]
    assert [Envelope.decode(word.envelope).data["name"] for word in waiting] == ["satu", "dua"]
    assert waiting[0].subject == f"evt.polresta-contoh.testing.thing-made.v1.{THING}"


async def test_a_restored_history_keeps_its_numbers_and_goes_on_with_the_next(
    full: list[bytes], database_url: str
) -> None:
    async with opened(database_url) as database:
        await taken(database, full)
        await database.write(context(), lambda tx: outbox.append(tx.session.connection(), [event("tiga")]))
        waiting = await database.read(lambda session: outbox.unpublished(session, 10))
        assert [Envelope.decode(row.envelope).sequence for row in waiting] == [1, 2, 3]


async def test_an_event_that_was_cut_out_of_an_archive_is_missing_in_its_numbers(
    full: list[bytes], database_url: str
) -> None:
    cut = [line for line in full if b'"satu"' not in line]
    cut[-1] = json.dumps({"end": len(cut) - 2}).encode()
    async with opened(database_url) as database:
        assert (await taken(database, cut)).refused == []
        waiting = await database.read(lambda session: outbox.unpublished(session, 10))
        assert [Envelope.decode(row.envelope).sequence for row in waiting] == [2]


async def test_events_that_come_to_others_are_numbered_after_them(
    full: list[bytes], database_url: str
) -> None:
    async with opened(database_url) as database:
        await database.write(context(), lambda tx: outbox.append(tx.session.connection(), [event("nol")]))
        assert (await taken(database, full)).refused == []
        lines = [line for line in await exported(database) if line.startswith(b'{"event"')]
        events = [json.loads(line)["event"] for line in lines]
        assert [(told["sequence"], told["data"]["name"]) for told in events] == [
            ("0000000001", "nol"),
            ("0000000002", "satu"),
            ("0000000003", "dua"),
        ]


async def test_events_of_before_they_were_numbered_come_without_a_number(
    full: list[bytes], database_url: str
) -> None:
    def older(line: bytes) -> bytes:
        entry = json.loads(line)
        if "event" in entry:
            entry["event"].pop("sequence")
            entry["event"].pop("sequencetype")
        return orjson.dumps(entry) + b"\n"

    lines = [older(line) for line in full]
    async with opened(database_url) as database:
        assert (await taken(database, lines)).refused == []
        assert await exported(database) == lines
        await database.write(context(), lambda tx: outbox.append(tx.session.connection(), [event("tiga")]))
        waiting = await database.read(lambda session: outbox.unpublished(session, 10))
        assert [Envelope.decode(row.envelope).sequence for row in waiting] == [None, None, 1]


# --- refused lines -------------------------------------------------------------------------------------


def book(**changed: Any) -> dict[str, Any]:
    """A line of the table of books."""
    row = {key: as_json(value) for key, value in PLAIN.items()} | {"title": "Baru"}
    return {"table": "books", "row": row | changed}


def without(name: str) -> dict[str, Any]:
    """A book without one of its columns."""
    row = book()["row"]
    del row[name]
    return {"table": "books", "row": row}


def happened(**changed: Any) -> dict[str, Any]:
    """A line of an event."""
    return {"event": json.loads(event("tiga").encode()) | changed}


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown table": ({"table": "beds", "row": {}}, "beds", "there is no such table"),
    "derived table": ({"table": "words", "row": {"word": "x"}}, "words", "there is no such table"),
    "sealed table": ({"table": "votes", "row": {"vote": "x"}}, "votes", "there is no such table"),
    "neither": ({"rows": []}, "nothing", "a row of a table, or an event"),
    "something more": (book() | {"and": 1}, "books", "a row of a table, or an event"),
    "no row": ({"table": "books", "row": "Baru"}, "books", "row: "),
    "column missing": (without("pages"), "books", "pages: Field required"),
    "column unknown": (book(colour="red"), "books", "colour: Extra inputs"),
    "no value": (book(pages=None), "books", "pages: "),
    "text for a number": (book(pages="7"), "books", "pages: "),
    "number for a text": (book(note=7), "books", "note: "),
    "part for a whole": (book(pages=1.5), "books", "pages: "),
    "word for yes": (book(worn="yes"), "books", "worn: "),
    "number for a day": (book(bought=7), "books", "bought: "),
    "no such day": (book(bought="2026-02-30"), "books", "bought: "),
    "time without zone": (book(read_at="2026-01-05T12:00:00"), "books", "read_at: "),
    "no such state": (book(lent="lost"), "books", "lent: "),
    "no id": (book(shelf_id="7"), "books", "shelf_id: "),
    "no base 64": (book(cover="é"), "books", "cover: "),
    "too large": (book(pages=2**31), "books", "pages: "),
    "far too large": (book(letters=2**63), "books", "letters: "),
    "duplicate": (book(title="Zaman"), "books", "it is here already"),
    "not unique": ({"table": "shelves", "row": {"id": str(THING), "name": "Atas"}}, "shelves", "unique"),
    "dangling": (book(shelf_id=str(THING)), "books", "what it refers to is not here"),
    "against a rule": (book(pages=0), "books", "it breaks a rule of the table"),
    "NUL in a text": (book(note="a\0b"), "books", "NUL"),
    "NUL in a list": (book(facts=["a\0b"]), "books", "NUL"),
    "NUL in an event": (happened(data={"thing_id": str(THING), "name": "\0"}), "event", "NUL"),
    "another's event": (happened(type="partners.party-left.v1"), "event", "another service"),
    "unknown event": (happened(type="testing.thing-eaten.v1"), "event", "thing-eaten"),
    "against its contract": (happened(data={"thing_id": str(THING)}), "event", "name: Field required"),
    "no CloudEvent": ({"event": {"id": "7"}}, "event", "specversion"),
    "no event": ({"event": [1]}, "event", ""),
    "event without zone": (happened(time="2026-01-05T12:00:00"), "event", "zone"),
    "no sequence": (happened(sequence="seven", sequencetype="Integer"), "event", "no sequence"),
    "a sequence twice": (happened(sequence="0000000001", sequencetype="Integer"), "event", "is here already"),
    "no such agency": (happened(agency="Polres *"), "event", "subject token"),
}


def with_line(lines: list[bytes], line: dict[str, Any]) -> list[bytes]:
    """The archive with one more line before its end."""
    end = {"end": len(lines) - 1}
    return [*lines[:-1], json.dumps(line).encode() + b"\n", json.dumps(end).encode() + b"\n"]


@pytest.mark.parametrize("case", REFUSED)
async def test_a_line_that_cannot_be_taken_is_named_with_its_reason_and_nothing_is_kept(
    full: list[bytes], database_url: str, case: str
) -> None:
    line, what, reason = REFUSED[case]
    async with opened(database_url) as database:
        report = await taken(database, with_line(full, line))
        assert [(item.line, item.what) for item in report.refused] == [(len(full), what)]
        assert reason in report.refused[0].reason
        assert "\n" not in report.refused[0].reason
        assert report.refused_lines == 1
        assert sum(report.taken.values()) == report.lines - 1
        assert await is_empty(database)


async def test_every_refused_line_is_found_not_just_the_first(full: list[bytes], database_url: str) -> None:
    bad = [line for line, _, _ in REFUSED.values()]
    lines = full
    for line in bad:
        lines = with_line(lines, line)
    async with opened(database_url) as database:
        report = await taken(database, lines)
        assert await is_empty(database)
    assert sorted(item.line for item in report.refused) == list(range(len(full), len(full) + len(bad)))


async def test_an_archive_that_was_taken_is_refused_line_by_line_the_second_time(
    full: list[bytes], database_url: str
) -> None:
    async with opened(database_url) as database:
        await taken(database, full)
        report = await taken(database, full)
        # What is only counted up has no name by which it would be known again.
        counted = sum(b'"entries"' in line for line in full)
        assert report.refused_lines == report.lines - counted
        assert await exported(database) == full


async def test_a_report_holds_no_more_than_can_be_read(full: list[bytes], database_url: str) -> None:
    extra = MOST_REPORTED + 5
    middle = [b'{"table":"beds","row":{}}\n'] * extra
    end = json.dumps({"end": extra}).encode() + b"\n"
    async with opened(database_url) as database:
        report = await taken(database, [full[0], *middle, end])
    assert (report.refused_lines, len(report.refused)) == (extra, MOST_REPORTED)


# --- refused whole -------------------------------------------------------------------------------------

Change = Callable[[list[bytes]], list[bytes]]
UNREADABLE: dict[str, tuple[Change, str]] = {
    "empty": (lambda lines: [], "its end is missing"),
    "cut": (lambda lines: lines[:-1], "its end is missing"),
    "cut within a line": (lambda lines: [*lines[:-2], lines[-2][:20]], "is no JSON"),
    "a line less": (lambda lines: lines[:3] + lines[4:], "it has 9 of 10 lines"),
    "a line more": (lambda lines: [*lines[:3], *lines[2:]], "it has 11 of 10 lines"),
    "more after its end": (lambda lines: [*lines, lines[1]], "follows the end"),
    "two archives": (lambda lines: [*lines, *lines], "follows the end"),
    "another service's": (lambda lines: [lines[0].replace(b"testing", b"other"), *lines[1:]], "it begins"),
    "another format": (lambda lines: [lines[0].replace(b"1", b"2", 1), *lines[1:]], "it begins with"),
    "no head": (lambda lines: lines[1:], "it begins with"),
    "no JSON": (lambda lines: [*lines[:4], b"\xff\xfe\n", *lines[5:]], "line 5 is no JSON"),
    "no object": (lambda lines: [*lines[:4], b"[]\n", *lines[5:]], "line 5 is no JSON object"),
    "half a surrogate": (lambda lines: [*lines[:4], b'{"a":"\\ud800"}\n', *lines[5:]], "line 5 is no JSON"),
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_what_is_no_whole_archive_is_refused_whole(
    full: list[bytes], database_url: str, case: str
) -> None:
    change, reason = UNREADABLE[case]
    async with opened(database_url) as database:
        with pytest.raises(ArchiveUnreadable) as refused:
            await taken(database, change(full))
        assert reason in str(refused.value)
        assert "testing" in str(refused.value)
        assert await is_empty(database)


def test_the_contract_of_these_tests_is_that_of_a_thing() -> None:
    assert event("x").event() == ThingMade(thing_id=THING, name="x")
