"""Failed attempts are counted, by account name and by network address, until they are forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.identity.commands.tidying import have_tidied
from services.identity.model.attempts import FORGOTTEN_AFTER, FREE, FREE_FROM_AN_ADDRESS, Failures
from services.identity.tables.sessions import attempts
from shared.backbone.transaction import Transaction

_ENTER = {
    "postgresql": postgresql.insert(attempts).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(attempts).on_conflict_do_nothing(),
}
_NAME, _ADDRESS = "name", "address"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whom somebody says to be, and from where ("": from anywhere); kept as hashes, for a day."""

    user_name: str = field(repr=False)
    address: str = field(repr=False)

    @property
    def keys(self) -> list[str]:
        """Under what its failures are counted, always in the same order."""
        parts = (
            [(_ADDRESS, self.address), (_NAME, self.user_name)] if self.address else [(_NAME, self.user_name)]
        )
        return [f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}" for kind, value in parts]


def waits(tx: Transaction, attempt: Attempt) -> list[timedelta]:
    """How long the attempt has to wait, by each key; others under the same keys wait for this transaction."""
    for key in attempt.keys:
        tx.execute(_ENTER[_dialect(tx)], {"key": key, "count": 0, "last_at": tx.now})
    query = (
        sa.select(attempts).where(attempts.c.key.in_(attempt.keys)).order_by(attempts.c.key).with_for_update()
    )
    rows = tx.execute(query).mappings()
    return [Failures(row["count"], row["last_at"], _free(row["key"])).wait(tx.now) for row in rows]


def count(tx: Transaction, attempt: Attempt) -> None:
    """Count a failure; one that lies far back counts no longer."""
    lately = attempts.c.last_at > tx.now - FORGOTTEN_AFTER
    tx.execute(
        sa.update(attempts)
        .where(attempts.c.key.in_(attempt.keys))
        .values(count=sa.case((lately, attempts.c.count + 1), else_=1), last_at=tx.now)
    )
    have_tidied(tx)


def forget(tx: Transaction, attempt: Attempt) -> None:
    """Whoever got in has forgotten nothing: earlier failures do not count."""
    tx.execute(sa.delete(attempts).where(attempts.c.key.in_(attempt.keys)))


def _free(key: str) -> int:
    return FREE_FROM_AN_ADDRESS if key.startswith(_ADDRESS) else FREE


def _dialect(tx: Transaction) -> str:
    return tx.session.connection().dialect.name
