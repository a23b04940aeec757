"""Files and folders that only their owner can read, whatever the umask."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

FOLDER = 0o700
FILE = 0o600
OTHERS = 0o077


def own_folder(path: Path) -> Path:
    """Make a folder that only its owner can enter; an existing one is restricted, if it is ours."""
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    _close(path)
    return path


def own_file(path: Path) -> Path:
    """Make a file that only its owner can read, empty if it is missing."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, FILE))
    _close(path)
    return path


def close_if_there(path: Path) -> None:
    """Remove others' permissions from a file, if it exists."""
    with contextlib.suppress(FileNotFoundError):
        _close(path)


@contextlib.contextmanager
def private_umask() -> Iterator[None]:
    """Files that this process creates meanwhile are readable by their owner only."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def _close(path: Path) -> None:
    mode = path.stat().st_mode & 0o777
    if mode & OTHERS:
        try:
            path.chmod(mode & ~OTHERS)
        except OSError as error:  # somebody else's, or on a read-only root: the operator decides
            if error.errno not in (errno.EPERM, errno.EACCES, errno.EROFS):
                raise
