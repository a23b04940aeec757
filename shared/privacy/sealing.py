"""Sealing: encryption of personal data in archives, with a key per person stored separately.

Erasing a person deletes their key: with the newest keys, older archives, wherever they are, then reveal
nothing about them. The same value with the same key gives the same bytes (AES-SIV), bound to its place.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy.orm import Session

from shared.database.tables import personal_keys
from shared.database.transaction import Transaction
from shared.privacy.erased import is_erased
from shared.privacy.personal import Personal, PersonalTable

Owner = tuple[str, str]
"""An agency, and a person with data there."""
Row = Mapping[str, Any]


class KeyMissing(LookupError):
    """A person with personal data here has no key (yet)."""


def prepare(tx: Transaction, personal: Personal, make: Callable[[], bytes]) -> None:
    """Create a key for every person with personal data here, and delete all other keys."""
    needed: set[Owner] = set()
    for holding in personal.holdings:
        if holding.personal:
            said = sa.or_(
                *(holding.table.c[name].is_distinct_from(blank) for name, blank in holding.personal.items())
            )
            whose = (
                sa.select(holding.agency.label("agency"), holding.person.label("person"))
                .where(said)
                .distinct()
            )
            needed |= {(row["agency"], str(row["person"])) for row in tx.execute(whose).mappings()}
    known = set(keys_of(tx.session))
    for agency, person in sorted(known - needed):
        forget(tx, agency, person)
    for agency, person in sorted(needed - known):
        keep(tx, agency, person, make())


def keep(tx: Transaction, agency: str, person: str, key: bytes) -> None:
    """Store a person's key."""
    tx.execute(sa.insert(personal_keys), {"agency": agency, "person": person, "key": key})


def forget(tx: Transaction, agency: str, person: str) -> None:
    """Delete a person's key: their encrypted data becomes unreadable."""
    theirs = sa.and_(personal_keys.c.agency == agency, personal_keys.c.person == person)
    tx.execute(sa.delete(personal_keys).where(theirs))


def keys_of(session: Session) -> dict[Owner, bytes]:
    """All keys."""
    chosen = (personal_keys.c.agency, personal_keys.c.person, personal_keys.c.key)
    query = sa.select(*chosen).order_by(personal_keys.c.agency, personal_keys.c.person)
    return {(agency, person): key for agency, person, key in session.connection().execute(query)}


def key_lines(session: Session) -> Iterator[bytes]:
    """All keys as lines that may follow the first one of an archive."""
    for (agency, person), key in sorted(keys_of(session).items()):
        shown = {"agency": agency, "person": person, "key": base64.b64encode(key).decode()}
        yield orjson.dumps({"key": shown}) + b"\n"


def take_key(tx: Transaction, entry: Any) -> tuple[Owner, bytes] | None:
    """Store the key of a line; None for a person erased here. Raises ``ValueError`` for an invalid one."""
    try:
        agency, person = str(entry["agency"]), str(entry["person"])
        key = base64.b64decode(entry["key"], validate=True)
        AESSIV(key)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError("a key that came with it is none") from error
    if is_erased(tx.session, agency, person):
        return None
    forget(tx, agency, person)
    keep(tx, agency, person, key)
    return (agency, person), key


class Seals:
    """Encrypts and decrypts the personal columns of archived rows."""

    def __init__(self, personal: Personal, keys: dict[Owner, bytes]) -> None:
        self._holdings = {holding.table.name: holding for holding in personal.holdings if holding.personal}
        self.keys = keys

    def holding(self, table: sa.Table) -> PersonalTable | None:
        """The personal data of a table that has to be encrypted."""
        return self._holdings.get(table.name)

    def seal(self, holding: PersonalTable, owner: Owner, row: dict[str, Any]) -> None:
        """Encrypt a row's personal data; raises :class:`KeyMissing`."""
        for name, blank in holding.personal.items():
            if row[name] == blank:
                continue
            if owner not in self.keys:
                raise KeyMissing("/".join(owner))
            closed = AESSIV(self.keys[owner]).encrypt(
                orjson.dumps(row[name]), _place(holding.table, name, row)
            )
            row[name] = {"sealed": base64.b64encode(closed).decode(), "of": "/".join(owner)}

    def open(self, holding: PersonalTable, row: dict[str, Any]) -> bool:
        """Decrypt a row; without its key, returns False and leaves its personal data out.

        Raises ``ValueError`` if the key does not decrypt it.
        """
        is_open = True
        for name, blank in holding.personal.items():
            value = row.get(name)
            if not isinstance(value, dict):
                continue
            agency, _, person = str(value.get("of")).partition("/")
            key = self.keys.get((agency, person))
            if key is None:
                row[name], is_open = blank, False
                continue
            try:
                closed = base64.b64decode(value["sealed"], validate=True)
                row[name] = orjson.loads(AESSIV(key).decrypt(closed, _place(holding.table, name, row)))
            except (InvalidTag, LookupError, TypeError, ValueError) as error:
                raise ValueError(f"{name}: the key of {person} does not open it") from error
        return is_open


def _place(table: sa.Table, name: str, row: Row) -> list[bytes]:
    """The associated data that binds an encrypted value to its place."""
    ids = [orjson.dumps(row.get(column.name)) for column in table.primary_key.columns]
    return [table.name.encode(), name.encode(), *ids]
