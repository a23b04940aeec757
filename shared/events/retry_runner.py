"""Retry runner: repeats failed reactions when they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from shared.database.database import Database
from shared.events import retries
from shared.events.reaction import ReactionRunner
from shared.worker import Worker


class RetryRunner(Worker):
    """Retries due work for one service; of several instances one works and the others stand by."""

    own_poll = 15.0
    """The pause without due work if nobody else writes to the database: postponing wakes it."""

    def __init__(self, service: str, runners: Sequence[ReactionRunner], database: Database) -> None:
        super().__init__(service, "retries", lock=(database, f"{service}/retries"), wake=asyncio.Event())
        self.database = database
        self._runners = {runner.reaction.name: runner for runner in runners}
        for runner in runners:
            runner.postponed = self.wake
        self._read_at = -1
        self._next_at: datetime | None = None

    def is_idle(self) -> bool:
        return self.database.is_as_at(self._read_at) and self._seconds() > 0

    async def step(self) -> None:
        """Retry what is due."""
        self._read_at = self.database.commits
        await self.sweep()
        self._next_at = await self.database.read(retries.next_due)

    async def sweep(self) -> int:
        """Retry what is due now; returns how many."""
        now = self.database.clock.now()
        due = await self.database.read(lambda session: retries.list_due(session, now))
        for waiting in due:
            if runner := self._runners.get(waiting.consumer):
                await runner.again(waiting)
        return len(due)

    async def until_next(self) -> float:
        """Seconds until the next row is due; at most ``poll``, where another instance may add one."""
        if self._next_at is None and not self.database.is_shared:
            return self.own_poll
        return min(self.poll, max(0.02, self._seconds()))

    def _seconds(self) -> float:
        if self._next_at is None:
            return self.poll
        return (self._next_at - self.database.clock.now()).total_seconds()
