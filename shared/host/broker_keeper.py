"""Keeps the embedded broker up: starts it again when it ends, and when it refuses what it could take."""

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
"""Between two looks whether it runs, where the system does not tell of its end."""
LOOK_SECONDS = 2.0
SILENT_SECONDS = 10.0
"""For so long nothing may be taken in before the broker is started again; twice as long the next time."""
LONGEST_SECONDS = 160.0
AGAIN_SECONDS = 2.0


class Keeper(Worker):
    """Watches one nats-server; ``silent_since`` tells of each relay since when its events are not taken.

    A nats-server that met a full or read-only disk refuses everything until it is started again, also when
    there is room. So it is started again when there is room and it still refuses.
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
        self._watched: tuple[int | None, int] = None, -1  # its process, and what tells of its end

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self._unwatch()

    async def until_next(self) -> float:
        return LOOK_SECONDS if self._watch() else POLL_SECONDS

    def _watch(self) -> bool:
        """Be woken by the end of its process; returns whether the system can tell of it (Linux can)."""
        pid = self.server.pid
        if pid != self._watched[0]:
            self._unwatch()
            if pid is not None and hasattr(os, "pidfd_open"):
                with contextlib.suppress(OSError):  # it ended meanwhile, or the system knows none
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
        """See that it runs; every other second also, that it takes what it should."""
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
        """Clients reconnect by themselves, and nothing is lost."""
        log.error(why)
        self._deaf_since = None
        while not self.server.running:
            try:
                await self.server.start()
            except (NatsServerError, OSError) as error:
                self.failed(error)
                await asyncio.sleep(AGAIN_SECONDS)

    def tell(self, error: BaseException, reason: str) -> None:  # noqa: ARG002  (the reason says it)
        log.error("the embedded nats-server does not start", reason=reason)

    async def _refuses(self) -> bool:
        """Whether it has taken nothing in for longer than is to be borne."""
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
