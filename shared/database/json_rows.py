"""JSON form of table rows, for archives: columns, conversion and validation."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from shared.database.tables import Instant, WordText

NUL_ESCAPED = b"\\u0000"


def columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The exported columns of a row: all but autoincrement numbers."""
    return [column for column in table.columns if column is not table.autoincrement_column]


def plain(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """The database type of a column, below a service's own types."""
    kind = column.type
    if isinstance(kind, sa.TypeDecorator) and not isinstance(kind, Instant):
        kind = kind.impl_instance
    # None in a JSON column is SQL NULL, not the JSON text “null”.
    return sa.JSON(none_as_null=True) if isinstance(kind, sa.JSON) else kind


def as_json(value: Any) -> Any:
    """A value as JSON; bytes in base 64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


class RowSchema:
    """The validation of a table's rows on import."""

    def __init__(self, table: sa.Table) -> None:
        fields: dict[str, Any] = {}
        for column in columns(table):
            kind = _kind(plain(column))
            fields[column.name] = (kind | None if column.nullable else kind, ...)
        self._model: type[BaseModel] = create_model(
            f"{table.name}_row", __config__=ConfigDict(extra="forbid"), **fields
        )

    def read(self, row: Any) -> dict[str, Any]:
        """The row as the database takes it; raises ``ValueError`` with every invalid field."""
        try:
            # Validated as JSON, where a text may be a day or an id, but types are not coerced otherwise.
            return self._model.model_validate_json(orjson.dumps(row), strict=True).model_dump()
        except ValidationError as error:
            raise ValueError(places(error)) from None


def insertion(table: sa.Table, names: Iterable[str]) -> sa.Insert:
    """The INSERT statement for rows with these columns as :meth:`RowSchema.read` returns them."""
    return sa.insert(table).values({name: sa.bindparam(name, type_=plain(table.c[name])) for name in names})


def holds_nul(line: bytes, value: Any) -> bool:
    """Whether a text in ``value``, read from ``line``, contains NUL, which PostgreSQL cannot store."""
    return NUL_ESCAPED in line and _holds_nul(value)


def places(error: ValidationError) -> str:
    """The invalid fields, and what was expected."""
    errors = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'/'.join(map(str, place['loc'])) or 'row'}: {place['msg']}" for place in errors)[:500]


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(hold) for pair in value.items() for hold in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def _bytes(value: Any) -> Any:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC the moment is outside the calendar") from None


def _whole(bits: int) -> Any:
    return Annotated[int, Field(ge=-(1 << bits - 1), lt=1 << bits - 1)]


def _kind(kind: sa.types.TypeEngine[Any]) -> Any:
    if isinstance(kind, Instant):
        return Annotated[AwareDatetime, AfterValidator(_utc)]
    if isinstance(kind, sa.LargeBinary):
        return Annotated[bytes, BeforeValidator(_bytes)]
    if isinstance(kind, sa.JSON):
        return Any
    if isinstance(kind, sa.Enum) and kind.enum_class is not None:
        return kind.enum_class
    if isinstance(kind, WordText):
        return kind.words
    if isinstance(kind, sa.Integer):
        return _whole(64 if isinstance(kind, sa.BigInteger) else 32)
    return kind.python_type
