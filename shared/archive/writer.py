"""Archive export: all rows and events of a service as JSON Lines, readable by any installation.

A line is ``{"table": name, "row": {column: value}}`` or ``{"event": CloudEvent}``; the first
identifies the archive, the last has the number of lines, to detect truncation. Left out are copies of other
services' data and derived tables (``info={"derived": True}``), which are rebuilt from the events; tables that
nobody may read (``info={"sealed": True}``); and the state of this installation: the positions of the relay
and the projections, and idempotency keys. Personal data is encrypted with keys that are exported separately;
as lines ``{"key": …}`` after the first one they decrypt it on import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database import tables
from shared.database.json_rows import as_json, columns, plain
from shared.database.transaction import Transaction
from shared.privacy.personal import Personal, PersonalTable
from shared.privacy.sealing import Seals, keys_of
from shared.refusal import Refusal

FORMAT = "kemitraan-archive"
FORMAT_VERSION = 1
MOST_REPORTED = 1000
AT_ONCE = 1000
_IMPORTED = b',"imported":true}'
"""What an import adds to an event."""
_AGENCY, _PERSON = "of agency", "of person"


class ArchiveUnreadable(Refusal):
    """The lines are not an archive of this service, or not a complete one."""

    kind = "invalid"
    message = "This is not a complete archive of the service %(service)s: %(reason)s"
    remedy = "Export it again, and send the file unchanged."


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused line, and why."""

    line: int
    what: str
    reason: str


@dataclass(slots=True)
class Report:
    """The result of an import: lines by table (and ``events``), and the refused lines.

    ``refused_lines`` counts all of them, ``refused`` holds the first :data:`MOST_REPORTED`. ``nameless``
    counts rows whose personal data was left out for lack of a key. ``kept`` is False if anything was
    refused, or in a dry run: then nothing was changed. ``before`` is True if the same archive was imported
    before, so that nothing was left to do.
    """

    lines: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    refused_lines: int = 0
    nameless: int = 0
    kept: bool = False
    before: bool = False

    def refuse(self, line: int, what: str, reason: str) -> None:
        """Record a refused line."""
        self.refused_lines += 1
        if len(self.refused) < MOST_REPORTED:
            self.refused.append(Refused(line, what, reason))

    def take(self, what: str, lines: int) -> None:
        """Record accepted lines."""
        if lines:
            self.taken[what] = self.taken.get(what, 0) + lines


@dataclass(frozen=True, slots=True)
class Contents:
    """The tables of a service's archive; ``derive`` recomputes what is not in it."""

    service: str
    tables: tuple[sa.Table, ...]
    derived: Callable[[Transaction], None] | None = None
    personal: Personal = field(default_factory=Personal)

    @classmethod
    def of(
        cls,
        service: str,
        metadata: sa.MetaData,
        copies: Iterable[sa.Table],
        derived: Callable[[Transaction], None] | None = None,
        personal: Personal | None = None,
    ) -> Contents:
        """The service's own tables in the order of their foreign keys."""
        left_out = set(copies)
        own = [
            table
            for table in metadata.sorted_tables
            if table not in left_out and not table.info.keys() & {"derived", "sealed"}
        ]
        ours = (tables.timers, tables.inbox, tables.dead_letters, tables.erased_persons)
        return cls(service, (*own, *ours), derived, personal or Personal())

    @property
    def head(self) -> dict[str, str | int]:
        """The first line of the archive."""
        return {"format": FORMAT, "version": FORMAT_VERSION, "service": self.service}


def written(session: Session, contents: Contents) -> Iterator[bytes]:
    """The archive, line by line; the same data and keys make the same bytes on either database.

    Raises ``KeyMissing`` if somebody has no key; see :func:`shared.privacy.sealing.prepare`.
    """
    yield orjson.dumps(contents.head) + b"\n"
    count = 0
    connection, streamed = session.connection(), {"yield_per": AT_ONCE}
    seals = Seals(contents.personal, keys_of(session))
    for table in contents.tables:
        holding = seals.holding(table)
        rows = _rows(table, holding, connection.dialect.name)
        for row in connection.execute(rows, execution_options=streamed):
            # A reserved word is a subclass of str, which is no key for JSON.
            values = {str(name): as_json(value) for name, value in row._mapping.items()}
            if holding is not None:
                owner = (values.pop(_AGENCY), values.pop(_PERSON))
                seals.seal(holding, owner, values)
            count += 1
            yield orjson.dumps({"table": table.name, "row": values}) + b"\n"
    events = sa.select(tables.outbox.c.envelope).order_by(tables.outbox.c.sequence)
    for (envelope,) in connection.execute(events, execution_options=streamed):
        count += 1
        own = envelope[: -len(_IMPORTED)] + b"}" if envelope.endswith(_IMPORTED) else envelope
        yield b'{"event":' + own + b"}\n"
    yield orjson.dumps({"end": count}) + b"\n"


def _rows(table: sa.Table, holding: PersonalTable | None, dialect: str) -> sa.Select[tuple[object, ...]]:
    shown = [sa.type_coerce(column, plain(column)).label(column.name) for column in columns(table)]
    if holding is not None:
        shown += [holding.agency.label(_AGENCY), holding.person.label(_PERSON)]
    query = sa.select(*shown).order_by(*(_place(column, dialect) for column in table.primary_key.columns))
    if table is tables.inbox:
        # Applied events of projections belong to their copies; reactions must not repeat their work.
        query = query.where(table.c.consumer.startswith("reaction/"))
    return query


def _place(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """A column to order by: PostgreSQL would order text by the rules of a language."""
    is_text = dialect == "postgresql" and isinstance(plain(column), sa.String)
    return sa.collate(column, "C") if is_text else column
