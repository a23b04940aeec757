"""Kemitraan as benchmark subject: a service on the real host."""

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

from benchmarks.workload import AGENCY, COMMAND, ORGANISATION, PARTNERSHIP, PERSON, PROGRAM
from services.programs.model.program import Program
from services.programs.service import service as programs_service
from services.programs.tables import partnerships as programs
from shared.command import Command
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.programs import ContributionRecorded
from shared.contracts.vocabulary import ProgramState
from shared.database.tables import service_metadata
from shared.database.transaction import Context, Transaction
from shared.events import streams
from shared.events.broker import Bus
from shared.events.projection import Projection
from shared.host.host import all_consumers, serve
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.http.door import DoorDep
from shared.http.routes import Operations
from shared.identity.actor import SYSTEM
from shared.identity.permissions import PUBLIC, Role, may
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


class MakeThing(Command):
    """Make a thing."""

    name: str


class ThingOut(BaseModel):
    """The answer."""

    id: UUID
    name: str

    @classmethod
    def of(cls, thing: Thing) -> ThingOut:
        """The view of a thing."""
        return cls(id=thing.id, name=thing.name)


def make_thing(tx: Transaction, command: MakeThing) -> Thing:
    """Make a thing."""
    thing = tx.add(Thing(id=tx.new_id(), agency=tx.actor.agency, name=command.name))
    tx.record(ThingMade(thing_id=thing.id, name=thing.name))
    return thing


class Copying(Projection):
    """A plain copy of what was made, with a watch on when it is there."""

    def apply(self, tx: Transaction, envelope: Envelope) -> None:
        """Apply one event, and note when it was recorded."""
        super().apply(tx, envelope)
        stopwatch.applying.append(envelope.time.timestamp())


copying = Copying("copies", tables=[copies])


@copying.on(ThingMade)
def thing_made(tx: Transaction, event: ThingMade) -> None:
    """Copy what was made."""
    tx.insert(copies, {"thing_id": event.thing_id, "name": event.name})


@copying.on(ContributionRecorded)
def contribution_recorded(tx: Transaction, event: ContributionRecorded) -> None:
    """Copy what was contributed."""
    tx.insert(copies, {"thing_id": event.contribution_id, "name": event.unit})


class Stopwatch:
    """Notes how long each event took from being recorded to the commit of its copy."""

    def __init__(self) -> None:
        self.applying: list[float] = []
        self.latencies: list[float] = []

    def applied(self) -> None:
        """The copies are committed."""
        now = time.time()
        self.latencies += [now - recorded for recorded in self.applying]
        self.applying.clear()

    def watch(self, runtime: ServiceRuntime) -> None:
        """Be told by the projection."""
        runtime.followers[0].after_apply = self.applied


stopwatch = Stopwatch()
operations = Operations("things")


operations.create("/things", make_thing, may=may(Role.COORDINATOR), label="make a thing", shows=ThingOut)


def count(session: Session) -> int:
    """How many copies there are."""
    return session.connection().execute(sa.select(sa.func.count()).select_from(copies)).scalar_one()


@operations.get("/applied", may=PUBLIC)
async def applied(door: DoorDep) -> dict[str, int]:
    """How many copies there are."""
    return {"applied": await door.read(count)}


@operations.get("/latencies", may=PUBLIC)
async def latencies() -> list[float]:
    """Seconds from event to copy, since the last call."""
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


async def seed(runtime: ServiceRuntime) -> None:
    """A running programme of a signed partnership, whose party the actor represents."""
    context = Context(actor=SYSTEM, correlation_id="benchmark", causation_id="benchmark")

    def fill(tx: Transaction) -> None:
        tx.insert(
            programs.partnerships,
            {"id": PARTNERSHIP, "agency": AGENCY, "title": "Aman", "area": "35.15", "ended": False},
        )
        party = {"partnership_id": PARTNERSHIP, "organisation_id": ORGANISATION, "name": "Polresta"}
        tx.insert(programs.parties, party | {"kind": "police", "role": "lead"})
        membership = {"member": PERSON, "organisation_id": ORGANISATION, "belongs": True, "agency": AGENCY}
        tx.insert(programs.REGISTRY.people.table, membership)
        tx.add(
            Program(
                id=PROGRAM,
                agency=AGENCY,
                partnership_id=PARTNERSHIP,
                title="Patrols",
                context="",
                objectives=[],
                proposed_at=tx.now,
                approved_at=tx.now,
                state=ProgramState.APPROVED,
            )
        )

    await runtime.database.write(context, fill)


async def ready(runtimes: list[ServiceRuntime]) -> None:
    """Begin to measure."""
    stopwatch.watch(runtimes[0])
    for runtime in runtimes[1:]:
        await seed(runtime)


async def main(settings: Settings) -> None:
    """Provision as the operator does, and serve until SIGTERM."""
    measured = [service, programs_service] if os.environ["BENCH_WORKLOAD"] == COMMAND.name else [service]
    bus = Bus(settings.nats_url, "benchmark")
    await bus.start()
    await streams.apply(bus, settings.stream_replicas, all_consumers(measured))
    await bus.stop()
    await serve(measured, settings, on_ready=ready)


if __name__ == "__main__":
    settings = load_settings(
        port=int(os.environ["BENCH_PORT"]),
        nats_url=os.environ["BENCH_NATS"],
        database_url=os.environ["BENCH_DATABASE"],
        log_level="warning",
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(settings))
