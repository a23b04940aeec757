"""Key files: written atomically, with restricted permissions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write(path: Path, content: str | bytes, mode: int = PRIVATE) -> None:
    """Write or replace a file; an existing file keeps its mode, as its operator may have set it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        mode = path.stat().st_mode & 0o777
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def private_folder(path: Path) -> Path:
    """A folder that only its owner can enter."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
