"""Rows without an aggregate: consecutive ones of the same kind are written by one statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

_INSERT = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
Kind = tuple[sa.Table, tuple[str, ...], frozenset[str] | None]
"""The table, the columns, and those that are updated where the primary key exists (None: it must not)."""


class RowWriter:
    """Collects rows until they are of another kind, or something reads."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kind: Kind | None = None
        self._rows: list[Mapping[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._rows)

    def add(self, table: sa.Table, row: Mapping[str, Any], updated: frozenset[str] | None = None) -> None:
        """Add a row; those of another kind before it are written."""
        kind = (table, tuple(row), updated)
        if kind != self._kind:
            self.write()
            self._kind = kind
        self._rows.append(row)

    def write(self) -> None:
        """Write what was added."""
        rows, self._rows = self._rows, []
        if rows and self._kind is not None:
            table, _, updated = self._kind
            connection = self._session.connection()
            connection.execute(_statement(connection.dialect.name, table, updated), rows)


@lru_cache(maxsize=512)
def _statement(dialect: str, table: sa.Table, updated: frozenset[str] | None) -> sa.Insert:
    if updated is None:
        return sa.insert(table)
    statement: Any = _INSERT[dialect](table)
    key = list(table.primary_key.columns)
    given = {name: statement.excluded[name] for name in sorted(updated)}
    upsert: sa.Insert = (
        statement.on_conflict_do_update(index_elements=key, set_=given)
        if given
        else statement.on_conflict_do_nothing(index_elements=key)
    )
    return upsert
