"""A history that was lived through once, for every test that needs a populated system."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache
from pathlib import Path

from rich.progress import Progress

from demo.history_archive import END_OF_DAY, write_history
from shared.archive.client import keys_beside
from shared.clock import MovableClock

SEED = "tests"
UNTIL = date(2026, 1, 31)
END = datetime.combine(UNTIL, END_OF_DAY)


@cache
def lived(partnerships: int, again: int = 0) -> Path:
    """The folder of an archive of so many partnerships; lived through once (more: ``again``)."""
    folder = Path(tempfile.mkdtemp(prefix="kemitraan-history-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(keys_beside(folder).unlink, missing_ok=True)
    work = write_history(folder, UNTIL, partnerships, SEED, Progress(disable=True), f"history {again}")
    # In a thread of its own, as a test may run a loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
    return folder


def at_its_end() -> MovableClock:
    """A clock that stands at the end of the history."""
    return MovableClock(END)
