"""SQLAlchemy engines, chosen by database URL."""

from __future__ import annotations

from shared.database.database import Database, DatabaseOptions


def open_database(url: str, setup: DatabaseOptions, *, durable: bool = True) -> Database:
    """The database behind a ``sqlite:///…`` or ``postgresql://…`` URL; raises ``ValueError`` for others.

    A SQLite file that is not ``durable`` is faster and may be lost if the machine stops; it is for
    temporary data.
    """
    if url.startswith("sqlite:///"):
        from shared.database.sqlite import SqliteDatabase

        return SqliteDatabase(url, setup, durable=durable)
    if url.startswith(("postgresql://", "postgresql+")):
        from shared.database.postgresql import (
            PostgresqlDatabase,
        )  # whose driver is not installed if it is not used

        return PostgresqlDatabase(url, setup)
    raise ValueError("a database URL begins with sqlite:/// or postgresql://")
