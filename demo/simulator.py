"""Simulator: a system with a movable clock, in which years pass in seconds.

It runs the services behind their HTTP APIs on temporary databases, without a broker: events are applied in
one order at fixed moments, so that the same acts always make the same history.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import uvicorn
from sqlalchemy.orm import Session

from services.registry import service
from shared.client import AGENCY, workspace_of
from shared.clock import MovableClock, seeded_ids, seeded_keys
from shared.contracts.envelope import Envelope
from shared.database.tables import outbox
from shared.database.transaction import Context
from shared.events.projection import Projection
from shared.host.host import root_app, tune_garbage_collector
from shared.host.runtime import ServiceRuntime
from shared.identity.actor import SYSTEM, Actor
from shared.identity.signing import SigningKey
from shared.settings import Settings, load_settings
from shared.timer_runner import TimerRunner

# Past events cause no notices, so the notifications service is not part of it.
SERVICES = ("partners", "programs", "products")
# The story is set in East Java.
ZONE = ZoneInfo("Asia/Jakarta")
TOKEN_LASTS = timedelta(minutes=10)
Place = tuple[datetime, str, int]
"""The position of an event in the history: its time, its publisher, and its number there."""


class TimerStuck(RuntimeError):
    """Something that was due in the past could not be done."""


class _Part:
    """One simulated service: the events it has published, and when its next timer is due."""

    def __init__(self, runtime: ServiceRuntime) -> None:
        self.name = runtime.service.name
        self.database = runtime.database
        self.projections = runtime.service.projections
        self.timer_runner = TimerRunner(self.name, runtime.service.timers, runtime.database)
        self._recorded = runtime.database.on_commit()
        self._heard = 0
        self._due: datetime | None = None

    async def news(self) -> list[tuple[Place, Envelope]]:
        """The events recorded since the last call."""
        if not self._recorded.is_set():
            return []
        self._recorded.clear()
        rows = await self.database.read(_recorded_after(self._heard))
        self._heard = rows[-1][0] if rows else self._heard
        self._due = await self.timer_runner.earliest()
        decoded = [(number, Envelope.decode(body)) for number, body in rows]
        return [((entry.time, self.name, number), entry) for number, entry in decoded]

    @property
    def due(self) -> datetime | None:
        """When its next timer is due, according to the events returned by :meth:`news`."""
        return self._due

    async def fire(self, now: datetime) -> None:
        """Do what is due; raises :class:`TimerStuck` if that fails."""
        await self.timer_runner.fire()
        self._due = await self.timer_runner.earliest()
        if self._due is not None and self._due <= now:
            raise TimerStuck(f"a timer of {self.name} that was due at {self._due.isoformat()} failed")


class Past:
    """The system while its history is played; every call comes after the previous one."""

    def __init__(self, url: str, runtimes: Sequence[ServiceRuntime], clock: MovableClock, key: SigningKey):
        self.url = url
        self.clock = clock
        self._parts = [_Part(runtime) for runtime in runtimes]
        self._key = key
        self._tokens: dict[tuple[str, UUID | None, str], tuple[datetime, str]] = {}

    def now(self) -> datetime:
        """The simulated time."""
        return self.clock.now()

    def mint(self, role: str, organisation: UUID | None, person: str = "") -> str:
        """A token for an actor in a role, valid at the simulated time."""
        who = (role, organisation, person)
        made, token = self._tokens.get(who, (None, ""))
        if made is None or self.now() - made > TOKEN_LASTS:
            roles = frozenset({role})
            agency = workspace_of(organisation) if organisation else AGENCY
            actor = Actor(person=person or role, agency=agency, organisation=organisation, roles=roles)
            token = self._key.mint(actor, clock=self.clock)
            self._tokens[who] = (self.now(), token)
        return token

    async def advance(self, to: datetime) -> None:
        """Move the clock; what becomes due on the way happens in order, at its own time."""
        while True:
            await self._hear()
            due = min((part.due for part in self._parts if part.due is not None), default=to)
            if due >= to:
                break
            self.clock.set(max(self.now(), due))
            for part in self._parts:
                if part.due is not None and part.due <= self.now():
                    await part.fire(self.now())
        self.clock.set(max(self.now(), to))

    async def _hear(self) -> None:
        """Deliver to every service what the others have published meanwhile."""
        news = [entry for part in self._parts for entry in await part.news()]
        if not news:
            return
        envelopes = [envelope for _, envelope in sorted(news, key=lambda item: item[0])]
        for part in self._parts:
            for projection in part.projections:
                heard = [envelope for envelope in envelopes if envelope.event_type in projection.handlers]
                if heard:
                    await part.database.write(_context(projection), _applying(projection, heard))


def _recorded_after(number: int) -> Callable[[Session], list[tuple[int, bytes]]]:
    query = (
        sa.select(outbox.c.sequence, outbox.c.envelope)
        .where(outbox.c.sequence > number)
        .order_by(outbox.c.sequence)
    )
    return lambda session: [(row[0], row[1]) for row in session.connection().execute(query)]


def _applying(projection: Projection, envelopes: Sequence[Envelope]) -> Callable[..., None]:
    def apply(tx: object) -> None:
        for envelope in envelopes:
            projection.apply(tx, envelope)  # type: ignore[arg-type]

    return apply


def _context(projection: Projection) -> Context:
    return Context(actor=SYSTEM, correlation_id=projection.name, causation_id=projection.name)


@asynccontextmanager
async def past(folder: Path, begins: datetime, seed: str) -> AsyncIterator[Past]:
    """Run a system whose past begins then; the same seed and the same acts make the same ids."""
    clock = MovableClock(begins)
    settings = _settings(folder)
    key = SigningKey.create_or_load(settings.signing_key)
    async with AsyncExitStack() as stack:
        runtimes = []
        for name in SERVICES:
            runtime = ServiceRuntime(service(name), settings, clock, seeded_ids(f"{seed}/{name}", clock))
            await runtime.start_database(durable=False, new_key=seeded_keys(f"{seed}/{name}"))
            stack.push_async_callback(runtime.database.stop)
            runtimes.append(runtime)
        url = await stack.enter_async_context(_listening(runtimes))
        tune_garbage_collector()
        yield Past(url, runtimes, clock, key)


def _settings(folder: Path) -> Settings:
    """Settings that keep everything in the folder, whatever the environment says."""
    return load_settings(
        data=folder,
        nats_url="",
        database_url=f"sqlite:///{folder}/{{service}}.sqlite3",
        blob_url=(folder / "blobs").as_uri(),
        jwks=str(folder / "keys" / "jwks.json"),
        signing_key=folder / "keys" / "signing.json",
        time_zone=ZONE,
    )


@asynccontextmanager
async def _listening(runtimes: list[ServiceRuntime]) -> AsyncIterator[str]:
    # asyncio sets TCP_NODELAY only if the protocol is named; without it each response waits for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(root_app(runtimes), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
