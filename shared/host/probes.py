"""Whether the system is alive and ready, and what is missing when it is not."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from shared.backbone import migrate, outbox, streams
from shared.host.runtime import ServiceRuntime

OLDEST_SECONDS = 30.0
LARGEST_LAG = 1000
ANSWER_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold before traffic may come."""

    service: str
    name: str
    ok: bool
    detail: str = ""


async def checks(runtime: ServiceRuntime) -> list[Check]:
    """Every check of one service; a check that does not answer in time has failed."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await _checks(runtime)
    except Exception as error:  # noqa: BLE001  (whatever it is, the answer is: not ready)
        return [Check(runtime.service.name, "answer", False, f"{type(error).__name__}: {error}")]


async def _checks(runtime: ServiceRuntime) -> list[Check]:
    name, found = runtime.service.name, []
    found.append(
        Check(name, "broker", runtime.bus.is_connected, "" if runtime.bus.is_connected else "not connected")
    )
    if runtime.service.migrations is None:
        return found
    path = runtime.service.migrations
    current = await runtime.database.read(lambda session: migrate.is_current(session.connection(), path))
    found.append(Check(name, "migrations", current, "" if current else "the database is at another revision"))
    backlog = await runtime.database.read(outbox.backlog)
    age = (runtime.clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    failing = runtime.relay.failing if runtime.relay else "not started"
    waiting = failing or (
        f"{backlog.pending} events wait, the oldest {age:.0f} s" if age > OLDEST_SECONDS else ""
    )
    found.append(Check(name, "relay", not waiting, waiting))
    for follower in runtime.followers:
        late = follower.failing or (f"{follower.lag} events behind" if follower.lag > LARGEST_LAG else "")
        found.append(Check(name, f"projection {follower.projection.name}", not late, late))
    if runtime.service.tells is not None:
        told = await runtime.database.read(runtime.service.tells)
        found += [Check(name, about, True, detail) for about, detail in told.items()]
    if runtime.service.keeps_files:
        found.append(Check(name, "files", *await _files(runtime)))
    if runtime.bus.is_connected:
        pairs = [(name, one) for one in runtime.service.consumers]
        drift = await streams.diff(runtime.bus, runtime.settings.stream_replicas, pairs)
        found.append(Check(name, "streams", not drift, "; ".join(map(str, drift))))
    return found


async def _files(runtime: ServiceRuntime) -> tuple[bool, str]:
    try:
        await runtime.blobs.check()
    except Exception as error:  # noqa: BLE001  (each kind of store has errors of its own)
        return False, f"{type(error).__name__}: {error}"
    return True, ""


class Probes:
    """``/healthz``, ``/readyz`` and ``/metrics`` of a process."""

    def __init__(self, runtimes: list[ServiceRuntime]) -> None:
        self.runtimes = runtimes

    async def healthz(self, _request: Request) -> Response:
        """The process runs and its event loop turns."""
        return Response(b'{"status":"alive"}', media_type="application/json")

    async def readyz(self, _request: Request) -> Response:
        """200 when every check of every hosted service holds, else 503; both list the checks."""
        found = [check for one in await asyncio.gather(*map(checks, self.runtimes)) for check in one]
        ready = bool(found) and all(check.ok for check in found)
        body: dict[str, Any] = {"ready": ready, "checks": [asdict(check) for check in found]}
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(orjson.dumps(body), status, media_type="application/json")

    async def metrics(self, _request: Request) -> Response:
        """Prometheus' text format."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
