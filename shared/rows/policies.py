"""Row-level security policies (PostgreSQL), derived from visibility.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, RelationshipProperty, class_mapper
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.expression import SelectBase

from shared.rows.viewer import EVERYTHING, Condition, SettingsViewer, is_somebody, sees_everything
from shared.rows.visibility import Visible

POLICY = "kemitraan_visible"
FUNCTION = "kemitraan_sees_"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Policy:
    """The row-level security policy of one table, for all commands, and the function that it may need.

    A condition that looks into other tables becomes a function that bypasses their policies: these tables
    may in turn refer to this one, as its own parts do.
    """

    table: str
    condition: str
    function: str = ""

    @property
    def statements(self) -> Iterator[str]:
        """The statements that create it."""
        if self.function:
            yield self.function
        yield f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY"
        yield f"CREATE POLICY {POLICY} ON {self.table} USING ({self.condition})"
        yield f"COMMENT ON POLICY {POLICY} ON {self.table} IS '{self.digest}'"

    @property
    def digest(self) -> str:
        """The digest that identifies this policy."""
        return sha256(f"{self.function}{self.condition}".encode()).hexdigest()


@cache
def guards(visible: Visible) -> tuple[Policy, ...]:
    """The policies derived from a service's visibility conditions.

    Parts of a hidden object, by a relationship to it, are hidden with it.
    """
    by_table: dict[sa.Table, Policy] = {}
    for kind, condition in visible(SettingsViewer()).items():
        table = _table(class_mapper(kind))
        if _looks_elsewhere(condition):
            by_table[table] = _guard(table, *_as_function(table, condition))
        else:
            by_table[table] = _guard(table, _inline(table, condition))
    for kind in visible(SettingsViewer()):
        for table, whole in parts(class_mapper(kind)):
            by_table.setdefault(table, _guard(table, _inline(table, whole)))
    return tuple(by_table.values())


def parts(mapper: Mapper[Any]) -> Iterator[tuple[sa.Table, Condition]]:
    """The tables of an object's parts, with the condition that the whole is visible."""
    for relationship in mapper.relationships:
        table = _part(relationship)
        if table is not None:
            same = [whole == part for whole, part in relationship.synchronize_pairs]
            yield table, sa.exists().where(*same).correlate_except(_table(mapper))
            if relationship.secondary is None:
                yield from parts(relationship.mapper)


def put_up(connection: sa.Connection, wanted: Sequence[Policy]) -> None:
    """Create exactly these policies; do nothing if they are in place."""
    if _standing(connection) != {guard.table: guard.digest for guard in wanted}:
        take_down(connection)
        for guard in wanted:
            for statement in guard.statements:
                connection.exec_driver_sql(statement)


def take_down(connection: sa.Connection) -> None:
    """Drop all policies, while tables are changed."""
    for table in connection.scalars(sa.text(_GUARDED), {"policy": POLICY}).all():
        connection.exec_driver_sql(f"DROP POLICY {POLICY} ON {table}")
        connection.exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for function in connection.scalars(sa.text(_FUNCTIONS), {"prefix": FUNCTION}).all():
        connection.exec_driver_sql(f"DROP FUNCTION {function}")


def is_exempt(connection: sa.Connection) -> bool:
    """Whether the connected role bypasses policies: a superuser, or one with BYPASSRLS."""
    return bool(connection.scalar(sa.text(_EXEMPT)))


# A SET clause would need rights that the service's role lacks. No other function is called within it.
_FUNCTION = f"""
CREATE FUNCTION {{name}}({{taken}}) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    lifted text := set_config('{EVERYTHING}', 'on', true);
    seen boolean;
BEGIN
<<looking>> BEGIN
{{body}}
END;
    lifted := set_config('{EVERYTHING}', '', true);
    RETURN seen;
END$$"""
_GUARDED = "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = :policy"
_FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc
    WHERE starts_with(proname, :prefix) AND pronamespace = current_schema()::regnamespace"""
_STANDING = """
    SELECT polrelid::regclass::text, obj_description(pg_policy.oid, 'pg_policy') FROM pg_policy
    JOIN pg_class ON pg_class.oid = polrelid AND relrowsecurity AND relforcerowsecurity
    WHERE polname = :policy"""
_EXEMPT = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def _standing(connection: sa.Connection) -> Mapping[str, str]:
    return {row[0]: row[1] for row in connection.execute(sa.text(_STANDING), {"policy": POLICY})}


def _part(relationship: RelationshipProperty[Any]) -> sa.Table | None:
    if isinstance(relationship.secondary, sa.Table):
        return relationship.secondary
    return _table(relationship.mapper) if relationship.cascade.delete_orphan else None


def _table(mapper: Mapper[Any]) -> sa.Table:
    table = mapper.local_table
    if not isinstance(table, sa.Table):
        raise TypeError(f"{mapper.class_.__name__} is mapped to no table")
    return table


def _guard(table: sa.Table, seen: str, function: str = "") -> Policy:
    condition = f"{_sql(sees_everything())} OR {_sql(is_somebody())} AND ({seen})"
    return Policy(_quoted(table.name), condition, function)


def _inline(table: sa.Table, condition: Condition) -> str:
    return _sql(_with_row(condition, table, lambda column: f"{_quoted(table.name)}.{_quoted(column.name)}"))


def _as_function(table: sa.Table, condition: Condition) -> tuple[str, str]:
    """The call of the function for a row, and its definition."""
    asked: dict[str, sa.Column[Any]] = {}

    def argument(column: sa.Column[Any]) -> str:
        asked[column.name] = column
        return f"of_{column.name}"

    ways = [_with_row(way, table, argument) for way in _ways(condition)]
    body = "\n".join(f"    seen := {_sql(way)};\n    IF seen THEN EXIT looking; END IF;" for way in ways)
    name = f"{FUNCTION}{table.name}"
    given = ", ".join(f"{_quoted(table.name)}.{_quoted(question)}" for question in asked)
    taken = ", ".join(f"of_{question.name} {question.type.compile(_DIALECT)}" for question in asked.values())
    return f"{name}({given})", _FUNCTION.format(name=name, taken=taken, body=body)


def _ways(condition: Condition) -> list[Condition]:
    """The alternatives of a condition; those that look into no other table first.

    Each is planned separately, and only the needed ones are evaluated.
    """
    is_any = isinstance(condition, BooleanClauseList) and condition.operator is operators.or_
    ways: list[Condition] = list(condition.clauses) if is_any else [condition]
    return sorted(ways, key=_looks_elsewhere)


def _looks_elsewhere(condition: Condition) -> bool:
    return any(isinstance(look, SelectBase) for look in visitors.iterate(condition))


def _with_row(
    condition: Condition, table: sa.Table, named: Callable[[sa.Column[Any]], str]
) -> sa.ColumnElement[Any]:
    """The condition with parameters in place of the row's columns."""

    def replaced(element: Any, **_more: Any) -> Any:
        if isinstance(element, sa.Column) and element.table is table:
            return sa.literal_column(named(element), element.type)
        return None

    return visitors.replacement_traverse(condition, {}, replaced)


def _sql(condition: sa.ColumnElement[Any]) -> str:
    return str(condition.compile(dialect=_DIALECT, compile_kwargs={"literal_binds": True})).replace("\n", "")


def _quoted(name: str) -> str:
    return _DIALECT.identifier_preparer.quote(name)
