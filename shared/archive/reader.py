"""Archive import: validates each line, then writes it or refuses it with line number and reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from shared.archive.writer import ArchiveUnreadable, Contents, Report
from shared.contracts.envelope import SEQUENCE_DIGITS, Envelope, MalformedEnvelope
from shared.contracts.event import UnknownEvent
from shared.database import outbox, tables
from shared.database.json_rows import RowSchema, holds_nul, insertion, places
from shared.database.tables import imports
from shared.database.transaction import Transaction
from shared.privacy.sealing import Seals, keys_of, take_key

BATCH = 500


def read_in(tx: Transaction, contents: Contents, lines: Iterable[bytes]) -> Report:
    """Import an archive in one transaction; the caller rolls back if anything was refused.

    Raises :class:`ArchiveUnreadable` if the lines are not a complete archive of this service.
    """
    report = Report()
    reading = _Reading(tx, contents, report)
    ended, number = False, 0
    for line in lines:
        entry = _entry(line, number + 1, contents.service)
        if number and not ended and "key" in entry:
            reading.unlock(entry["key"])  # not a line of the archive itself, and not counted
            continue
        number += 1
        if ended:
            raise ArchiveUnreadable(service=contents.service, reason=f"line {number} follows the end")
        if number == 1:
            if entry != contents.head:
                said = f"it begins with {str(entry)[:200]}"
                raise ArchiveUnreadable(service=contents.service, reason=said)
        elif "end" in entry:
            ended = True
            if entry["end"] != report.lines:
                said = f"it has {report.lines} of {entry['end']} lines"
                raise ArchiveUnreadable(service=contents.service, reason=said)
        else:
            report.lines += 1
            reading.take(number, line, entry)
    if not ended:
        raise ArchiveUnreadable(service=contents.service, reason="its end is missing")
    reading.write()
    if contents.derived is not None and not report.refused:
        contents.derived(tx)
    return report


def earlier_report(session: Session, archive: str) -> Report | None:
    """The report of the same archive, by the SHA-256 of the whole request, if it was imported before."""
    body = session.connection().scalar(sa.select(imports.c.report).where(imports.c.archive == archive))
    return Report(**orjson.loads(body), kept=True, before=True) if body is not None else None


def store_report(tx: Transaction, archive: str, report: Report) -> None:
    """Store the report in the transaction of its rows, so that an interrupted import can be resumed."""
    # A table's name is a subclass of str, which is no key for JSON.
    taken = {str(what): lines for what, lines in report.taken.items()}
    counts = {"lines": report.lines, "taken": taken, "nameless": report.nameless}
    tx.execute(sa.insert(imports).values(archive=archive, report=orjson.dumps(counts), taken_at=tx.now))


class _Reading:
    """Collects rows of one table and writes them together; a failing batch is retried row by row."""

    def __init__(self, tx: Transaction, contents: Contents, report: Report) -> None:
        self._tx = tx
        self._service = contents.service
        self._report = report
        self._tables = {table.name: table for table in contents.tables}
        self._shapes: dict[str, RowSchema] = {}
        self._into: sa.Table | None = None
        self._rows: list[tuple[int, dict[str, Any]]] = []
        self._seals = Seals(contents.personal, keys_of(tx.session))
        self._last: int | None = None
        self._continues = False

    def unlock(self, entry: Any) -> None:
        """Add a key; raises :class:`ArchiveUnreadable`."""
        try:
            taken = take_key(self._tx, entry)
        except ValueError as error:
            raise ArchiveUnreadable(service=self._service, reason=str(error)) from None
        if taken is not None:
            owner, key = taken
            self._seals.keys[owner] = key

    def take(self, number: int, line: bytes, entry: dict[str, Any]) -> None:
        """Import one line, or refuse it."""
        what = "event" if "event" in entry else str(entry.get("table", "nothing"))[:100]
        try:
            if holds_nul(line, entry):
                raise ValueError("a text holds NUL")
            if "event" in entry:
                table, row = tables.outbox, self._event(entry["event"])
            else:
                table, row = self._row(entry)
        except (MalformedEnvelope, UnknownEvent, ValueError) as error:
            self._report.refuse(number, what, _said(error))
            return
        if self._into is not table or len(self._rows) >= BATCH:
            self.write()
            self._into = table
        self._rows.append((number, row))

    def _row(self, entry: dict[str, Any]) -> tuple[sa.Table, dict[str, Any]]:
        if entry.keys() != {"table", "row"}:
            raise ValueError("a line is a row of a table, or an event")
        table = self._tables.get(str(entry["table"]))
        if table is None:
            raise ValueError("there is no such table in an archive of this service")
        if table.name not in self._shapes:
            self._shapes[table.name] = RowSchema(table)
        holding, row = self._seals.holding(table), entry["row"]
        if holding is not None and isinstance(row, dict) and not self._seals.open(holding, row):
            self._report.nameless += 1
        return table, self._shapes[table.name].read(row)

    def _event(self, body: Any) -> dict[str, Any]:
        raw = orjson.dumps({**self._numbered(body), "imported": True} if isinstance(body, dict) else body)
        envelope = Envelope.decode(raw)
        if envelope.publisher != self._service:
            raise ValueError(f"{envelope.event_type} is published by another service")
        if envelope.time.tzinfo is None:
            raise ValueError("its time has no zone")
        envelope.event()
        return {
            "event_id": envelope.id,
            "aggregate_id": envelope.aggregate_id,
            "subject": envelope.subject,
            "envelope": raw,
            "recorded_at": envelope.time,
            "number": envelope.sequence,
        }

    def _numbered(self, body: dict[str, Any]) -> dict[str, Any]:
        """An event with its own number, or with the next one if others are here already."""
        if self._last is None:
            self._last = outbox.last_number(self._tx.session.connection())
            self._continues = self._last == 0
        if self._continues or "sequence" not in body:
            return body
        self._last += 1
        unnumbered = {name: value for name, value in body.items() if name not in ("sequence", "sequencetype")}
        return unnumbered | {"sequence": f"{self._last:0{SEQUENCE_DIGITS}}", "sequencetype": "Integer"}

    def write(self) -> None:
        """Write the collected rows."""
        rows, self._rows = self._rows, []
        if rows and self._into is not None:
            what = "events" if self._into is tables.outbox else self._into.name
            self._report.take(what, len(rows) - self._insert(self._into, rows))

    def _insert(self, table: sa.Table, rows: Sequence[tuple[int, dict[str, Any]]]) -> int:
        """Write rows; returns how many were refused."""
        connection = self._tx.session.connection()
        try:
            with connection.begin_nested():
                connection.execute(insertion(table, rows[0][1]), [row for _, row in rows])
        except (IntegrityError, DataError) as error:
            if len(rows) > 1:
                return sum(self._insert(table, [row]) for row in rows)
            what = "event" if table is tables.outbox else table.name
            self._report.refuse(rows[0][0], what, _why(error))
            return 1
        return 0


def _entry(line: bytes, number: int, service: str) -> dict[str, Any]:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ArchiveUnreadable(service=service, reason=f"line {number} is no JSON ({error})") from None
    if not isinstance(entry, dict):
        raise ArchiveUnreadable(service=service, reason=f"line {number} is no JSON object")
    return entry


def _said(error: Exception) -> str:
    return places(error) if isinstance(error, ValidationError) else str(error)[:500]


def _why(error: IntegrityError | DataError) -> str:
    """What a database error means for the row."""
    text = str(error.orig).splitlines()[0]
    for sign, meaning in (
        ("unique", "it is here already, or another has what must be unique"),
        ("foreign key", "what it refers to is not here"),
        ("check constraint", "it breaks a rule of the table"),
    ):
        if sign in text.lower():
            return meaning
    return text[:300]
