"""A service's database, filled at random with whatever its tables allow, and those who look at it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import sqlalchemy as sa

from services.registry import chosen
from shared.database.json_rows import insertion, plain
from shared.database.tables import WordText
from shared.database.transaction import Transaction
from shared.host.service import Service
from shared.identity.actor import ANONYMOUS, SYSTEM, Actor
from shared.identity.permissions import GRANTED

SERVICES = [item for item in chosen(None) if item.metadata is not None]
AGENCIES = ("polresta-sendiri", "polres-mitra", "polres-asing")
"""The own agency, a partner's and a stranger's."""
ROWS = 24
FEW = {"organisations": 4, "persons": 4, "accounts": 12}
NOW = datetime(2026, 1, 5, 1, tzinfo=UTC)


@cache
def ids(table: str) -> list[UUID]:
    """The ids of a table's rows, which others name without referring to them, too."""
    return [uuid5(NAMESPACE_URL, f"{table}/{number}") for number in range(FEW.get(table, ROWS))]


def actors() -> Iterator[Actor]:
    """Every role in each agency, for no organisation and for others, of the registry's people and of none."""
    persons, organisations = ids("persons"), ids("organisations")
    parts = (
        (None, str(persons[0])),
        (organisations[0], str(persons[1])),
        (organisations[1], "minted-on-the-host"),
    )
    for role in (None, *GRANTED):
        for agency in AGENCIES:
            for organisation, person in parts:
                roles = frozenset({str(role)} if role else ())
                yield Actor(person=person, agency=agency, organisation=organisation, roles=roles)
    yield ANONYMOUS


def fill(tx: Transaction, service: Service) -> None:
    """Put rows into each of a service's tables; the same ones every time."""
    for table, rows in rows_of(service).items():
        if rows:
            tx.execute(insertion(table, rows[0]), rows)


def rows_of(service: Service) -> Mapping[sa.Table, list[dict[str, Any]]]:
    """The rows, in the order in which tables refer to one another."""
    assert service.metadata is not None
    made: dict[sa.Table, list[dict[str, Any]]] = {}
    for table in service.metadata.sorted_tables:
        chance = random.Random(table.name)
        made[table] = list(_rows(table, made, chance))
    return made


def _rows(
    table: sa.Table, made: Mapping[sa.Table, list[dict[str, Any]]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    taken: set[tuple[Any, ...]] = set()
    for number in range(FEW.get(table.name, ROWS)):
        row = {column.name: _value(column, number, chance) for column in table.columns}
        for key in table.foreign_key_constraints:
            parent = chance.choice(made[key.referred_table])
            is_none = all(element.parent.nullable for element in key.elements) and chance.random() < 0.3
            row.update(
                {
                    element.parent.name: None if is_none else parent[element.column.name]
                    for element in key.elements
                }
            )
        keys = [(one.name, *(row[column.name] for column in one.columns)) for one in _unique(table)]
        unique = {key for key in keys if None not in key}
        if taken.isdisjoint(unique):
            taken |= unique
            yield row


def _unique(table: sa.Table) -> Iterator[sa.PrimaryKeyConstraint | sa.UniqueConstraint]:
    yield table.primary_key
    yield from (constraint for constraint in table.constraints if isinstance(constraint, sa.UniqueConstraint))


def _value(column: sa.Column[Any], number: int, chance: random.Random) -> Any:
    kind = plain(column)
    if column.primary_key and column.name == "id" and isinstance(kind, sa.Uuid):
        return ids(column.table.name)[number]
    if column.nullable and column.name != "organisation_id" and chance.random() < 0.6:
        return None
    if column.nullable and chance.random() < 0.3:
        return None
    if column.name in ("agency", "person_agency"):
        return chance.choice((*AGENCIES, SYSTEM.agency))
    if column.name in ("person", "holder", "person_id"):
        person = chance.choice(ids("persons"))
        return person if isinstance(kind, sa.Uuid) else str(person)
    if isinstance(column.type, WordText):
        return chance.choice(list(column.type.words))
    if isinstance(kind, sa.Uuid):
        return chance.choice(ids(f"{column.name.removesuffix('_id')}s"))
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return chance.choice(list(kind.enum_class))
    return _plain_value(kind, number, chance)


def _plain_value(kind: sa.types.TypeEngine[Any], number: int, chance: random.Random) -> Any:
    if isinstance(kind, sa.Boolean):
        return chance.random() < 0.5
    if isinstance(kind, sa.Integer):
        return chance.randrange(1, 4)
    if isinstance(kind, sa.JSON):
        return []
    if isinstance(kind, (sa.Numeric, sa.Float)):
        return 1
    if isinstance(kind, sa.Date):
        return date(2026, 1, 5)
    return NOW if isinstance(kind, (sa.DateTime, sa.types.TypeDecorator)) else f"{number}"
