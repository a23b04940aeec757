"""Database of a service: runs synchronous functions in transactions, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.orm import Session, sessionmaker

from shared.clock import Clock
from shared.contracts.envelope import Envelope
from shared.database.transaction import UTC_ZONE, AreaOf, Context, Transaction, no_area
from shared.identity.actor import SYSTEM, Actor
from shared.observability import metrics
from shared.rows.visibility import Visible, everything, filter_rows, seen_by

T = TypeVar("T")
NewId = Callable[[], UUID]
SEALED_WITH = 512
"""Bits of a key for personal data in archives (AES-SIV with AES-256)."""


class DatabaseInUse(RuntimeError):
    """Another process already writes this SQLite file."""


class DatabaseAway(RuntimeError):
    """The database does not answer, or accepts no writes; retry later."""


class LockLost(RuntimeError):
    """The exclusive lock was lost with its connection: another instance may hold it by now."""


def new_key() -> bytes:
    """A key for personal data in archives."""
    return AESSIV.generate_key(SEALED_WITH)


Hook = Callable[[sessionmaker[Session]], None]
"""A session hook of one database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseOptions:
    """The options of a database, for either engine.

    ``zone`` is the users' time zone, which determines when a day begins where ``area_of`` knows no area.
    ``visible`` filters rows, ``hooks``
    are session hooks, ``origin`` is the public address in events, and ``new_key`` makes random bytes: keys
    for personal data in archives, and the secrets of transactions.
    """

    clock: Clock
    new_id: NewId
    service: str = ""
    zone: ZoneInfo = UTC_ZONE
    area_of: AreaOf = no_area
    visible: Visible = everything
    hooks: tuple[Hook, ...] = ()
    origin: str = ""
    new_key: Callable[[], bytes] = new_key


class Database(ABC):
    """Runs use cases and queries, and signals commits with events to publish.

    ``is_shared`` if several instances of the service may use it at once. ``commits`` counts those of this
    process.
    """

    is_shared = False

    def __init__(self, url: str, setup: DatabaseOptions) -> None:
        self.url = url
        self.service = setup.service
        self.zone = setup.zone
        self._area_of = setup.area_of
        self._commit_seconds = metrics.COMMIT_SECONDS.labels(setup.service)
        self._commit_size = metrics.COMMIT_SIZE.labels(setup.service)
        self.clock = setup.clock
        self.new_id = setup.new_id
        self.new_key = setup.new_key
        self.commits = 0
        self._listeners: list[asyncio.Event] = []
        self._visible = setup.visible
        self._origin = setup.origin
        self._sessions = sessionmaker(expire_on_commit=False)
        for hook in (filter_rows, *setup.hooks):
            hook(self._sessions)

    @abstractmethod
    async def start(self) -> None:
        """Open the database; raises :class:`DatabaseInUse` when another process owns the file."""

    @abstractmethod
    async def stop(self) -> None:
        """Finish accepted work, then close."""

    @abstractmethod
    async def write(self, context: Context, function: Callable[[Transaction], T], *, long: bool = False) -> T:
        """Run ``function`` in one transaction and return after its commit.

        An exception rolls back its changes, and nothing else. It may run again after a deadlock or a failed
        group commit, so it must not touch anything outside the transaction. Others do not wait for a
        ``long`` one, if the database supports concurrent writers.
        """

    @abstractmethod
    async def read(self, function: Callable[[Session], T], actor: Actor = SYSTEM) -> T:
        """Run ``function`` on a consistent snapshot of what ``actor`` may see, apart from the writer."""

    @abstractmethod
    def exclusive(
        self, name: str, stand_by: Callable[[], None] = lambda: None
    ) -> AbstractAsyncContextManager[None]:
        """An async context manager that one instance of the service holds at a time.

        ``stand_by`` is called when another instance holds it and this one starts to wait. If the lock is
        lost, the work under it is cancelled, and :class:`LockLost` is raised.
        """

    @abstractmethod
    async def scrub(self, tables: Sequence[Table]) -> None:
        """Overwrite the bytes of rows deleted from ``tables``, also in the logs.

        Waits for readers that can still see the old rows.
        """

    def is_as_at(self, commits: int) -> bool:
        """Whether its rows are certainly unchanged since it counted that many commits."""
        return not self.is_shared and self.commits == commits

    def on_commit(self) -> asyncio.Event:
        """An event that is set after each commit that recorded events."""
        event = asyncio.Event()
        self._listeners.append(event)
        return event

    def _committed(self, recorded: Iterable[Envelope]) -> None:
        self.commits += 1
        events = list(recorded)
        for event in events:
            metrics.of_event(event.publisher, event.event_type).inc()
        if events:
            self.has_events()

    def has_events(self) -> None:
        """Signal events to publish; call it after a commit outside a use case."""
        for listener in self._listeners:
            listener.set()

    def _attempt(
        self, session: Session, context: Context, function: Callable[[Transaction], T]
    ) -> tuple[T, list[Envelope]]:
        """Run one use case in the transaction that ``session`` has joined; returns what it recorded."""
        seen_by(session, context.actor, self._visible)
        now = self.clock.now()
        tx = Transaction(
            session,
            context,
            now,
            self.new_id,
            self.zone,
            self._visible,
            self._origin,
            self.new_key,
            self._area_of,
        )
        result = function(tx)
        tx.seal()
        return result, tx.recorded

    def _joined(self, connection: Connection) -> Session:
        """A session inside the open transaction of ``connection``; closing it does not end that."""
        return self._sessions(bind=connection, join_transaction_mode="rollback_only")

    def _reading(self, bind: Engine | Connection, actor: Actor) -> Session:
        """A session with the visibility of ``actor``."""
        session = self._sessions(bind=bind)
        seen_by(session, actor, self._visible)
        return session
