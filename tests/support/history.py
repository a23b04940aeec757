"""A history that was lived through once, for every test that needs a populated system."""

from __future__ import annotations

import asyncio
import fcntl
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache
from pathlib import Path

from rich.progress import Progress

from demo.history_archive import END_OF_DAY, write_history
from shared.archive.client import keys_beside
from shared.clock import MovableClock
from tests.support import memory

SEED = "tests"
UNTIL = date(2026, 1, 31)
END = datetime.combine(UNTIL, END_OF_DAY)


@cache
def lived(partnerships: int, again: int = 0) -> Path:
    """The folder of an archive of so many partnerships; lived through once (more: ``again``).

    Processes that run tests side by side share it: the first one lives through it, others wait for that.
    """
    run = memory.shared()
    folder, finished = run / f"{partnerships}-{again}", run / f"{partnerships}-{again}.finished"
    with (run / f"{partnerships}-{again}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
            keys_beside(folder).unlink(missing_ok=True)
            folder.mkdir()
            work = write_history(
                folder, UNTIL, partnerships, SEED, Progress(disable=True), f"history {again}"
            )
            # In a thread of its own, as a test may run a loop already.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(asyncio.run, work).result()
            finished.touch()
    return folder


def at_its_end() -> MovableClock:
    """A clock that stands at the end of the history."""
    return MovableClock(END)
