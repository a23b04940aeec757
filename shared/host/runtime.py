"""Runtime of a service: database, broker connection, relay, projections, workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import structlog

from shared.clock import Clock, SystemClock, new_id
from shared.database import migrate, outbox
from shared.database.database import Database, DatabaseOptions, new_key
from shared.database.engines import open_database
from shared.events import dead_letters, retries
from shared.events.broker import Bus
from shared.events.consumers import ConsumerConnection
from shared.events.projection import ProjectionRunner
from shared.events.reaction import ReactionRunner, runners
from shared.events.relay import Relay
from shared.events.retry_runner import RetryRunner
from shared.host import revoked
from shared.host.service import Service
from shared.http.door import Door
from shared.http.outgoing import OutgoingGuard
from shared.http.rate_limits import RateLimits
from shared.identity.tokens import TokenVerifier
from shared.keys.broker_credentials import Credentials
from shared.observability import metrics
from shared.privacy.retention import Retention
from shared.privacy.scrubber import Scrubber
from shared.rows import policies
from shared.settings import Settings
from shared.storage import BlobStore
from shared.tasks import cancel_all
from shared.timer_runner import TimerRunner
from shared.worker import Monitored, RepeatedWorker, Resource, Worker

P = TypeVar("P")
log = structlog.get_logger(__name__)
SAMPLE_SECONDS = 5.0
SWEEP_SECONDS = 3600.0
REVOKED_SECONDS = 2.0
FORGET_REVOKED_SECONDS = 60.0


class ServiceRuntime:
    """One service, started and stopped as a whole."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        clock: Clock | None = None,
        ids: Callable[[], UUID] = new_id,
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock or SystemClock()
        self.new_id = ids
        self.verifier = TokenVerifier(settings.jwks)
        self.blobs = BlobStore.at(settings.blob_url)
        self.outgoing = OutgoingGuard(settings.webhook_allow)
        self.limits = RateLimits(settings)
        self.credentials = Credentials.of(settings, service.name)
        self.bus = Bus(settings.nats_url, service.name, self.credentials)
        self.followers: list[ProjectionRunner] = []
        self.reactions: list[ReactionRunner] = []
        self.watched: list[Monitored] = []
        """Its background work: shown by probes and metrics."""
        self._parts: list[Worker | Resource] = []
        self.relay: Relay | None = None
        self.timer_runner: TimerRunner | None = None
        self.consuming: ConsumerConnection | None = None
        self._database: Database | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._revoked = asyncio.Event()

    def part(self, kind: type[P]) -> P:
        """The service's worker or resource of that class; ``LookupError`` if it has none."""
        for part in self._parts:
            if isinstance(part, kind):
                return part
        raise LookupError(f"the service {self.service.name} has no {kind.__name__}")

    @property
    def database(self) -> Database:
        """The service's database; ``RuntimeError`` for a service without one."""
        if self._database is None:
            raise RuntimeError(f"the service {self.service.name} has no database")
        return self._database

    async def start_database(self, *, durable: bool = True, new_key: Callable[[], bytes] = new_key) -> None:
        """Open the database and bring it to the newest revision; see ``open_database`` for ``durable``."""
        if self.service.metadata is None or self.service.migrations is None:
            return
        url = self.settings.database_for(self.service.name)
        self._database = open_database(
            url,
            DatabaseOptions(
                clock=self.clock,
                new_id=self.new_id,
                service=self.service.name,
                zone=self.settings.time_zone,
                area_of=self.service.area_of,
                visible=self.service.visible,
                hooks=(self.service.personal.guard,),
                origin=self.settings.public_url,
                new_key=new_key,
            ),
            durable=durable,
        )
        await self._database.start()
        guards = policies.guards(self.service.visible) if url.startswith("postgresql") else ()
        revisions = await asyncio.to_thread(migrate.upgrade, url, self.service.migrations, guards)
        log.debug("database ready", service=self.service.name, revisions=revisions)

    async def start(self) -> None:
        """Connect to the bus (it and its streams must be there) and begin to work."""
        await self.bus.start()
        for make in self.service.resources:
            resource = make(self)
            self._parts.append(resource)
            await resource.open()
        if self._database is not None:
            await self._start_data(self._database)
        if self.service.keeps_files:
            self._begin(RepeatedWorker(self.service.name, "sweeper", self._sweep, poll=SWEEP_SECONDS))
        for make_worker in self.service.workers:
            worker = make_worker(self)
            self._parts.append(worker)
            self._begin(worker)

    async def _start_data(self, database: Database) -> None:
        name, personal = self.service.name, self.service.personal
        self.relay = Relay(name, database, self.bus)
        self._begin(self.relay)
        await self._read_revocations()
        # At once here, shortly after by other instances.
        poll = REVOKED_SECONDS if database.is_shared else FORGET_REVOKED_SECONDS
        self._begin(
            RepeatedWorker(name, "revocations", self._read_revocations, poll=poll, wake=self._revoked)
        )
        for projection in self.service.follows:
            follower = ProjectionRunner(name, projection, database, self.bus)
            self.followers.append(follower)
            if projection is revoked.PROJECTION:
                follower.after_apply = self._revoked.set
            self._begin(follower)
        self._begin(RepeatedWorker(name, "sampler", self.sample, poll=SAMPLE_SECONDS))
        if self.service.timers:
            self.timer_runner = TimerRunner(name, self.service.timers, database)
            self._begin(self.timer_runner)
        self._begin(Retention(name, personal, database, self.settings))
        self._begin(Scrubber(name, personal, database))
        self.reactions = runners(name, self.service.reacts, database)
        if self.reactions:
            self.watched += self.reactions
            self._begin(RetryRunner(name, self.reactions, database))
            self.consuming = ConsumerConnection(
                self.settings.nats_url, name, self.credentials, self.reactions
            )
            await self.consuming.start()
            self._begin(self.consuming)

    def _begin(self, worker: Worker) -> None:
        self.watched.append(worker)
        self._tasks.append(asyncio.create_task(worker.run(), name=f"{self.service.name} {worker.name}"))

    async def _read_revocations(self) -> None:
        now = self.clock.now()
        self.verifier.revocations.replace(
            await self.database.read(lambda session: revoked.current(session, now))
        )

    async def _sweep(self) -> None:
        """Remove the remains of interrupted uploads."""
        if removed := await self.blobs.sweep(self.clock.now()):
            log.info("half-stored files removed", service=self.service.name, files=removed)

    async def sample(self) -> None:
        """Update the gauges that are not updated by events."""
        name = self.service.name
        metrics.BROKER_UP.labels(name).set(self.bus.is_connected)
        try:
            backlog, parked, waiting = await self.database.read(
                lambda session: (outbox.backlog(session), dead_letters.count(session), retries.count(session))
            )
        except Exception as error:  # noqa: BLE001  (the gauge says it; the next sample tries again)
            log.warning("database does not answer", service=name, reason=f"{type(error).__name__}: {error}")
            metrics.DATABASE_UP.labels(name).set(0)
            return
        age = (self.clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        metrics.DATABASE_UP.labels(name).set(1)
        metrics.OUTBOX_PENDING.labels(name).set(backlog.pending)
        metrics.OUTBOX_AGE.labels(name).set(max(0.0, age))
        metrics.DEAD_LETTERS.labels(name).set(parked)
        metrics.RETRIES.labels(name).set(waiting)

    async def stop(self) -> None:
        """Stop accepting work, hand back fetched messages, close everything."""
        if self.consuming is not None:
            await self.consuming.stop()
        await cancel_all(self._tasks)
        self._tasks.clear()
        for part in self._parts:
            if not isinstance(part, Worker):
                await part.close()
        await self.bus.stop()
        if self._database is not None:
            await self._database.stop()


def runtime_of(door: Door) -> ServiceRuntime:
    """The running service of a request, for operations about the service itself."""
    runtime: ServiceRuntime = door.request.app.state.runtime
    return runtime
