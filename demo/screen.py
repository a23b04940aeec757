"""Screen output of the demonstration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from demo.feed import FeedEvent

COLOURS = {
    "partners": "cyan",
    "programs": "yellow",
    "products": "magenta",
    "notifications": "blue",
    "identity": "white",
}


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event that one of our steps caused, and its delay after the step's command."""

    event: FeedEvent
    seconds: float


@dataclass
class Step:
    """One step of the story: when its command was sent, and its number once it is done."""

    begun: float
    number: int = 0


class Screen:
    """Shows steps and events; an event belongs to the step whose correlation id it has."""

    def __init__(self, console: Console, title: str, total: int) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=console)
        self.task = self.progress.add_task(title, total=total)
        self.seen: list[SeenEvent] = []
        self._steps: dict[str, Step] = {}
        self._done = 0
        self._news = asyncio.Event()

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()

    def begin(self) -> str:
        """Begin a step; returns the correlation id for its command."""
        correlation = str(uuid4())
        self._steps[correlation] = Step(time.monotonic())
        return correlation

    def done(self, correlation: str, text: str) -> None:
        """Finish the step; the events that it caused meanwhile are shown below it."""
        self._done += 1
        self._steps[correlation].number = self._done
        self._print((f"{self._done:4} ", "dim"), ("✓ ", "green"), (text, ""))
        self.progress.advance(self.task)
        for seen in self.seen:
            if seen.event.correlation == correlation:
                self._show(seen)

    def hear(self, event: FeedEvent) -> None:
        """Take an event that arrived; those caused by others are not shown."""
        step = self._steps.get(event.correlation)
        if step is None:
            return
        seen = SeenEvent(event, time.monotonic() - step.begun)
        self.seen.append(seen)
        if step.number:
            self._show(seen)
        self._news.set()

    async def until(self, seen: Callable[[FeedEvent], bool], patience: float) -> None:
        """Wait until such an event has arrived; ``TimeoutError`` if it does not."""
        async with asyncio.timeout(patience):
            while not any(seen(event.event) for event in self.seen):
                self._news.clear()
                await self._news.wait()

    def _show(self, seen: SeenEvent) -> None:
        publisher, _, name = seen.event.type.partition(".")
        step = self._steps[seen.event.correlation].number
        # The next step starts while notices are on their way: a late event names its step.
        late = "" if step == self._done else f"  ← {step}"
        self._print(
            ("       ● ", COLOURS.get(publisher, "white")),
            (f"{name}  ", COLOURS.get(publisher, "white")),
            (seen.event.label, ""),
            (f"  +{seen.seconds * 1000:.0f} ms{late}", "dim"),
        )

    def _print(self, *parts: tuple[str, str]) -> None:
        self.progress.console.print(Text.assemble(*parts), highlight=False)
