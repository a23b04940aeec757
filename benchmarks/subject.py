"""Benchmark subject: a process with its own broker and database."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Load
from benchmarks.workload import ACTOR, Workload
from shared.events import streams
from shared.events.broker import Bus
from shared.host.nats_server import NatsServer
from shared.identity.signing import SigningKey, public_set
from tests.support.ports import free_port
from tests.support.postgres import Postgres

PATIENCE = 30.0
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Subject:
    """``module`` answers each workload, ``GET applied`` and ``GET latencies`` below ``base``."""

    name: str
    module: str
    base: str = ""
    engines: tuple[str, ...] = ENGINES


TEXTBOOK = Subject("textbook", "benchmarks.subjects.textbook")
CEILING = Subject("ceiling", "benchmarks.subjects.ceiling")
UNGROUPED = Subject("ceiling, ungrouped", "benchmarks.subjects.ungrouped", engines=("postgresql",))
KEMITRAAN = Subject("kemitraan", "benchmarks.subjects.kemitraan", "/api/{service}/v1")
SUBJECTS = (TEXTBOOK, CEILING, UNGROUPED, KEMITRAAN)


@asynccontextmanager
async def running(
    subject: Subject, workload: Workload, engine: str, folder: Path, postgres: Postgres
) -> AsyncIterator[Load]:
    """Run ``subject`` with the durability that all subjects share: every commit and every event synced."""
    folder.mkdir(parents=True)
    database = (
        f"sqlite:///{folder}/{{service}}.sqlite3"
        if engine == "sqlite"
        else postgres.create_databases(("bench", "programs"))
    )
    key = folder / "keys" / "signing.json"
    token = SigningKey.create_or_load(key).mint(ACTOR)
    async with NatsServer(folder) as server:
        bus = Bus(server.url, "benchmark")
        await bus.start()
        await streams.apply(bus, 1, [])
        port = free_port()
        environment = os.environ | {
            "KEMITRAAN_DATA": str(folder),
            "BENCH_NATS": server.url,
            "BENCH_DATABASE": database,
            "BENCH_PORT": str(port),
            "BENCH_KEYS": str(public_set(key)),
            "BENCH_WORKLOAD": workload.name,
        }
        child = subprocess.Popen([sys.executable, "-m", subject.module], env=environment)
        try:
            await _listens(child, port)
            async with Load(port, subject.base, token, workload) as load:
                yield load
        finally:
            child.terminate()
            await asyncio.to_thread(child.wait)
            await bus.stop()


async def _listens(child: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the subject did not start") from None
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
