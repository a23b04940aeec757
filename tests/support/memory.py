"""Where tests keep what no power cut threatens: in memory, where there is enough, so that fsync is quick."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

MEMORY = Path("/dev/shm")
_NAME = "kemitraan-tests-"
ENOUGH = 2 * 1024**3


@cache
def folder() -> Path:
    """The folder for temporary folders; the usual one where memory is scarce or ``TMPDIR`` names another."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return Path(tempfile.gettempdir())
    return MEMORY


@cache
def shared() -> Path:
    """A folder that all processes of this run of the tests share; the one that began the run removes it."""
    if run := os.environ.get("PYTEST_XDIST_TESTRUNUID"):
        shared = folder() / f"{_NAME}{run}"
        shared.mkdir(exist_ok=True)
        return shared
    alone = Path(tempfile.mkdtemp(prefix=_NAME, dir=folder()))
    atexit.register(shutil.rmtree, alone, ignore_errors=True)
    return alone


def forget(run: str) -> None:
    """Remove what the processes of a run have shared."""
    shutil.rmtree(folder() / f"{_NAME}{run}", ignore_errors=True)
