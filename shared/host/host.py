"""Host: runs any set of services in one process, with an embedded broker unless one is configured."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import structlog
import uvicorn
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from starlette.applications import Starlette
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, request_response
from starlette.types import ASGIApp

from shared.clock import Clock, new_id
from shared.events import streams
from shared.events.broker import BrokerAway, Bus, JetStreamError, JetStreamUnavailable, connection_options
from shared.host.app import create_app
from shared.host.broker_keeper import Keeper
from shared.host.listener import CannotListen, listening
from shared.host.nats_server import NatsServer
from shared.host.probes import Probes, require_metrics_token, require_trusted_network
from shared.host.reference.pages import Reference
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.http.compression import CompressionMiddleware
from shared.http.headers import SecurityHeadersMiddleware
from shared.http.rate_limits import RateLimitMiddleware
from shared.http.routing import route_by_service, unknown_service
from shared.http.timeouts import TimeoutMiddleware
from shared.i18n.terminal import _
from shared.identity.signing import SigningKey
from shared.keys.broker_credentials import Credentials
from shared.observability.logging import configure_logging
from shared.observability.tracing import configure_tracing, shutdown_tracing
from shared.private_files import OTHERS, own_folder
from shared.settings import Settings
from shared.tasks import cancel_all
from shared.worker import RepeatedWorker, Worker

log = structlog.get_logger(__name__)
WAIT_SECONDS = 2.0


def all_consumers(services: Sequence[Service]) -> list[tuple[str, streams.Consumer]]:
    """Every projection and reaction with the name of its service, for provisioning."""
    return [(service.name, consumer) for service in services for consumer in service.consumers]


def root_app(runtimes: list[ServiceRuntime]) -> ASGIApp:
    """One application for all services of this process."""
    probes, settings = Probes(runtimes), runtimes[0].settings
    routes: list[BaseRoute] = [
        Route("/healthz", probes.healthz),
        Route("/readyz", require_trusted_network(probes.readyz, settings)),
        Route(
            "/metrics",
            _limited(request_response(require_metrics_token(probes.metrics, settings)), runtimes[0]),
        ),
        Route("/.well-known/jwks.json", _jwks(settings)),
    ]
    routes += [
        Mount("/", _limited(runtime.service.pages(runtime), runtime))
        for runtime in runtimes
        if runtime.service.pages is not None
    ]
    apis = {runtime.service.name: create_app(runtime.service, runtime) for runtime in runtimes}
    if not any(runtime.service.pages for runtime in runtimes):
        services = {runtime.service.name: runtime.service for runtime in runtimes}
        reference = Reference(services, apis, settings.public_url)
        pages = Starlette(routes=[*reference.routes(), Mount("/api", unknown_service)])
        routes.append(Mount("/", _limited(pages, runtimes[0])))
    patient = TimeoutMiddleware(
        route_by_service(apis, Starlette(routes=routes)), settings.arrival_seconds, settings.answer_seconds
    )
    return CompressionMiddleware(SecurityHeadersMiddleware(patient, settings.public_url))


def _limited(app: ASGIApp, runtime: ServiceRuntime) -> ASGIApp:
    return RateLimitMiddleware(app, runtime.limits, runtime.verifier, runtime.clock)


def _jwks(settings: Settings) -> Callable[[object], Awaitable[Response]]:
    async def serve_keys(_request: object) -> Response:
        if settings.jwks.startswith(("http://", "https://")):
            return Response(status_code=307, headers={"Location": settings.jwks})
        return FileResponse(settings.jwks, media_type="application/jwk-set+json")

    return serve_keys


@asynccontextmanager
async def hosting(
    services: Sequence[Service],
    settings: Settings,
    clock: Clock | None = None,
    ids: Callable[[str], Callable[[], UUID]] = lambda _service: new_id,
    broker: Callable[[Path], NatsServer] = NatsServer,
) -> AsyncIterator[list[ServiceRuntime]]:
    """Everything but the HTTP listener: broker, databases, relays, followers, workers.

    ``clock`` and ``ids`` (by service name) replace the machine's in tests and simulations. ``broker`` makes
    the embedded broker if the settings name none.
    """
    async with AsyncExitStack() as stack:
        own_folder(settings.data)
        runtimes: list[ServiceRuntime] = []
        keeper: Keeper | None = None
        keepers: list[Worker] = []
        embedded = not settings.nats_url
        if embedded:
            await asyncio.to_thread(SigningKey.create_or_load, settings.signing_key)
            server = await stack.enter_async_context(broker(settings.data))
            keeper = Keeper(
                server, lambda: [runtime.relay.silent_since for runtime in runtimes if runtime.relay]
            )
            guard = asyncio.create_task(keeper.run())
            stack.push_async_callback(cancel_all, [guard])
            keepers.append(keeper)
            settings = settings.model_copy(update={"nats_url": server.url})
        # An external broker shows each service only its own consumers.
        for group in [services] if embedded else [[service] for service in services]:
            user = "provisioner" if embedded else group[0].name
            watcher = Bus(settings.nats_url, f"{user} streams", Credentials.of(settings, user))
            await _connect(watcher)
            stack.push_async_callback(watcher.stop)
            if keeper is not None:
                keeper.watcher = watcher
            keeping = _keep_streams(watcher, settings, group, embedded=embedded)
            provisioning = asyncio.create_task(keeping.run())
            stack.callback(provisioning.cancel)
            keepers.append(keeping)
            await _provisioned(watcher, settings, group, embedded=embedded)
        runtimes += [ServiceRuntime(service, settings, clock, ids(service.name)) for service in services]
        runtimes[0].watched += keepers
        for runtime in runtimes:
            stack.push_async_callback(runtime.stop)
            await runtime.start_database()
        for runtime in runtimes:
            await runtime.start()
        yield runtimes


async def check_broker(bus: Bus) -> None:
    """Connect to the broker once and disconnect; raises ``nats.errors.Error`` or ``OSError`` with the reason.

    A :class:`Bus` itself tries for ever, so it could not report that it waits.
    """
    reasons: list[Exception] = []

    async def note(error: Exception) -> None:
        reasons.append(error)

    once = {"allow_reconnect": False, "max_reconnect_attempts": 1, "error_cb": note}
    probe = Client()
    options = connection_options(bus.url, "probe", bus.credentials)
    try:
        await probe.connect(**options | bus.credentials.options(options["servers"]) | once)
    except NoServersError as error:
        raise reasons[-1] if reasons else error from None
    await probe.close()


async def _connect(bus: Bus) -> None:
    said = ""
    while True:
        try:
            await check_broker(bus)
        except (NatsError, OSError, LookupError) as error:
            if (reason := str(error) or type(error).__name__) != said:
                log.warning("waiting for the broker (NATS_URL)", reason=reason)
            said = reason
            await asyncio.sleep(WAIT_SECONDS)
        else:
            await bus.start()
            return


async def _provisioned(bus: Bus, settings: Settings, services: Sequence[Service], *, embedded: bool) -> None:
    """Ensure the streams of these services: created if the broker is ours, else waited for."""
    consumers = all_consumers(services)
    while True:
        try:
            if embedded:
                await streams.apply(bus, settings.stream_replicas, consumers)
                return
            drift = await streams.diff(bus, settings.stream_replicas, consumers)
            if not any(difference.actual is None for difference in drift):
                for difference in drift:
                    log.warning("stream drift; run: kemitraan streams apply", drift=str(difference))
                return
            log.warning(
                "streams are missing; run: kemitraan streams apply",
                missing=[str(difference) for difference in drift],
            )
        except BrokerAway:
            pass  # logged once, by the connection itself
        except (JetStreamError, JetStreamUnavailable, NatsError) as error:
            log.warning("waiting for JetStream", reason=str(error) or type(error).__name__)
        await asyncio.sleep(WAIT_SECONDS)


def _keep_streams(bus: Bus, settings: Settings, services: Sequence[Service], *, embedded: bool) -> Worker:
    """After each reconnect, ensure the streams again (the broker's store may be gone)."""
    returned = asyncio.Event()
    bus.on_reconnect(returned.set)

    async def provide() -> None:
        await returned.wait()
        returned.clear()
        await _provisioned(bus, settings, services, embedded=embedded)

    return RepeatedWorker("host" if embedded else services[0].name, "streams keeper", provide, poll=0.0)


async def serve(
    services: Sequence[Service],
    settings: Settings,
    *,
    on_ready: Callable[[list[ServiceRuntime]], Awaitable[None]] | None = None,
) -> None:
    """Host ``services`` until SIGINT or SIGTERM, then stop cleanly; raises :class:`CannotListen`."""
    os.umask(OTHERS)
    configure_logging(settings.log_level, settings.log_format)
    name = services[0].name if len(services) == 1 else "kemitraan"
    configure_tracing(name, settings.otlp_endpoint)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    started = asyncio.create_task(_run(services, settings, stopping, on_ready))
    await asyncio.wait(
        {started, stopped := asyncio.create_task(stopping.wait())}, return_when="FIRST_COMPLETED"
    )
    stopping.set()
    try:
        await started
    finally:
        stopped.cancel()
        await asyncio.to_thread(shutdown_tracing)


async def _run(
    services: Sequence[Service],
    settings: Settings,
    stopping: asyncio.Event,
    on_ready: Callable[[list[ServiceRuntime]], Awaitable[None]] | None,
) -> None:
    async with _bound(settings) as listener, _unless(stopping, hosting(services, settings)) as runtimes:
        if runtimes is None:
            return
        server = uvicorn.Server(listening(root_app(runtimes), settings))
        # We handle signals: uvicorn would re-raise them after its own shutdown.
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        served = asyncio.create_task(server.serve([listener]))
        ready: asyncio.Task[None] | None = None
        try:
            while not server.started and not served.done():
                await asyncio.sleep(0.01)
            tune_garbage_collector()
            log.info(
                "ready", services=[runtime.service.name for runtime in runtimes], url=settings.public_url
            )
            if on_ready is not None and server.started:
                ready = asyncio.ensure_future(on_ready(runtimes))
            waiting = asyncio.create_task(stopping.wait())
            await asyncio.wait({served, waiting}, return_when="FIRST_COMPLETED")
            waiting.cancel()
        finally:
            if ready is not None:
                ready.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await ready
            server.should_exit = True
            await served


@asynccontextmanager
async def _bound(settings: Settings) -> AsyncIterator[socket.socket]:
    """Bind the address before anything is started; uvicorn would exit from within a task."""
    host, port = settings.host, settings.port
    with contextlib.ExitStack() as stack:
        try:
            family, kind, protocol, _cn, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            listener = stack.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError as error:
            text = _(
                "cannot listen on %(host)s port %(port)s: %(reason)s; stop what uses it, "
                "or choose another KEMITRAAN_HOST or KEMITRAAN_PORT",
                host=host,
                port=port,
                reason=error.strerror,
            )
            raise CannotListen(text) from None
        yield listener


def tune_garbage_collector() -> None:
    """Exclude objects made at start-up from garbage collection, and collect less often.

    Measured: a busy process spent a fifth of its time traversing modules, mappers and routes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@asynccontextmanager
async def _unless(
    stopping: asyncio.Event, entering: contextlib.AbstractAsyncContextManager[list[ServiceRuntime]]
) -> AsyncIterator[list[ServiceRuntime] | None]:
    """Enter the context, unless a signal comes first (it may wait for a broker)."""
    entered = asyncio.ensure_future(entering.__aenter__())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({entered, waiting}, return_when="FIRST_COMPLETED")
    waiting.cancel()
    if not entered.done():
        entered.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await entered
        yield None
        return
    runtimes = entered.result()
    try:
        yield runtimes
    finally:
        await entering.__aexit__(None, None, None)
