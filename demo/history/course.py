"""Scheduler of the simulated partnerships: each continues when its next day has come."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime

Strand = Coroutine[None, None, None]


class Course:
    """Runs strands one at a time in the order of their next moments, so that each run is the same."""

    def __init__(self, begins: datetime, advance: Callable[[datetime], Awaitable[None]]) -> None:
        self._advance = advance
        self._moment = begins
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._parked = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._unbegun: list[Strand] = []

    def begin(self, *strands: Strand) -> None:
        """Start strands, each in its turn."""
        for strand in strands:
            self._unbegun.append(strand)
            self._wait(self._moment, lambda strand=strand: self._begin(strand))  # type: ignore[misc]

    async def until(self, moment: datetime) -> None:
        """Wait, within a strand, until a moment."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wait(max(moment, self._moment), lambda: turn.set_result(None))
        self._parked.set()
        await turn

    async def run(self, until: datetime) -> None:
        """Run up to ``until`` and drop what would come later; raises what a strand raised."""
        try:
            while self._waiting and self._waiting[0][0] <= until:
                moment, _, go_on = heapq.heappop(self._waiting)
                await self._advance(moment)
                self._moment = moment
                self._parked.clear()
                go_on()
                await self._turn()
            await self._advance(until)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for strand in self._unbegun:
                strand.close()

    def _wait(self, moment: datetime, go_on: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._waiting, (moment, self._count, go_on))

    def _begin(self, strand: Strand) -> None:
        self._unbegun.remove(strand)
        self._tasks.append(asyncio.create_task(strand))

    async def _turn(self) -> None:
        """Wait until the strand whose turn it is waits again, or has ended."""
        parked = asyncio.create_task(self._parked.wait())
        await asyncio.wait({parked, *self._tasks}, return_when="FIRST_COMPLETED")
        parked.cancel()
        for task in [task for task in self._tasks if task.done()]:
            self._tasks.remove(task)
            task.result()
