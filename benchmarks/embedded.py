"""Benchmark of the embedded system: start-up time, idle memory and CPU."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.support.ports import free_port

IDLE_SECONDS = 10.0
SETTLE_SECONDS = 5.0
PATIENCE = 60.0
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Embedded:
    """``start`` in seconds, ``memory`` in MiB (proportional set size), ``cpu`` in percent of one core."""

    start: float
    memory: float
    cpu: float


@asynccontextmanager
async def embedded(folder: Path, **settings: str) -> AsyncIterator[tuple[subprocess.Popen[bytes], int]]:
    """All services in one process on a folder, ready; yields the process and its port."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "KEMITRAAN_DATA": str(folder),
        "KEMITRAAN_PORT": str(port),
        "KEMITRAAN_LOG_LEVEL": "error",
        **settings,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "services", "up"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        await _ready(child, port)
        yield child, port
    finally:
        child.terminate()
        await asyncio.to_thread(child.wait)


async def measure(folder: Path) -> Embedded:
    """Start all services a second time, when their tables are there; wait, watch, stop."""
    async with embedded(folder):
        pass
    begun = time.perf_counter()
    async with embedded(folder) as (child, _):
        start = time.perf_counter() - begun
        await asyncio.sleep(SETTLE_SECONDS)
        (broker,) = folder.rglob("run/nats/pid")
        pids = (child.pid, int(broker.read_text()))
        before = sum(map(_cpu, pids))
        await asyncio.sleep(IDLE_SECONDS)
        cpu = (sum(map(_cpu, pids)) - before) / IDLE_SECONDS * 100
        return Embedded(start, sum(map(_memory, pids)), cpu)


async def _ready(child: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the system did not start")
            await asyncio.sleep(0.01)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(pid: int) -> float:
    match = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(match[1]) / 1024 if match else 0.0
