"""Stream cursor of a projection: stream identity and sequence number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.database.tables import cursors

_LOAD = sa.select(cursors.c.stream_created, cursors.c.stream_sequence).where(
    cursors.c.name == sa.bindparam("of")
)
_LOCK = _LOAD.with_for_update()
_MOVE = (
    sa.update(cursors)
    .where(cursors.c.name == sa.bindparam("of"))
    .values({name: sa.bindparam(name) for name in ("stream_created", "stream_sequence", "moved_at")})
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The stream (identified by its creation time) and the last sequence that was applied."""

    stream_created: str
    stream_sequence: int


def load(session: Session, name: str, *, lock: bool = False) -> Cursor | None:
    """The cursor, or None if nothing was followed yet; ``lock`` locks its row until the commit."""
    row = session.connection().execute(_LOCK if lock else _LOAD, {"of": name}).first()
    return Cursor(*row) if row else None


def save(session: Session, name: str, stream_created: str, stream_sequence: int, at: datetime) -> None:
    """Move the cursor, in the transaction of the projected rows."""
    values = {"stream_created": stream_created, "stream_sequence": stream_sequence, "moved_at": at}
    connection = session.connection()
    if not connection.execute(_MOVE, values | {"of": name}).rowcount:
        connection.execute(sa.insert(cursors), values | {"name": name})
