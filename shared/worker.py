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


class Watched(Protocol):
    """What probes look at: background work, or a part of it."""

    @property
    def service(self) -> str:
        """The service that it belongs to."""

    @property
    def name(self) -> str:
        """What operators know it by."""

    def state(self) -> tuple[bool, str]:
        """Whether it works, and what is to be known of it."""


class Worker(ABC):
    """Works step by step until cancelled; of several instances one works where there is a ``lock``.

    Between two steps it waits ``poll`` seconds, or until ``wake`` is set. A step that raises is tried again
    after the next of ``retry`` seconds. From ``tolerates`` failures in a row on it *keeps failing*, and the
    process is not ready; it is fine again after a step without one, no sooner than ``settles`` seconds later.
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
        """One round of work; one that goes on for long calls :meth:`beat` itself."""

    def is_idle(self) -> bool:
        """Whether a step would find nothing; asked where nothing woke it and none failed."""
        return False

    async def until_next(self) -> float:
        """Seconds until the next step, where nothing wakes it before."""
        return self.poll

    def state(self) -> tuple[bool, str]:
        """Whether it works, and what is to be known of it."""
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
        """A round is done."""
        self._beat_gauge.set(time.time())
        if self.failing is not None or self.failures:
            if time.monotonic() - self._failed_at < self.settles:
                return
            self.failing, self.failures = None, 0
            self._failing_gauge.set(0)

    def failed(self, error: BaseException) -> None:
        """Note why a round failed; the reason is logged once, until it is another."""
        reason = reason_of(error)
        if reason != self.failing:
            self.tell(error, reason)
        self.failing, self._failed_at = reason, time.monotonic()
        self.failures += 1
        self._failing_gauge.set(1)

    def tell(self, error: BaseException, reason: str) -> None:
        """Log a new reason."""
        said = {"service": self.service, "work": self.name, "reason": reason}
        if isinstance(error, (DatabaseAway, LockLost)):
            log.warning("background work waits", **said)
        else:
            log.error("background work failed; it is tried again", **said, exc_info=error)

    def hurry(self) -> None:
        """End a pause after a failure: what was missing is back."""
        self._hurry.set()

    def stand_by(self) -> None:
        """Another instance works: that is as it should be."""
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


class Repeated(Worker):
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
    """What a service has for as long as its process lives, and does no work of its own."""

    async def open(self) -> None:
        """Make ready."""

    async def close(self) -> None:
        """Give everything back."""


def reason_of(error: BaseException) -> str:
    """The kind of an error and what it says; of a group that of the first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, no longer than so many seconds."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
