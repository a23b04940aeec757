"""Idempotency keys: a creation that is sent twice happens once, and is answered twice alike."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shared.backbone.tables import idempotency_keys
from shared.backbone.transaction import Transaction
from shared.refusal import Refusal

LONGEST = 255


class IdempotencyKeyReused(Refusal):
    """The key was used for another request before."""

    kind = "invalid"
    message = "The Idempotency-Key %(key)s was used for another request before."
    remedy = "Use a new key for a new request; repeat a key only with exactly the same request."


class IdempotencyKeyTooLong(Refusal):
    """A key is short."""

    kind = "invalid"
    message = "The Idempotency-Key must have 1 to %(longest)s characters."
    remedy = "Use a random identifier, such as a UUID."


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to the first request with this key."""

    body: bytes
    version: int


def claim(tx: Transaction, key: str, fingerprint: str) -> Kept | None:
    """Take the key for this transaction, or return what was answered before.

    A concurrent request with the same key waits here on PostgreSQL until the first one has ended.
    """
    if not 1 <= len(key) <= LONGEST:
        raise IdempotencyKeyTooLong(longest=LONGEST)
    connection = tx.session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    person = tx.actor.person
    values = {
        "person": person,
        "key": key,
        "fingerprint": fingerprint,
        "version": 0,
        "body": b"",
        "kept_at": tx.now,
    }
    if connection.execute(insert(idempotency_keys).values(values).on_conflict_do_nothing()).rowcount:
        return None
    table = idempotency_keys.c
    row = connection.execute(
        sa.select(table.fingerprint, table.body, table.version).where(
            table.person == person, table.key == key
        )
    ).one()
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=key)
    return Kept(row.body, row.version)


def keep(tx: Transaction, key: str, body: bytes, version: int) -> None:
    """Keep the answer, in the transaction that it tells of."""
    table = idempotency_keys
    tx.session.connection().execute(
        sa.update(table)
        .where(table.c.person == tx.actor.person, table.c.key == key)
        .values(body=body, version=version)
    )
