"""Queries of the audit log by time, kind, actor, service and outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.model.audit import Entry
from services.identity.tables.audit import audit_entries

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """A filter of entries; None: all. ``since`` is inclusive, ``until`` is not.

    ``actors``: by any of these; empty: by anyone.
    """

    since: datetime | None = None
    until: datetime | None = None
    kind: str | None = None
    actors: tuple[str, ...] = ()
    service: str | None = None
    outcome: str | None = None
    about: UUID | None = None

    def of(self, query: sa.Select[tuple[Entry]]) -> sa.Select[tuple[Entry]]:
        """The filtered query."""
        if self.since is not None:
            query = query.where(audit_entries.c.at >= self.since)
        if self.until is not None:
            query = query.where(audit_entries.c.at < self.until)
        if self.actors:
            query = query.where(audit_entries.c.actor.in_(self.actors))
        same = {name: getattr(self, name) for name in ("kind", "service", "outcome", "about")}
        for name, value in same.items():
            if value is not None:
                query = query.where(audit_entries.c[name] == value)
        return query


def list_entries(session: Session, wanted: AuditFilter, after: UUID | None, limit: int) -> list[Entry]:
    """The entries that the actor may see, newest first: ids are ordered by time."""
    query = wanted.of(sa.select(Entry)).order_by(audit_entries.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(audit_entries.c.id < after)
    return list(session.scalars(query))


def every_entry(session: Session, wanted: AuditFilter) -> Iterator[Entry]:
    """All matching entries that the actor may see, oldest first."""
    query = wanted.of(sa.select(Entry)).order_by(audit_entries.c.id)
    entries: Iterable[Entry] = session.scalars(query, execution_options={"yield_per": AT_ONCE})
    for entry in entries:
        session.expunge(entry)
        yield entry
