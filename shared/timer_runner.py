"""The timer runner: fires a service's timers when they are due, in order, each exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from shared.database import timers
from shared.database.database import Database
from shared.database.timers import Due, Waiting
from shared.database.transaction import Context, Transaction
from shared.identity.actor import SYSTEM
from shared.observability import metrics
from shared.refusal import Refusal

log = structlog.get_logger(__name__)
POLL = 1.0
RETRY = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Timer:
    """What happens when a timer of that name is due: a use case of the system itself."""

    name: str
    work: Callable[[Transaction, Due], Any]


class TimerRunner:
    """Fires the timers of one service; of several instances one works and the others stand by."""

    def __init__(self, service: str, kinds: Sequence[Timer], database: Database) -> None:
        self.service = service
        self.database = database
        self._work = {kind.name: kind.work for kind in kinds}

    async def run(self) -> None:
        """Fire what becomes due, until cancelled."""
        async with self.database.exclusive(f"{self.service}/timers"):
            while True:
                await self.fire()
                await asyncio.sleep(POLL)

    async def fire(self) -> int:
        """Fire everything that is due now, the longest due first; returns how many fired."""
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
            self._work[timer.name](tx, due)
            return "fired"

        try:
            outcome = await self.database.write(context, once)
        except Refusal as refusal:
            # A rule says that there is nothing to do any more: that settles it.
            log.info("timer refused", service=self.service, timer=timer.name, reason=str(refusal))
            await self.database.write(
                context, lambda tx: timers.drop(tx.session, timer.name, timer.about, timer.key)
            )
            return "refused"
        late = (self.database.clock.now() - timer.due_at).total_seconds()
        metrics.TIMER_LATENESS.labels(self.service).observe(max(0.0, late))
        return outcome

    async def _postpone(self, timer: Waiting, reason: str) -> None:
        log.error("timer failed; it is tried again", service=self.service, timer=timer.name, reason=reason)
        until = self.database.clock.now() + RETRY[min(timer.attempts, len(RETRY) - 1)]
        context = Context(actor=SYSTEM, correlation_id="timers", causation_id="timers")
        await self.database.write(context, lambda tx: timers.postpone(tx.session, timer, until, reason))
