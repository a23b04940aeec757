"""Personal data declarations of tables, from which erasure, export and retention are derived."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from shared.contracts.envelope import Envelope
from shared.contracts.identity import PersonErased
from shared.database.json_rows import as_json, columns, plain
from shared.database.tables import personal_keys
from shared.database.transaction import Transaction
from shared.events.reaction import Reaction
from shared.privacy import erased, redaction

Values = Mapping[str, Any]


@dataclass(frozen=True)
class RetentionPeriod:
    """A retention period: as many days as ``setting`` says after the moment or day ``since``.

    Afterwards the personal columns are blanked, or whole rows deleted (``drops``).
    """

    setting: str
    since: sa.Column[Any]
    drops: bool = False


@dataclass(frozen=True)
class PersonalTable:
    """The personal data in a table, and ``why`` it is held.

    ``person`` and ``agency`` identify a row's subject: columns, or scalar subqueries. ``personal`` maps the
    columns with personal data to what erasure leaves there; other columns are needed for history. ``goes``
    is True if whole rows are deleted. ``secret`` columns are never exported. Without ``keep`` the data is
    held until the person is erased.
    """

    table: sa.Table
    why: str
    person: sa.ColumnElement[Any]
    agency: sa.ColumnElement[str]
    personal: Values = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    goes: bool = False
    keep: RetentionPeriod | None = None

    def of(self, person: str, agency: str) -> sa.ColumnElement[bool]:
        """The condition of a person's rows in an agency."""
        if not isinstance(self.person.type, sa.Uuid):
            return sa.and_(self.person == person, self.agency == agency)
        try:
            return sa.and_(self.person == UUID(person), self.agency == agency)
        except ValueError:  # minted on the host, or anonymous: there are no such rows
            return sa.false()

    def owner_of(self, thing: object) -> tuple[str, str] | None:
        """The agency and the person whose data a mapped object would hold."""
        if not isinstance(self.person, sa.Column) or not isinstance(self.agency, sa.Column):
            return None  # the parent row is checked
        says = self.goes or any(getattr(thing, name) != blank for name, blank in self.personal.items())
        return (getattr(thing, self.agency.name), str(getattr(thing, self.person.name))) if says else None


def _nothing_ends(_tx: Transaction, _person: str) -> None:
    """Nothing ends with a person here."""


class Personal:
    """All personal data of a service. ``ends`` ends a person's roles, before the data is erased."""

    def __init__(
        self, *holdings: PersonalTable, ends: Callable[[Transaction, str], None] = _nothing_ends
    ) -> None:
        self.holdings = holdings
        self.ends = ends
        self.reaction = Reaction("erase", (PersonErased,), self._react)
        self._by_table = {holding.table: holding for holding in holdings if holding.personal or holding.goes}

    @property
    def tables(self) -> list[sa.Table]:
        """The tables in which data is blanked or deleted."""
        return list(self._by_table)

    @property
    def columns(self) -> list[sa.Column[Any]]:
        """The columns with personal data."""
        return [holding.table.c[name] for holding in self.holdings for name in holding.personal]

    def _react(self, tx: Transaction, envelope: Envelope, order: PersonErased) -> None:
        tx.agency = envelope.agency
        self.erase(tx, str(order.whom), order.erasure_id)

    def erase(self, tx: Transaction, person: str, erasure_id: UUID) -> None:
        """Erase a person's data in ``tx.agency``; repeating it does no harm."""
        erased.lock(tx.session, tx.agency, person, shared=False)
        self.ends(tx, person)
        tx.session.flush()
        erased.note(tx, person, erasure_id)
        values: set[str] = set()
        rows = 0
        for holding in self._by_table.values():
            mine = holding.of(person, tx.agency)
            if holding.personal:
                said = sa.select(*(holding.table.c[name] for name in holding.personal)).where(mine)
                values |= _texts(tx.execute(said))
            rows += _blank(tx, holding, mine)
        names = {column.name for column in self.columns}
        redaction.make_nameless(tx, person, names, values)
        theirs = sa.and_(personal_keys.c.agency == tx.agency, personal_keys.c.person == person)
        tx.execute(sa.delete(personal_keys).where(theirs))  # exported archives stay encrypted
        erased.done(tx, person, rows)

    def forget(self, tx: Transaction, days: Callable[[str], int]) -> dict[sa.Table, int]:
        """Delete what is older than ``days`` allows by setting; returns by table how many rows changed."""
        changed = {}
        for holding in self.holdings:
            if holding.keep is not None:
                since, allowed = holding.keep.since, timedelta(days=days(holding.keep.setting))
                is_day = isinstance(since.type, sa.Date)
                over = since <= (tx.today - allowed if is_day else tx.now - allowed)
                changed[holding.table] = _blank(tx, holding, over, drops=holding.keep.drops)
        return changed

    def held(self, session: Session, person: str, agency: str) -> dict[str, list[dict[str, Any]]]:
        """All rows about a person, by table, without secrets."""
        by_table: dict[str, list[dict[str, Any]]] = {}
        for holding in self.holdings:
            shown = [column for column in columns(holding.table) if column.name not in holding.secret]
            query = (
                sa.select(*(sa.type_coerce(column, plain(column)).label(column.name) for column in shown))
                .where(holding.of(person, agency))
                .order_by(*holding.table.primary_key.columns)
            )
            rows = session.connection().execute(query)
            by_table.setdefault(holding.table.name, []).extend(
                {str(name): as_json(value) for name, value in row._mapping.items()} for row in rows
            )
        return by_table

    def owners(self, things: Iterable[object]) -> set[tuple[str, str]]:
        """The people about whom a flush of mapped objects would store data: agencies and persons."""
        persons = set()
        for thing in things:
            holding = self._by_table.get(sa.inspect(type(thing)).local_table)
            owner = holding.owner_of(thing) if holding is not None else None
            if owner is not None:
                persons.add(owner)
        return persons

    def guard(self, sessions: sessionmaker[Session]) -> None:
        """Refuse writes about an erased person: of a concurrent or late request."""
        event.listen(sessions, "before_flush", self._refuse_the_erased)

    def _refuse_the_erased(self, session: Session, _context: object, _instances: object) -> None:
        if owners := self.owners([*session.new, *session.dirty]):
            erased.refuse(session, owners)


def _blank(
    tx: Transaction, holding: PersonalTable, mine: sa.ColumnElement[bool], *, drops: bool = False
) -> int:
    """Blank personal data in the rows, or delete them; returns how many had any."""
    if holding.goes or drops:
        return tx.execute(sa.delete(holding.table).where(mine)).rowcount
    said = sa.or_(
        *(holding.table.c[name].is_distinct_from(blank) for name, blank in holding.personal.items())
    )
    return tx.execute(sa.update(holding.table).where(mine, said).values(dict(holding.personal))).rowcount


def _texts(rows: Iterable[Sequence[Any]]) -> set[str]:
    return {value for row in rows for value in row if isinstance(value, str) and value}
