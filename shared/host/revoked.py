"""Token revocations: a projection in every service, and the check against it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.contracts.identity import AccessRevoked
from shared.database.tables import revocations
from shared.database.transaction import Transaction
from shared.events.projection import Projection
from shared.identity.revocations import ALL

PROJECTION = Projection("revocations", tables=[revocations])


@PROJECTION.on(AccessRevoked)
def access_revoked(tx: Transaction, event: AccessRevoked) -> None:
    """Store a revocation for as long as a token could be valid; expired ones are deleted."""
    tx.execute(sa.delete(revocations).where(revocations.c.until <= tx.now))
    if event.until <= tx.now:
        return
    about, below = (event.account_id, event.generation) if event.only is None else (event.only, ALL)
    tx.execute(sa.delete(revocations).where(revocations.c.about == about, revocations.c.below <= below))
    known = sa.select(revocations.c.about).where(revocations.c.about == about)
    if tx.execute(known).first() is None:
        tx.execute(sa.insert(revocations), {"about": about, "below": below, "until": event.until})


def current(session: Session, now: datetime) -> list[tuple[UUID, int]]:
    """The current revocations: the minimum generation, by account, session or API token."""
    query = sa.select(revocations.c.about, revocations.c.below).where(revocations.c.until > now)
    return [(row.about, row.below) for row in session.connection().execute(query)]
