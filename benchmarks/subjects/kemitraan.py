"""Kemitraan's way: a service like any of ours, on the real host, with nothing taken out."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
import uvloop
from pydantic import BaseModel
from sqlalchemy.orm import Session, registry
from starlette.responses import Response

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.database.tables import service_metadata
from shared.database.transaction import Transaction
from shared.events import streams
from shared.events.broker import Bus
from shared.events.projection import Projection
from shared.host.host import all_consumers, serve
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.identity.permissions import PUBLIC
from shared.settings import Settings, load_settings

mapper_registry = registry(metadata=service_metadata())
things = sa.Table(
    "things",
    mapper_registry.metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
copies = sa.Table(
    "copies",
    mapper_registry.metadata,
    sa.Column("thing_id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)


@dataclass(eq=False)
class Thing:
    """What is made over HTTP."""

    id: UUID
    agency: str
    name: str
    version: int = 0


mapper_registry.map_imperatively(Thing, things)


class ThingMade(
    Event,
    publisher="bench",
    aggregate="thing_id",
    label="Thing made",
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A thing came to be."""

    thing_id: UUID
    name: str
    committed: float


class ThingIn(BaseModel):
    """The request."""

    name: str


class ThingOut(ThingIn):
    """The answer."""

    id: UUID

    @classmethod
    def of(cls, thing: Thing) -> ThingOut:
        """The view of a thing."""
        return cls(id=thing.id, name=thing.name)


def make(tx: Transaction, command: ThingIn) -> Thing:
    """Make a thing."""
    thing = tx.add(Thing(id=tx.new_id(), agency=tx.actor.agency, name=command.name))
    tx.record(ThingMade(thing_id=thing.id, name=thing.name, committed=time.time()))
    return thing


copying = Projection("copies", tables=[copies])


@copying.on(ThingMade)
def made(tx: Transaction, event: ThingMade) -> None:
    """Copy what was made."""
    tx.insert(copies, {"thing_id": event.thing_id, "name": event.name})
    stopwatch.applying.append(event.committed)


class Stopwatch:
    """Notes how long each event took from its commit to the commit of its copy."""

    def __init__(self) -> None:
        self.applying: list[float] = []
        self.latencies: list[float] = []

    def applied(self) -> None:
        """The copies are committed."""
        now = time.time()
        self.latencies += [now - committed for committed in self.applying]
        self.applying.clear()

    def watch(self, runtime: ServiceRuntime) -> None:
        """Be told by the projection."""
        runtime.followers[0].after_apply = self.applied


stopwatch = Stopwatch()
operations = Operations("things")


@operations.post("/things", may=PUBLIC, label="make a thing", status_code=201, response_model=ThingOut)
async def make_thing(body: ThingIn, door: DoorDep) -> Response:
    """Make a thing."""
    return await door.create(make, body, ThingOut.of)


def count(session: Session) -> int:
    """How many copies there are."""
    return session.connection().execute(sa.select(sa.func.count()).select_from(copies)).scalar_one()


@operations.get("/applied", may=PUBLIC)
async def applied(door: DoorDep) -> dict[str, int]:
    """How many copies there are."""
    return {"applied": await door.read(count)}


@operations.get("/latencies", may=PUBLIC)
async def latencies() -> list[float]:
    """Seconds from commit to copy, since the last call."""
    taken = list(stopwatch.latencies)
    stopwatch.latencies.clear()
    return taken


service = Service(
    name="bench",
    title="bench, what is measured",
    operations=(operations,),
    metadata=mapper_registry.metadata,
    migrations=Path(__file__).parent / "migrations",
    projections=(copying,),
)


async def ready(runtimes: list[ServiceRuntime]) -> None:
    """Begin to measure."""
    stopwatch.watch(runtimes[0])


async def main(settings: Settings) -> None:
    """Provision as the operator does, and serve until SIGTERM."""
    bus = Bus(settings.nats_url, "benchmark")
    await bus.start()
    await streams.apply(bus, settings.stream_replicas, all_consumers([service]))
    await bus.stop()
    await serve([service], settings, on_ready=ready)


if __name__ == "__main__":
    settings = load_settings(
        port=int(os.environ["BENCH_PORT"]),
        nats_url=os.environ["BENCH_NATS"],
        database_url=os.environ["BENCH_DATABASE"],
        log_level="warning",
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(settings))
