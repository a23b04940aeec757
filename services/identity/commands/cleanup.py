"""Cleanup: deletes expired sessions, links, sign-ins in progress and failed attempts."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from services.identity.model.attempts import FORGOTTEN_AFTER
from services.identity.tables.sessions import attempts, known_browsers, links, provider_visits, sessions
from shared.database.timers import Due
from shared.database.transaction import Transaction

TIMER = "tidied"
EVERYTHING = UUID(int=0)


def schedule_cleanup(tx: Transaction) -> None:
    """Schedule the cleanup of today's sessions and links for when all of them have expired."""
    day = tx.today + timedelta(days=2)
    tx.set_timer(TIMER, EVERYTHING, tx.start_of(day), key=day.isoformat())


def clean_up(tx: Transaction, _due: Due) -> None:
    """Delete expired rows; while sessions are left, schedule another cleanup for the next day."""
    tx.execute(sa.delete(attempts).where(attempts.c.last_at <= tx.now - FORGOTTEN_AFTER))
    for table in (sessions, links, provider_visits, known_browsers):
        tx.execute(sa.delete(table).where(table.c.ends_at <= tx.now))
    if any(
        tx.execute(sa.select(table.c.ends_at).limit(1)).first() for table in (sessions, links, known_browsers)
    ):
        schedule_cleanup(tx)
