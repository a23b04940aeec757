"""Which database is behind a URL."""

from __future__ import annotations

from shared.backbone.database import Database, NewId
from shared.backbone.postgresql import PostgresqlDatabase
from shared.backbone.sqlite import SqliteDatabase
from shared.clock import Clock


def open_database(url: str, *, clock: Clock, new_id: NewId, service: str = "") -> Database:
    """The database behind a ``sqlite:///…`` or ``postgresql://…`` URL; raises ``ValueError`` for others."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(url, clock=clock, new_id=new_id, service=service)
    if url.startswith(("postgresql://", "postgresql+")):
        return PostgresqlDatabase(url, clock=clock, new_id=new_id, service=service)
    raise ValueError("a database URL begins with sqlite:/// or postgresql://")
