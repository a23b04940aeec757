"""Idempotency keys: a repeated creation is done once and gets the same response.

Keys are stored as their SHA-256, because clients may put anything into them. Values that are shown only once,
such as secrets, are not stored: they are null in a repeated response.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Final

import sqlalchemy as sa
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.dialects import postgresql, sqlite

from shared.command import Command
from shared.database.tables import idempotency_keys
from shared.database.transaction import Transaction
from shared.refusal import Refusal

LONGEST = 255
_HIDDEN = str(SecretStr("a secret"))
"""Pydantic's replacement for any secret."""


class _Once:
    """Marks a field that is shown only once."""


_ONCE: Final = _Once()
ShownOnce = Annotated[str | None, _ONCE, Field(description="Shown only once; null in a repeated response")]
"""A secret in the response to a creation."""
_CLAIM = {
    "postgresql": postgresql.insert(idempotency_keys).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(idempotency_keys).on_conflict_do_nothing(),
}
_OURS = sa.and_(
    idempotency_keys.c.person == sa.bindparam("by"), idempotency_keys.c.key == sa.bindparam("named")
)
_KEPT = sa.select(idempotency_keys.c.fingerprint, idempotency_keys.c.body, idempotency_keys.c.version).where(
    _OURS
)
_KEEP = (
    sa.update(idempotency_keys)
    .where(_OURS)
    .values(body=sa.bindparam("body"), version=sa.bindparam("version"))
)


class IdempotencyKeyReused(Refusal):
    """The key was used for another request before."""

    kind = "invalid"
    message = "The Idempotency-Key %(key)s has already been used for another request."
    remedy = "Use a new key for a new request; repeat a key only with exactly the same request."


class IdempotencyKeyTooLong(Refusal):
    """Keys have a limited length."""

    kind = "invalid"
    message = "The Idempotency-Key must have 1 to %(longest)s characters."
    remedy = "Use a random identifier, such as a UUID."


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The stored response to the first request with this key."""

    body: bytes
    version: int


def fingerprint_of(key: str, request: str, command: object) -> str:
    """The hash of a request, to tell it from others with the same key."""
    return hashlib.sha256(f"{key} {request} {_whole(command)}".encode(errors="surrogatepass")).hexdigest()


def _whole(value: object) -> str:
    """A value with all its fields, including hidden ones."""
    if isinstance(value, Command):
        written = value.model_dump_json()
        if _HIDDEN not in written:
            return written
    if isinstance(value, BaseModel):
        return repr([(name, _whole(given)) for name, given in value])
    if isinstance(value, SecretStr):
        return repr(value.get_secret_value())
    if is_dataclass(value):
        return repr([(field.name, _whole(getattr(value, field.name))) for field in fields(value)])
    if isinstance(value, list | tuple):
        return repr([_whole(part) for part in value])
    return repr(value)


def to_keep(view: BaseModel) -> bytes:
    """The response as it may be stored and repeated: without fields that are shown only once."""
    known = type(view).model_fields.items()
    hidden = dict.fromkeys(name for name, field in known if _ONCE in field.metadata)
    return view.model_copy(update=hidden).model_dump_json(by_alias=True).encode()


def claim(tx: Transaction, key: str, fingerprint: str) -> StoredResponse | None:
    """Claim the key for this transaction, or return the stored response.

    A concurrent request with the same key waits here on PostgreSQL until the first one has ended.
    """
    if not 1 <= len(key) <= LONGEST:
        raise IdempotencyKeyTooLong(longest=LONGEST)
    person = tx.actor.person
    values = {
        "person": person,
        "key": _kept(tx, key, fingerprint),
        "fingerprint": fingerprint,
        "version": 0,
        "body": b"",
        "kept_at": tx.now,
    }
    if tx.execute(_CLAIM[tx.session.connection().dialect.name], values).rowcount:
        return None
    row = tx.execute(_KEPT, {"by": person, "named": _kept(tx, key, fingerprint)}).one()
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=key)
    return StoredResponse(row.body, row.version)


def keep(tx: Transaction, key: str, fingerprint: str, body: bytes, version: int) -> None:
    """Store the response, in the transaction of its request."""
    named = _kept(tx, key, fingerprint)
    tx.execute(_KEEP, {"by": tx.actor.person, "named": named, "body": body, "version": version})


def _kept(tx: Transaction, key: str, fingerprint: str) -> str:
    """Keys are kept by agency: accounts of another may have the same person's id.

    Anonymous callers share no keys: the request is part of the key.
    """
    whose = fingerprint if tx.actor.is_anonymous else tx.actor.agency
    return hashlib.sha256(f"{whose} {key}".encode()).hexdigest()
