"""Which database is behind a URL."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shared.clock import Clock
from shared.database.database import Database, NewId
from shared.database.postgresql import PostgresqlDatabase
from shared.database.sqlite import SqliteDatabase
from shared.database.transaction import UTC_ZONE


def open_database(
    url: str,
    *,
    clock: Clock,
    new_id: NewId,
    service: str = "",
    zone: ZoneInfo = UTC_ZONE,
    durable: bool = True,
) -> Database:
    """The database behind a ``sqlite:///…`` or ``postgresql://…`` URL; raises ``ValueError`` for others.

    ``zone`` is where the system's users live: it says when a day begins. A SQLite file that is not
    ``durable`` is quicker and may be lost when the machine stops; it is for data that are thrown away.
    """
    if url.startswith("sqlite:///"):
        return SqliteDatabase(url, clock=clock, new_id=new_id, service=service, zone=zone, durable=durable)
    if url.startswith(("postgresql://", "postgresql+")):
        return PostgresqlDatabase(url, clock=clock, new_id=new_id, service=service, zone=zone)
    raise ValueError("a database URL begins with sqlite:/// or postgresql://")
