"""Broker supervision: restarts the embedded nats-server when it has ended or refuses everything."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterable

import structlog
from nats.errors import Error as NatsError

from shared.events.broker import EVENTS, Bus, JetStreamError, JetStreamUnavailable
from shared.host.nats_server import NatsServer, NatsServerError
from shared.worker import Worker

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.1
"""The interval of process checks, if the system cannot report its end."""
LOOK_SECONDS = 2.0
SILENT_SECONDS = 10.0
"""How long nothing may be accepted before the broker is restarted; doubled each time."""
LONGEST_SECONDS = 160.0
AGAIN_SECONDS = 2.0


class Keeper(Worker):
    """Supervises a nats-server; ``silent_since`` returns for each relay since when its events are refused.

    A nats-server that found its disk full or read-only refuses everything until it is restarted, even when
    there is space again. So it is restarted once there is space and it still refuses.
    """

    def __init__(
        self,
        server: NatsServer,
        silent_since: Callable[[], Iterable[float | None]] = lambda: (),
        *,
        patience: float = SILENT_SECONDS,
    ) -> None:
        super().__init__("host", "broker keeper")
        self.server = server
        self.silent_since = silent_since
        self.watcher: Bus | None = None
        self._least = self._patience = patience
        self._deaf_since: float | None = None
        self._not_before = 0.0
        self._look_at = 0.0
        self._watched: tuple[int | None, int] = (
            None,
            -1,
        )  # its process, and the descriptor that signals its end

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self._unwatch()

    async def until_next(self) -> float:
        return LOOK_SECONDS if self._watch() else POLL_SECONDS

    def _watch(self) -> bool:
        """Wait for the end of its process; returns whether the system supports that (Linux does)."""
        pid = self.server.pid
        if pid != self._watched[0]:
            self._unwatch()
            if pid is not None and hasattr(os, "pidfd_open"):
                with contextlib.suppress(OSError):  # it has ended meanwhile, or the system lacks pidfd
                    self._watched = pid, os.pidfd_open(pid)
                    asyncio.get_running_loop().add_reader(self._watched[1], self._ended)
        return self._watched[0] is not None

    def _unwatch(self) -> None:
        if self._watched[0] is not None:
            asyncio.get_running_loop().remove_reader(self._watched[1])
            os.close(self._watched[1])
            self._watched = None, -1

    def _ended(self) -> None:
        self._unwatch()
        self.wake.set()

    async def step(self) -> None:
        """Check that it runs; every other second also that it accepts events."""
        loop = asyncio.get_running_loop()
        if not self.server.running:
            await self._start_again("the embedded nats-server ended; starting it again")
        elif loop.time() >= self._look_at:
            if await self._refuses() and await asyncio.to_thread(self.server.has_room):
                self._not_before = loop.time() + self._patience
                self._patience = min(2 * self._patience, LONGEST_SECONDS)
                self.server.kill()
                await self._start_again("the embedded nats-server takes nothing in; starting it again")
            self._look_at = loop.time() + LOOK_SECONDS

    async def _start_again(self, why: str) -> None:
        """Restart it; clients reconnect by themselves, and nothing is lost."""
        log.error(why)
        self._deaf_since = None
        while not self.server.running:
            try:
                await self.server.start()
            except (NatsServerError, OSError) as error:
                self.failed(error)
                await asyncio.sleep(AGAIN_SECONDS)

    def log_reason(self, error: BaseException, reason: str) -> None:  # noqa: ARG002  (the reason says it)
        log.error("the embedded nats-server does not start", reason=reason)

    async def _refuses(self) -> bool:
        """Whether it has refused events for longer than tolerated."""
        now = asyncio.get_running_loop().time()
        self._deaf_since = None if await self._answers() else self._deaf_since or now
        since = [refuse for refuse in (self._deaf_since, *self.silent_since()) if refuse is not None]
        if not since:
            self._patience = self._least
        return bool(since) and now >= max(self._not_before, min(since) + self._patience)

    async def _answers(self) -> bool:
        if self.watcher is None:
            return True
        try:
            await self.watcher.api(f"STREAM.INFO.{EVENTS}", timeout=LOOK_SECONDS)
        except JetStreamError as error:
            return error.code < 500  # that there is no stream yet is an answer
        except (JetStreamUnavailable, NatsError):
            return False
        return True
