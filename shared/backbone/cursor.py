"""Where a follower of the stream stands: which stream, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.backbone.tables import cursors


@dataclass(frozen=True, slots=True)
class Cursor:
    """The stream (told apart by when it was created) and the last sequence that was applied."""

    stream_created: str
    stream_sequence: int


def load(session: Session, name: str, *, lock: bool = False) -> Cursor | None:
    """The cursor, or None where nothing was followed yet; ``lock`` holds its row until the commit."""
    query = sa.select(cursors.c.stream_created, cursors.c.stream_sequence).where(cursors.c.name == name)
    row = session.connection().execute(query.with_for_update() if lock else query).first()
    return Cursor(*row) if row else None


def save(session: Session, name: str, stream_created: str, stream_sequence: int, at: datetime) -> None:
    """Move the cursor, in the transaction of the rows that it speaks for."""
    values = {"stream_created": stream_created, "stream_sequence": stream_sequence, "moved_at": at}
    connection = session.connection()
    if not connection.execute(sa.update(cursors).where(cursors.c.name == name).values(values)).rowcount:
        connection.execute(sa.insert(cursors).values(name=name, **values))
