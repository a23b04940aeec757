"""Dead letters: events that could not be processed, parked until replayed or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from shared.contracts.envelope import Envelope, MalformedEnvelope
from shared.database.tables import dead_letters
from shared.database.transaction import Transaction
from shared.i18n import N_
from shared.refusal import Refusal


class UnknownDeadLetter(Refusal):
    """No dead letter has that id."""

    kind = "unknown"
    message = N_("There is no dead letter with the id %(id)s.")
    remedy = N_("List the dead letters to see their ids.")


class DeadLetterSettled(Refusal):
    """The dead letter was replayed or discarded before."""

    kind = "conflict"
    message = N_("The dead letter %(id)s is already %(state)s.")
    remedy = N_("Only a parked dead letter can be replayed or discarded.")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One parked event with the reason and its state."""

    id: UUID
    consumer: str
    event_id: UUID | None
    event_type: str
    subject: str
    envelope: bytes
    error: str
    attempts: int
    state: str
    parked_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    reason: str | None


def park(tx: Transaction, consumer: str, subject: str, body: bytes, error: str, attempts: int) -> None:
    """Store an event that could not be handled; parking it again updates the reason."""
    event_id: UUID | None = None
    event_type = ".".join(subject.split(".")[2:4])
    try:
        envelope = Envelope.decode(body)
        event_id, event_type = envelope.id, envelope.event_type
    except MalformedEnvelope:
        pass
    connection = tx.session.connection()
    values = {"error": error[:4000], "attempts": attempts, "state": "parked", "parked_at": tx.now}
    same = sa.and_(dead_letters.c.consumer == consumer, dead_letters.c.event_id == event_id)
    if (
        event_id is not None
        and connection.execute(sa.update(dead_letters).where(same).values(values)).rowcount
    ):
        return
    connection.execute(
        sa.insert(dead_letters).values(
            id=tx.new_id(),
            consumer=consumer,
            event_id=event_id,
            event_type=event_type,
            subject=subject,
            envelope=body,
            **values,
        )
    )


def find(session: Session, letter_id: UUID) -> DeadLetter:
    """One dead letter; raises :class:`UnknownDeadLetter`."""
    row = session.connection().execute(sa.select(dead_letters).where(dead_letters.c.id == letter_id)).first()
    if row is None:
        raise UnknownDeadLetter(id=str(letter_id))
    return DeadLetter(*row)


def listed(
    session: Session, state: str = "parked", after: UUID | None = None, limit: int = 50
) -> list[DeadLetter]:
    """Dead letters in one state, oldest first."""
    query = sa.select(dead_letters).where(dead_letters.c.state == state)
    if after is not None:
        query = query.where(dead_letters.c.id > after)
    return [
        DeadLetter(*row)
        for row in session.connection().execute(query.order_by(dead_letters.c.id).limit(limit))
    ]


def count(session: Session) -> int:
    """How many are parked."""
    query = sa.select(sa.func.count()).select_from(dead_letters).where(dead_letters.c.state == "parked")
    return session.connection().execute(query).scalar_one()


def settle(
    tx: Transaction, letter_id: UUID, state: str, reason: str | None, *, by: str | None = None
) -> DeadLetter:
    """Mark a parked letter as replayed or discarded, ``by`` the actor unless another is given.

    Raises :class:`DeadLetterSettled` if it has been settled meanwhile.
    """
    letter = find(tx.session, letter_id)
    changed = tx.execute(
        sa.update(dead_letters)
        .where(dead_letters.c.id == letter_id, dead_letters.c.state == "parked")
        .values(state=state, settled_at=tx.now, settled_by=by or tx.actor.person, reason=reason)
    )
    if not changed.rowcount:
        raise DeadLetterSettled(id=str(letter_id), state=letter.state)
    return letter
