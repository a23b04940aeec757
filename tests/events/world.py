"""A small publisher, follower and worker on real parts, on which the backbone's promises are tested."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from faststream.nats import NatsBroker
from sqlalchemy.orm import registry

from shared.clock import SystemClock, new_id
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.database import tables
from shared.database.database import Database, DatabaseOptions
from shared.database.engines import open_database
from shared.database.transaction import Context, Transaction
from shared.events import streams
from shared.events.broker import EVENTS, Bus, closed, connection_options
from shared.events.consumers import attach, begin, hand_back
from shared.events.projection import Projection, ProjectionRunner
from shared.events.reaction import Reaction, ReactionRunner
from shared.events.relay import Relay
from shared.events.retry_runner import RetryRunner
from shared.identity.actor import Actor
from shared.identity.permissions import PUBLIC, Permission
from shared.tasks import cancel_all

ACTOR = Actor(person="tester", agency="polresta-contoh", roles=frozenset({"coordinator"}))


class ThingMade(
    Event,
    publisher="testing",
    aggregate="thing_id",
    label="Thing made",
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A thing came to be."""

    thing_id: UUID
    name: str


class ThingRenamed(
    Event,
    publisher="testing",
    aggregate="thing_id",
    label="Thing renamed",
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A thing has another name."""

    thing_id: UUID
    name: str
    revision: int


mapper_registry = registry(metadata=tables.service_metadata())
things = sa.Table(
    "things",
    mapper_registry.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
copies = sa.Table(
    "copies",
    mapper_registry.metadata,
    sa.Column("thing_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("applied", sa.Integer, nullable=False),
)
works = sa.Table(
    "works",
    mapper_registry.metadata,
    sa.Column("number", tables.big_serial, primary_key=True, autoincrement=True),
    sa.Column("thing_id", sa.Uuid, nullable=False),
)


@dataclass(eq=False)
class Thing:
    """The aggregate of these tests."""

    id: UUID
    agency: str
    name: str
    revision: int = 0
    version: int = 0


mapper_registry.map_imperatively(Thing, things)


def make(tx: Transaction, name: str) -> Thing:
    """Make a thing."""
    thing = tx.add(Thing(id=tx.new_id(), agency=tx.actor.agency, name=name))
    tx.record(ThingMade(thing_id=thing.id, name=name))
    return thing


def rename(tx: Transaction, thing_id: UUID, name: str) -> Thing:
    """Rename a thing."""
    thing = tx.get(Thing, thing_id)
    thing.name, thing.revision = name, thing.revision + 1
    tx.record(ThingRenamed(thing_id=thing.id, name=name, revision=thing.revision))
    return thing


def copying() -> Projection:
    """A projection that counts what it applies, so that twice would show."""
    projection = Projection("copies", tables=[copies])

    @projection.on(ThingMade)
    def made(tx: Transaction, event: ThingMade) -> None:
        values = {"thing_id": event.thing_id, "name": event.name, "applied": 1}
        tx.insert(copies, values)

    @projection.on(ThingRenamed)
    def renamed(tx: Transaction, event: ThingRenamed) -> None:
        changed = tx.execute(
            sa.update(copies)
            # Only the next revision fits: anything out of order leaves a visible hole.
            .where(copies.c.thing_id == event.thing_id, copies.c.applied == event.revision)
            .values(name=event.name, applied=event.revision + 1)
        )
        assert changed.rowcount == 1, f"revision {event.revision} out of order"

    return projection


def working(before: Callable[[Envelope], None] = lambda envelope: None, **options: Any) -> Reaction:
    """A reaction that leaves one row per piece of work."""

    def handle(tx: Transaction, envelope: Envelope, event: ThingMade) -> None:
        before(envelope)
        tx.insert(works, {"thing_id": event.thing_id})

    return Reaction("work", (ThingMade,), handle, **options)


def context(**changes: Any) -> Context:
    """A command's context."""
    return replace(
        Context(actor=ACTOR, correlation_id="c-1", causation_id="r-1", permission=Permission(PUBLIC)),
        **changes,
    )


@dataclass
class World:
    """Everything that one instance of a service runs."""

    database: Database
    bus: Bus
    relay: Relay
    follower: ProjectionRunner
    reaction: Reaction
    broker: NatsBroker
    worker: ReactionRunner
    retries: RetryRunner
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def make(self, name: str = "thing") -> Thing:
        """Make a thing through the write path."""
        return await self.database.write(context(), lambda tx: make(tx, name))

    async def rename(self, thing_id: UUID, name: str) -> Thing:
        """Rename a thing through the write path."""
        return await self.database.write(context(), lambda tx: rename(tx, thing_id, name))

    async def rows(self, table: sa.Table) -> list[Any]:
        """All rows of a table."""
        return await self.database.read(lambda session: list(session.connection().execute(sa.select(table))))

    async def count(self, table: sa.Table) -> int:
        """How many rows a table has."""
        query = sa.select(sa.func.count()).select_from(table)
        return await self.database.read(lambda session: session.connection().execute(query).scalar_one())

    async def stored(self) -> int:
        """How many events the stream holds."""
        messages: int = (await self.bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["messages"]
        return messages

    async def consumer(self) -> dict[str, Any]:
        """The durable consumer as the broker sees it."""
        return await self.bus.api(f"CONSUMER.INFO.{EVENTS}.{self.reaction.durable('testing')}")

    async def consume(self) -> None:
        """Begin to take messages."""
        await begin(self.broker)

    def run(self, *loops: Any) -> None:
        """Start background loops."""
        self.tasks += [asyncio.create_task(loop) for loop in loops]

    async def halt(self) -> None:
        """Cancel the background loops."""
        await cancel_all(self.tasks)
        self.tasks.clear()


def create_tables(url: str) -> None:
    """The tables of the backbone and of this test service."""
    sync = sa.make_url(url)
    if sync.drivername.startswith("postgresql"):
        sync = sync.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(sync)
    tables.metadata.create_all(engine)
    mapper_registry.metadata.create_all(engine)
    engine.dispose()


@asynccontextmanager
async def world(nats_url: str, database_url: str, reaction: Reaction | None = None) -> AsyncIterator[World]:
    """One instance, its loops not yet started."""
    reaction = reaction or working()
    create_tables(database_url)
    database = open_database(database_url, DatabaseOptions(clock=SystemClock(), new_id=new_id))
    bus = Bus(nats_url, "testing")
    options = connection_options(nats_url, "testing reactions")
    broker = NatsBroker(**options, logger=None)
    await database.start()
    await bus.start()
    await streams.apply(bus, 1, [("testing", reaction), ("testing", copying())])
    worker = ReactionRunner("testing", reaction, database)
    attach(broker, worker)
    here = World(
        database=database,
        bus=bus,
        relay=Relay("testing", database, bus),
        follower=ProjectionRunner("testing", copying(), database, bus),
        reaction=reaction,
        broker=broker,
        worker=worker,
        retries=RetryRunner("testing", [worker], database),
    )
    try:
        yield here
    finally:
        await here.halt()
        if broker.running:
            await closed(hand_back(broker))
            await closed(broker.stop())
        await bus.stop()
        await database.stop()
