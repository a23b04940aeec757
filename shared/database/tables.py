"""Shared tables: outbox, inbox, cursors, timers, retries, dead letters, idempotency keys, imports."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from shared.labelled import Labelled

naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=naming)


class Instant(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps it as sortable text, PostgreSQL as ``timestamptz``."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


big_serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("aggregate_id", sa.Uuid, nullable=False, index=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("stream_sequence", sa.BigInteger),
    sa.Column("number", sa.BigInteger),
)
sa.Index("ix_outbox_number", outbox.c.number, unique=True)
sa.Index(
    "ix_outbox_unpublished",
    outbox.c.sequence,
    sqlite_where=outbox.c.published_at.is_(None),
    postgresql_where=outbox.c.published_at.is_(None),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("consumer", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sqlite_with_rowid=False,
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("stream_created", sa.Text, nullable=False),
    sa.Column("stream_sequence", sa.BigInteger, nullable=False),
    sa.Column("moved_at", Instant, nullable=False),
)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("about", sa.Uuid, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("due_at", Instant, nullable=False, index=True),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("failing", sa.Text, nullable=False),
    sa.UniqueConstraint("name", "about", "key"),
)

retries = sa.Table(
    "retries",
    metadata,
    sa.Column("sequence", big_serial, primary_key=True, autoincrement=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False, index=True),
    sa.Column("failing", sa.Text, nullable=False),
    sa.UniqueConstraint("consumer", "event_id"),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("archive", sa.Text, primary_key=True),
    sa.Column("report", sa.LargeBinary, nullable=False),
    sa.Column("taken_at", Instant, nullable=False),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("consumer", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid),
    sa.Column("event_type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("envelope", sa.LargeBinary, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("parked_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.CheckConstraint("state IN ('parked', 'replayed', 'discarded')", name="state"),
    sa.UniqueConstraint("consumer", "event_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("kept_at", Instant, nullable=False, index=True),
)

revocations = sa.Table(
    "revocations",
    metadata,
    sa.Column("about", sa.Uuid, primary_key=True),
    sa.Column("below", sa.Integer, nullable=False),
    sa.Column("until", Instant, nullable=False),
)

erased_persons = sa.Table(
    "erased_persons",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("erasure_id", sa.Uuid, nullable=False),
    sa.Column("ordered_at", Instant, nullable=False),
    sa.Column("erased_at", Instant),
    sa.Column("scrubbed_at", Instant),
    sa.Column("rows", sa.Integer, nullable=False),
)

personal_keys = sa.Table(
    "personal_keys",
    metadata,
    sa.Column("agency", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)


class WordText(TypeDecorator[Labelled]):
    """A member of a vocabulary list as the text of its value."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, words: type[Labelled]) -> None:
        super().__init__()
        self.words = words

    @property
    def python_type(self) -> type[Labelled]:
        """The list class."""
        return self.words

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """The member's value."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Labelled | None:
        """The member of a value."""
        return None if value is None else self.words(value)


def state_text(states: type[StrEnum]) -> sa.Enum:
    """A column type for a state, as the text of its value."""
    return sa.Enum(states, native_enum=False, length=16, values_callable=list)


def service_metadata() -> sa.MetaData:
    """The metadata of a service, with the naming rules of the shared tables."""
    return sa.MetaData(naming_convention=naming)
