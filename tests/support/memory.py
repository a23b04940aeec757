"""Where tests keep what no power cut threatens: in memory, where there is enough, so that fsync is quick."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3


@cache
def folder() -> Path:
    """The folder for temporary folders; the usual one where memory is scarce or ``TMPDIR`` names another."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return Path(tempfile.gettempdir())
    return MEMORY
