"""Redaction of stored idempotent responses when a person is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import orjson
import sqlalchemy as sa

from shared.database.tables import idempotency_keys
from shared.database.transaction import Transaction

_OURS = sa.and_(
    idempotency_keys.c.person == sa.bindparam("by"), idempotency_keys.c.key == sa.bindparam("named")
)
_REPLACE = sa.update(idempotency_keys).where(_OURS).values(body=sa.bindparam("nameless"))


def make_nameless(tx: Transaction, person: str, names: Collection[str], values: Collection[str]) -> None:
    """Blank a person's data in stored responses: each of ``values``, and the fields ``names``."""
    for row in list(_mentioning(tx, [person, *values])):
        nameless = orjson.dumps(_without(orjson.loads(row.body), person, names, values))
        tx.execute(_REPLACE, {"by": row.person, "named": row.key, "nameless": nameless})


def _mentioning(tx: Transaction, texts: list[str]) -> Iterator[sa.Row[Any]]:
    """The stored responses that contain one of the texts, as JSON writes it."""
    is_postgresql = tx.session.connection().dialect.name == "postgresql"
    keys = []
    for text in texts:
        sought = sa.literal(orjson.dumps(text), sa.LargeBinary)
        body = idempotency_keys.c.body
        keys.append(sa.func.position(sought.op("IN")(body)) if is_postgresql else sa.func.instr(body, sought))
    query = sa.select(idempotency_keys).where(sa.or_(*(place > 0 for place in keys)))
    yield from tx.execute(query)


def _without(value: Any, person: str, names: Collection[str], values: Collection[str]) -> Any:
    if isinstance(value, dict):
        is_theirs = person in (part for part in value.values() if isinstance(part, str))
        return {
            name: "" if is_theirs and name in names and pair else _without(pair, person, names, values)
            for name, pair in value.items()
        }
    if isinstance(value, list):
        return [_without(part, person, names, values) for part in value]
    return "" if isinstance(value, str) and value in values else value
