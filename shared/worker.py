"""Background workers: one loop with lock, polling, retries and health."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

import structlog

from shared.database.database import Database, DatabaseAway, LockLost
from shared.observability import metrics

log = structlog.get_logger(__name__)


class Monitored(Protocol):
    """The interface for probes: background work, or a part of it."""

    @property
    def service(self) -> str:
        """The service that it belongs to."""

    @property
    def name(self) -> str:
        """Its name for operators."""

    def state(self) -> tuple[bool, str]:
        """Whether it works, and details for operators."""


class Worker(ABC):
    """Works step by step until cancelled; with a ``lock``, only in one of several instances.

    Between two steps it waits ``poll`` seconds, or until ``wake`` is set. A step that raises is retried
    after the next of ``retry`` seconds. From ``tolerates`` consecutive failures on it *keeps failing*, and
    the process is not ready; it is fine again after a successful step, at least ``settles`` seconds later.
    """

    poll: float = 1.0
    retry: tuple[float, ...] = (1.0, 1.0, 2.0, 5.0)
    tolerates: int = 2
    settles: float = 0.0

    def __init__(
        self,
        service: str,
        name: str,
        *,
        lock: tuple[Database, str] | None = None,
        wake: asyncio.Event | None = None,
    ) -> None:
        self.service = service
        self.name = name
        self.wake = wake or asyncio.Event()
        self.failing: str | None = None
        self.failures = 0
        self.stands_by = False
        self._lock = lock
        self._hurry = asyncio.Event()
        self._failed_at = 0.0
        self._failing_gauge = metrics.WORKER_FAILING.labels(service, name)
        self._beat_gauge = metrics.WORKER_LAST_BEAT.labels(service, name)
        self._failing_gauge.set(0)

    @abstractmethod
    async def step(self) -> None:
        """One round of work; a long one calls :meth:`beat` itself."""

    def is_idle(self) -> bool:
        """Whether a step would find nothing; checked if nothing woke it and none failed."""
        return False

    async def until_next(self) -> float:
        """Seconds until the next step, unless it is woken before."""
        return self.poll

    def state(self) -> tuple[bool, str]:
        """Whether it works, and details for operators."""
        if self.failing is not None and self.failures >= self.tolerates:
            return False, self.failing
        return True, "standby" if self.stands_by else ""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                async with self._alone():
                    self.stands_by = False
                    await self._work_on()
            except Exception as error:  # noqa: BLE001  (whatever it is: it is reported, and tried again)
                # The lock's connection or the database was lost: take the lock again.
                await self._pause_after(error)

    def beat(self) -> None:
        """Record a completed round."""
        self._beat_gauge.set(time.time())
        if self.failing is not None or self.failures:
            if time.monotonic() - self._failed_at < self.settles:
                return
            self.failing, self.failures = None, 0
            self._failing_gauge.set(0)

    def failed(self, error: BaseException) -> None:
        """Record why a round failed; a reason is logged once, until it changes."""
        reason = reason_of(error)
        if reason != self.failing:
            self.log_reason(error, reason)
        self.failing, self._failed_at = reason, time.monotonic()
        self.failures += 1
        self._failing_gauge.set(1)

    def log_reason(self, error: BaseException, reason: str) -> None:
        """Log a new reason."""
        said = {"service": self.service, "work": self.name, "reason": reason}
        if isinstance(error, (DatabaseAway, LockLost)):
            log.warning("background work waits", **said)
        else:
            log.error("background work failed; it is tried again", **said, exc_info=error)

    def end_pause(self) -> None:
        """End the pause after a failure: what was missing is available again."""
        self._hurry.set()

    def stand_by(self) -> None:
        """Record that another instance works."""
        self.stands_by, self.failing, self.failures = True, None, 0
        self._failing_gauge.set(0)

    async def _work_on(self) -> None:
        woken = True
        while True:
            self.wake.clear()
            try:
                if woken or self.failures or not self.is_idle():
                    await self.step()
            except (DatabaseAway, LockLost):
                raise
            except Exception as error:  # noqa: BLE001  (as in run; the lock is kept)
                await self._pause_after(error)
                continue
            self.beat()
            await _wait(self.wake, await self.until_next())
            woken = self.wake.is_set()

    async def _pause_after(self, error: Exception) -> None:
        self.failed(error)
        self._hurry.clear()
        await _wait(self._hurry, self.retry[min(self.failures, len(self.retry)) - 1])

    def _alone(self) -> AbstractAsyncContextManager[None]:
        if self._lock is None:
            return nullcontext()
        database, name = self._lock
        return database.exclusive(name, self.stand_by)


class RepeatedWorker(Worker):
    """A worker whose round is one function."""

    def __init__(
        self,
        service: str,
        name: str,
        function: Callable[[], Awaitable[object]],
        *,
        poll: float,
        wake: asyncio.Event | None = None,
    ) -> None:
        super().__init__(service, name, wake=wake)
        self.poll = poll
        self._function = function

    async def step(self) -> None:
        await self._function()


class Resource(Protocol):
    """A resource with the lifetime of the process, without work of its own."""

    async def open(self) -> None:
        """Acquire it."""

    async def close(self) -> None:
        """Release it."""


def reason_of(error: BaseException) -> str:
    """The class and message of an error; of a group those of the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most that many seconds."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
