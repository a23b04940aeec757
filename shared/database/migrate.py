"""Schema migrations (Alembic): a service's own and the shared ones, at start, under a lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
import structlog

from shared.rows import policies
from shared.rows.policies import Policy

HERE = Path(__file__).parent / "migrations"
LOCK = "kemitraan/migrations"
STANDS_AT = sa.text("SELECT version_num FROM alembic_version")
REMEDY = "Give each service a role of its own, as deploy/postgres/databases.sh does."
log = structlog.get_logger(__name__)


def upgrade(url: str, migrations: Path, guards: Sequence[Policy] = ()) -> list[str]:
    """Migrate the database to the newest revisions and return them; on PostgreSQL, also set the policies.

    On PostgreSQL an advisory lock lets one instance migrate while others wait; on SQLite the process has
    locked the file already.
    """
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(LOCK, 0))))
            if guards and policies.is_exempt(connection):
                log.warning(
                    "row-level security is off: the role is a superuser or has BYPASSRLS", remedy=REMEDY
                )
        wanted = newest(migrations)
        if _current(connection) != wanted:
            if connection.dialect.name == "postgresql":
                policies.take_down(connection)  # the tables can now be changed, and migrations see every row
            _migrate(connection, migrations)
        if connection.dialect.name == "postgresql":
            policies.put_up(connection, guards)
        return sorted(wanted)


def is_current(connection: sa.Connection, migrations: Path) -> bool:
    """Whether the database is at the newest revisions of this release."""
    return _current(connection) == newest(migrations)


def newest(migrations: Path) -> set[str]:
    """The newest revisions of this release, by the numbers of their files.

    Alembic, which is slow to import, is loaded only if the database is at another revision.
    """
    names = sorted(
        file.stem for folder in (HERE, migrations) for file in (folder / "versions").glob("*_*.py")
    )
    return set({name.rpartition("_")[0]: name for name in names}.values())


def sync_url(url: str) -> sa.URL:
    """The same database through a synchronous driver."""
    parsed = sa.make_url(url)
    if parsed.drivername.startswith("postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sync_url(url), poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _migrate(connection: sa.Connection, migrations: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{HERE / 'versions'}\n{migrations / 'versions'}")
    config.attributes["connection"] = connection
    command.upgrade(config, "heads")


def _current(connection: sa.Connection) -> set[str]:
    """The current revisions; none before the first migration."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(STANDS_AT).scalars())
