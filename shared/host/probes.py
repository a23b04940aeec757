"""Health checks: /healthz and /readyz, with reasons."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.database import migrate, outbox
from shared.events import streams
from shared.host.runtime import ServiceRuntime
from shared.http.addresses import ClientAddress, within
from shared.identity.signing import SigningKey
from shared.networks import hosts_and_networks
from shared.settings import Settings

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
OLDEST_SECONDS = 30.0
ANSWER_SECONDS = 4.0
FRESH_SECONDS = 1.0
"""How long the result of a probe is reused: asking more often costs nothing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of readiness."""

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
    name, listed_checks = runtime.service.name, []
    listed_checks.append(
        Check(name, "broker", runtime.bus.is_connected, "" if runtime.bus.is_connected else "not connected")
    )
    listed_checks.append(Check(name, "keys", *await _keys(runtime)))
    if unnamed := sorted(runtime.limits.unnamed_proxies):
        detail = (
            f"all who come through {', '.join(unnamed)} count as one: name it in KEMITRAAN_TRUSTED_PROXIES"
        )
        listed_checks.append(Check(name, "proxy", True, detail))
    listed_checks += [Check(work.service, work.name, *work.state()) for work in runtime.watched]
    if runtime.service.migrations is None:
        return listed_checks
    path = runtime.service.migrations
    current = await runtime.database.read(lambda session: migrate.is_current(session.connection(), path))
    listed_checks.append(
        Check(name, "migrations", current, "" if current else "the database is at another revision")
    )
    backlog = await runtime.database.read(outbox.backlog)
    age = (runtime.clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
    waiting = f"{backlog.pending} events wait, the oldest {age:.0f} s" if age > OLDEST_SECONDS else ""
    listed_checks.append(Check(name, "outbox", not waiting, waiting))
    if (tells := runtime.service.tells) is not None:
        told = await runtime.database.read(lambda session: tells(session, runtime.settings))
        listed_checks += [Check(name, about, True, detail) for about, detail in told.items()]
    if runtime.service.keeps_files:
        listed_checks.append(Check(name, "files", *await _files(runtime)))
    if runtime.bus.is_connected:
        pairs = [(name, consumer) for consumer in runtime.service.consumers]
        drift = await streams.diff(runtime.bus, runtime.settings.stream_replicas, pairs)
        listed_checks.append(Check(name, "streams", not drift, "; ".join(map(str, drift))))
    return listed_checks


async def _keys(runtime: ServiceRuntime) -> tuple[bool, str]:
    """Whether tokens can be signed, if the service does that, and verified."""
    try:
        if runtime.service.mints:
            await asyncio.to_thread(SigningKey.create_or_load, runtime.settings.signing_key)
        await runtime.verifier.check()
    except (OSError, ValueError) as error:
        return False, f"{type(error).__name__}: {error}"
    return True, ""


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
        self._ready = CachedResult(self._readiness)
        self._metrics = CachedResult(lambda: asyncio.to_thread(generate_latest))

    async def healthz(self, _request: Request) -> Response:
        """The process runs and its event loop is responsive."""
        return Response(b'{"status":"alive"}', media_type="application/json")

    async def readyz(self, _request: Request) -> Response:
        """200 if every check of every hosted service passes, else 503; both list the checks."""
        listed_checks = await self._ready.get()
        ready = bool(listed_checks) and all(check.ok for check in listed_checks)
        body: dict[str, Any] = {"ready": ready, "checks": [asdict(check) for check in listed_checks]}
        status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(orjson.dumps(body), status, media_type="application/json")

    async def _readiness(self) -> list[Check]:
        return [check for listed in await asyncio.gather(*map(checks, self.runtimes)) for check in listed]

    async def metrics(self, _request: Request) -> Response:
        """Prometheus' text format."""
        return Response(await self._metrics.get(), media_type=CONTENT_TYPE_LATEST)


_ASK_FOR_TOKEN = {"WWW-Authenticate": 'Bearer realm="metrics"'}


class CachedResult(Generic[T]):
    """An expensive result, computed once for all callers within :data:`FRESH_SECONDS`."""

    def __init__(self, find_out: Callable[[], Awaitable[T]]) -> None:
        self._find_out = find_out
        self._asking = asyncio.Lock()
        self._known: tuple[float, T] | None = None

    async def get(self) -> T:
        """The result; concurrent callers wait for the same one."""
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] >= FRESH_SECONDS:
                self._known = time.monotonic(), await self._find_out()
            return self._known[1]


def require_metrics_token(endpoint: Endpoint, settings: Settings) -> Endpoint:
    """Require KEMITRAAN_METRICS_TOKEN if one is set; else the same as :func:`require_trusted_network`."""
    expected = settings.metrics_token.get_secret_value().encode()
    if not expected:
        return require_trusted_network(endpoint, settings)

    async def guarded(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), expected):
            raise HTTPException(
                HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Bearer realm="metrics"'}
            )
        return await endpoint(request)

    return guarded


def require_trusted_network(endpoint: Endpoint, settings: Settings) -> Endpoint:
    """Answer only trusted networks (KEMITRAAN_PROBES_FROM); others get 404."""
    networks = hosts_and_networks(settings.probes_from)[1]

    async def guarded(request: Request) -> Response:
        whence = ClientAddress.of(request.scope)
        if whence.through or not within(whence.address, networks):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await endpoint(request)

    return guarded
