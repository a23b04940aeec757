"""Databases that are migrated once per test process and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from services.registry import NAMES, service
from shared.database import migrate
from shared.host.service import Service
from shared.rows import policies
from shared.settings import Settings
from tests.support import memory


def lay_files(services: Sequence[Service], settings: Settings) -> None:
    """Where a service will open a SQLite file that is not there, put a migrated one."""
    for wanted in services:
        url = settings.database_for(wanted.name)
        if wanted.migrations is not None and url.startswith("sqlite"):
            path = Path(url.removeprefix("sqlite:///"))
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(_file(wanted.migrations), path)


def migrate_for(name: str, url: str) -> bool:
    """Migrate a PostgreSQL database for the service of that name; False if there is none."""
    known = service(name) if name in NAMES else None
    if known is None or known.migrations is None:
        return False
    migrate.upgrade(url, known.migrations, policies.guards(known.visible))
    return True


@cache
def _file(migrations: Path) -> Path:
    path = Path(_folder().name) / f"{len(list(Path(_folder().name).iterdir()))}.sqlite3"
    migrate.upgrade(f"sqlite:///{path}", migrations)
    return path


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="kemitraan-templates-", dir=memory.folder())
