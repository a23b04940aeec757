"""Timer runner: fires due timers of a service, in order, each exactly once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from shared.database import timers
from shared.database.database import Database
from shared.database.timers import Due, Waiting
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.refusal import Refusal
from shared.worker import Worker

log = structlog.get_logger(__name__)
KEEPS_FAILING = 3
"""The number of failed attempts from which probes report a timer."""
RETRY = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Timer:
    """The use case that runs, as the system, when a timer with that name is due."""

    name: str
    work: Callable[[Transaction, Due], Any]


class TimerRunner(Worker):
    """Fires the timers of one service; of several instances one works and the others stand by."""

    def __init__(self, service: str, kinds: Sequence[Timer], database: Database) -> None:
        super().__init__(service, "timers", lock=(database, f"{service}/timers"))
        self.database = database
        self._actions = {kind.name: kind.work for kind in kinds}
        self._stuck: dict[tuple[str, UUID, str], str] = {}
        self._read_at = -1
        self._next_at: datetime | None = None

    def is_idle(self) -> bool:
        is_due = self._next_at is not None and self._next_at <= self.database.clock.now()
        return self.database.is_as_at(self._read_at) and not is_due

    async def step(self) -> None:
        """Fire what is due."""
        self._read_at = self.database.commits
        await self.fire()
        self._next_at = await self.database.read(timers.next_turn)
        if self._stuck:  # a dropped timer blocks nothing
            self._stuck = await self.database.read(lambda session: timers.failing(session, KEEPS_FAILING))

    def state(self) -> tuple[bool, str]:
        works, said = super().state()
        if works and self._stuck:
            return False, "; ".join(f"{name}: {reason}" for (name, *_), reason in self._stuck.items())
        return works, said

    def stand_by(self) -> None:
        super().stand_by()
        self._stuck.clear()

    async def fire(self) -> int:
        """Fire everything that is due now, longest due first; returns how many fired."""
        fired = 0
        while (timer := await self._next()) is not None:
            try:
                outcome = await self._fire(timer)
            except Exception as error:
                await self._postpone(timer, f"{type(error).__name__}: {error}")
                outcome = "failed"
            metrics.TIMERS.labels(self.service, timer.name, outcome).inc()
            fired += outcome == "fired"
        return fired

    async def earliest(self) -> datetime | None:
        """When the next timer is due."""
        return await self.database.read(timers.earliest)

    async def _next(self) -> Waiting | None:
        now = self.database.clock.now()
        return await self.database.read(lambda session: timers.next_due(session, now))

    async def _fire(self, timer: Waiting) -> str:
        correlation = f"{timer.name}/{timer.about}"
        context = Context(actor=SYSTEM, correlation_id=correlation, causation_id=correlation)
        due = Due(timer.name, timer.about, timer.key, timer.due_at)

        def once(tx: Transaction) -> str:
            if not timers.drop(tx.session, timer.name, timer.about, timer.key):
                return "gone"
            self._actions[timer.name](tx, due)
            return "fired"

        try:
            outcome = await self.database.write(context, once)
        except Refusal as refusal:
            # A refusal means that there is nothing left to do: that settles it.
            log.info("timer refused", service=self.service, timer=timer.name, reason=str(refusal))
            await self.database.write(
                context, lambda tx: timers.drop(tx.session, timer.name, timer.about, timer.key)
            )
            return "refused"
        self._stuck.pop((timer.name, timer.about, timer.key), None)
        late = (self.database.clock.now() - timer.due_at).total_seconds()
        metrics.TIMER_LATENESS.labels(self.service).observe(max(0.0, late))
        return outcome

    async def _postpone(self, timer: Waiting, reason: str) -> None:
        log.error("timer failed; it is tried again", service=self.service, timer=timer.name, reason=reason)
        until = self.database.clock.now() + RETRY[min(timer.attempts, len(RETRY) - 1)]
        context = Context(actor=SYSTEM, correlation_id="timers", causation_id="timers")
        await self.database.write(context, lambda tx: timers.postpone(tx.session, timer, until, reason))
        if timer.attempts + 1 >= KEEPS_FAILING:
            self._stuck[timer.name, timer.about, timer.key] = reason
