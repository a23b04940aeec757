"""Failed sign-in attempts: counted by source, with known browsers counted separately."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from services.identity.commands.cleanup import schedule_cleanup
from services.identity.model.attempts import (
    FORGOTTEN_AFTER,
    FREE,
    FREE_FROM_AN_ADDRESS,
    FREE_FROM_ANYWHERE,
    KNOWN_FOR,
    Failures,
)
from services.identity.model.secret import kept, new_secret
from services.identity.tables.accounts import accounts
from services.identity.tables.sessions import attempts, known_browsers
from shared.database.transaction import Transaction

_ENTER = {
    "postgresql": postgresql.insert(attempts).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(attempts).on_conflict_do_nothing(),
}
_OWN, _NAME, _ADDRESS = "own", "name", "address"
_FREE = {_NAME: FREE_FROM_ANYWHERE, _ADDRESS: FREE_FROM_AN_ADDRESS}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The keys under which an attempt is counted: hashes, kept for a day; the first is the client's."""

    keys: tuple[str, ...] = field(repr=False)

    @classmethod
    def at_door(cls, user_name: str, place: str, address: str) -> Attempt:
        """An attempt by user name and address; ``address`` is "" if it is not counted itself."""
        own = _key(_OWN, f"{user_name} from {place}")
        more = (_key(_ADDRESS, address),) if address else ()
        return cls((own, *more, _key(_NAME, user_name)))

    @classmethod
    def in_known_browser(cls, secret: str) -> Attempt:
        """An attempt from a browser that has signed in to the account before."""
        return cls((_key(_OWN, f"browser {secret}"),))

    @classmethod
    def of_owner(cls, account_id: UUID) -> Attempt:
        """An attempt by somebody who is signed in and should know the password."""
        return cls((_key(_OWN, f"account {account_id}"),))


def waits(tx: Transaction, attempt: Attempt) -> list[timedelta]:
    """How long the attempt has to wait, by key; concurrent attempts wait for this transaction."""
    for key in attempt.keys:
        tx.execute(_ENTER[_dialect(tx)], {"key": key, "count": 0, "last_at": tx.now})
    query = (
        sa.select(attempts).where(attempts.c.key.in_(attempt.keys)).order_by(attempts.c.key).with_for_update()
    )
    rows = tx.execute(query).mappings()
    return [Failures(row["count"], row["last_at"], _free(row["key"])).wait(tx.now) for row in rows]


def count(tx: Transaction, attempt: Attempt) -> None:
    """Count a failure; an old one no longer counts."""
    lately = attempts.c.last_at > tx.now - FORGOTTEN_AFTER
    tx.execute(
        sa.update(attempts)
        .where(attempts.c.key.in_(attempt.keys))
        .values(count=sa.case((lately, attempts.c.count + 1), else_=1), last_at=tx.now)
    )
    schedule_cleanup(tx)


def forget(tx: Transaction, attempt: Attempt) -> None:
    """Reset the failures of the account after a success, but not those of others behind the same address."""
    own, *shared = attempt.keys
    mine = tx.execute(sa.select(attempts.c.count).where(attempts.c.key == own)).scalar() or 0
    left = sa.case((attempts.c.count > mine, attempts.c.count - mine), else_=0)
    tx.execute(sa.update(attempts).where(attempts.c.key.in_(shared)).values(count=left))
    tx.execute(sa.delete(attempts).where(attempts.c.key == own))


def is_known(tx: Transaction, browser: str, user_name: str) -> bool:
    """Whether this browser has signed in to the account before."""
    query = (
        sa.select(known_browsers.c.secret)
        .join(accounts, accounts.c.id == known_browsers.c.account_id)
        .where(known_browsers.c.secret == kept(browser), known_browsers.c.ends_at > tx.now)
        .where(accounts.c.user_name == user_name)
    )
    return bool(browser) and tx.execute(query).first() is not None


def know(tx: Transaction, account_id: UUID, before: str) -> str:
    """Give the browser a new secret; the one ``before`` becomes invalid."""
    secret = new_secret()
    if before:
        tx.execute(sa.delete(known_browsers).where(known_browsers.c.secret == kept(before)))
    row = {"secret": kept(secret), "account_id": account_id, "ends_at": tx.now + KNOWN_FOR}
    tx.execute(sa.insert(known_browsers), row)
    return secret


def _key(kind: str, value: str) -> str:
    return f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"


def _free(key: str) -> int:
    return _FREE.get(key.partition(":")[0], FREE)


def _dialect(tx: Transaction) -> str:
    return tx.session.connection().dialect.name
