"""Erased persons: ids that each service remembers, so that their data cannot return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.database.tables import erased_persons
from shared.database.transaction import Transaction
from shared.refusal import Refusal

_NOTE = {
    "postgresql": postgresql.insert(erased_persons).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(erased_persons).on_conflict_do_nothing(),
}
_SAME = sa.and_(
    erased_persons.c.agency == sa.bindparam("in_agency"), erased_persons.c.person == sa.bindparam("of")
)
_KNOWN = sa.select(erased_persons.c.person).where(_SAME)


class PersonErased(Refusal):
    """An erased person can only be registered as a new one."""

    kind = "conflict"
    of_writes = True
    message = "The data of this person have been erased."
    remedy = "Register them as a new person."


@dataclass(frozen=True, slots=True)
class Pending:
    """An erasure that was done in the tables, but not yet in the bytes below them."""

    agency: str
    person: str
    erasure_id: UUID
    rows: int


def note(tx: Transaction, person: str, erasure_id: UUID) -> None:
    """Record that a person of ``tx.agency`` is erased; concurrent writes about them come before it."""
    lock(tx.session, tx.agency, person, shared=False)
    row = {
        "agency": tx.agency,
        "person": person,
        "erasure_id": erasure_id,
        "ordered_at": tx.now,
        "rows": 0,
    }
    tx.execute(_NOTE[tx.session.connection().dialect.name], row)


def done(tx: Transaction, person: str, rows: int) -> None:
    """Record that the tables are done, and that the bytes below them are to follow."""
    tx.execute(
        sa.update(erased_persons)
        .where(_SAME)
        .values(erased_at=tx.now, scrubbed_at=None, rows=erased_persons.c.rows + rows),
        {"in_agency": tx.agency, "of": person},
    )


def pending(session: Session) -> list[Pending]:
    """Erasures whose bytes are to be overwritten, oldest first."""
    waits = sa.and_(erased_persons.c.erased_at.is_not(None), erased_persons.c.scrubbed_at.is_(None))
    chosen = (getattr(erased_persons.c, name) for name in ("agency", "person", "erasure_id", "rows"))
    query = sa.select(*chosen).where(waits).order_by(erased_persons.c.erased_at, erased_persons.c.person)
    return [Pending(*row) for row in session.connection().execute(query)]


def scrubbed(tx: Transaction, order: Pending) -> bool:
    """Record that the bytes are overwritten; False if that was recorded before."""
    waits = sa.and_(_SAME, erased_persons.c.scrubbed_at.is_(None))
    place = {"in_agency": order.agency, "of": order.person}
    return bool(tx.execute(sa.update(erased_persons).where(waits).values(scrubbed_at=tx.now), place).rowcount)


def refuse(session: Session, owners: Iterable[tuple[str, str]]) -> None:
    """Refuse to store anything about an erased person, with :class:`PersonErased`."""
    for agency, person in sorted(owners):
        lock(session, agency, person, shared=True)
        if is_erased(session, agency, person):
            raise PersonErased


def is_erased(session: Session, agency: str, person: str) -> bool:
    """Whether a person was erased in an agency."""
    return session.connection().execute(_KNOWN, {"in_agency": agency, "of": person}).first() is not None


def lock(session: Session, agency: str, person: str, *, shared: bool) -> None:
    """Until the commit, an erasure and writers about the same person wait for one another.

    SQLite has one writer.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
        connection.execute(sa.select(lock(sa.func.hashtextextended(f"erased/{agency}/{person}", 0))))
