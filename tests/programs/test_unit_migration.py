"""Units of contributions that were free texts become units of the list."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from services.programs.service import service
from shared.database import migrate

NOW = datetime(2026, 1, 5, tzinfo=UTC)
BEFORE = "programs_0012"


def earlier(folder: Path) -> Path:
    """The migrations of the programmes up to the one before the list."""
    assert service.migrations is not None
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    for file in (service.migrations / "versions").glob("programs_*.py"):
        if file.stem <= BEFORE:
            shutil.copy(file, versions)
    return versions.parent


def insert(connection: sa.Connection, table: str, **values: Any) -> UUID:
    """A row with an empty value in every column that needs one and is not given."""
    described = sa.Table(table, sa.MetaData(), autoload_with=connection)
    empty: dict[type, Any] = {str: "", int: 0, float: 0.0, datetime: NOW, date: NOW.date(), UUID: uuid4()}
    row: dict[str, Any] = {}
    for column in described.columns:
        if column.name in values:
            row[column.name] = values[column.name]
        elif not column.nullable and column.server_default is None:
            row[column.name] = empty[column.type.python_type]
    key = uuid4()
    row["id"] = key if described.c.id.type.python_type is UUID else key.hex
    connection.execute(described.insert().values(row))
    return key


def test_what_means_no_unit_of_the_list_is_named_at_the_beginning_of_the_note(
    tmp_path: Path, database_url: str
) -> None:
    assert service.migrations is not None
    migrate.upgrade(database_url, earlier(tmp_path))
    with migrate._connected(database_url) as connection:
        program: Any = insert(connection, "programs", objectives="[]")
        if connection.dialect.name == "sqlite":
            program = program.hex
        for amount, unit, note in ((1, "jam", "Ronda"), (2, "ember", "Pasir"), (3, "tikar", "")):
            insert(connection, "contributions", program_id=program, amount=amount, unit=unit, note=note)
    migrate.upgrade(database_url, service.migrations)
    with migrate._connected(database_url) as connection:
        query = sa.text("SELECT unit, note FROM contributions ORDER BY amount")
        assert [tuple(row) for row in connection.execute(query)] == [
            ("hour", "Ronda"),
            ("other", "[ember] Pasir"),
            ("other", "[tikar]"),
        ]
