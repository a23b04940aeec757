"""Migrations make what the tables say, on both engines."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.registry import NAMES, service
from shared.database import migrate, tables


@pytest.mark.parametrize("name", [name for name in NAMES if name != "portal"])
def test_migrations_make_what_the_tables_say(name: str, database_url: str) -> None:
    described = service(name)
    assert described.migrations is not None
    assert described.metadata is not None
    first = migrate.upgrade(database_url, described.migrations)
    newest = max(path.stem for path in (described.migrations / "versions").glob(f"{name}_*.py"))
    assert migrate.upgrade(database_url, described.migrations) == first == ["backbone_0003", newest]
    with migrate._connected(database_url) as connection:
        opts = {"compare_type": False, "include_name": _is_described}
        context = MigrationContext.configure(connection, opts=opts)
        assert sorted(context.get_current_heads()) == first  # as Alembic itself knows them
        assert migrate.is_current(connection, described.migrations)
        both = [described.metadata, tables.metadata]
        tables_known = {table for metadata in both for table in metadata.tables} | {"alembic_version"}
        for metadata in both:
            differences = [
                table
                for table in compare_metadata(context, metadata)
                if not (table[0] in ("remove_table", "remove_index") and _table(table[1]) in tables_known)
            ]
            assert differences == [], f"tables and migrations of {name} differ: write {name}_NNNN.py"


def _is_described(name: str | None, kind: str, _: object) -> bool:
    """Whether metadata can tell of it: the words of a search index are the database's own affair."""
    return not (kind == "table" and name is not None and name.startswith("search_index"))


def _table(thing: object) -> str:
    table = getattr(thing, "table", thing)
    return str(getattr(table, "name", ""))
