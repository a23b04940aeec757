"""One PostgreSQL role per service, made by the deployment's own script: each is refused all others' data."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from services.registry import chosen
from tests.support.postgres import Postgres, binaries

SCRIPT = Path(__file__).parents[2] / "deploy" / "postgres" / "databases.sh"
WITH_DATA = [service.name for service in chosen(None) if service.metadata is not None]
OTHERS = [
    (role, database)
    for role in WITH_DATA
    for database in (*WITH_DATA, "postgres", "template1")
    if role != database
]


@dataclass(frozen=True)
class Installed:
    """A server on which the script has run."""

    url: str

    def connect(self, role: str, database: str) -> psycopg.Connection[tuple[str]]:
        """Connect as a role."""
        return psycopg.connect(self.url, user=role, dbname=database, autocommit=True)


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    """A server of the test's own, as roles are a server's."""
    with Postgres(own=True) as server:
        place = urlsplit(server.url)
        environment = {
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "PGHOST": str(place.hostname),
            "PGPORT": str(place.port),
            "POSTGRES_USER": "postgres",
            **{f"{name.upper()}_DB_PASSWORD": f"it's {name}" for name in WITH_DATA},
        }
        ran = subprocess.run(["bash", SCRIPT], env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        yield Installed(server.url)


def test_the_script_knows_every_service_with_data() -> None:
    listed = re.search(r"for service in ([a-z ]+); do", SCRIPT.read_text())
    assert listed
    assert sorted(listed[1].split()) == sorted(WITH_DATA)


@pytest.mark.parametrize("role", WITH_DATA)
def test_a_role_works_in_its_own_database(installed: Installed, role: str) -> None:
    with installed.connect(role, role) as connection:
        connection.execute("CREATE TABLE things (id int); INSERT INTO things VALUES (1); DROP TABLE things")


@pytest.mark.parametrize(("role", "other"), OTHERS)
def test_a_role_is_refused_every_other_database(installed: Installed, role: str, other: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        installed.connect(role, other)


@pytest.mark.parametrize("role", WITH_DATA)
def test_a_role_has_no_right_beyond_its_database(installed: Installed, role: str) -> None:
    with installed.connect(role, role) as connection:
        for statement in (
            "CREATE DATABASE mine",
            "CREATE ROLE mine",
            "ALTER SYSTEM SET log_statement = 'all'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
        for colleague in WITH_DATA:
            if colleague != role:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(colleague)))
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(
                        sql.SQL("ALTER ROLE {} PASSWORD 'x'").format(sql.Identifier(colleague))
                    )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")


def test_who_may_connect_still_finds_nothing_in_the_schema(installed: Installed) -> None:
    """A second wall, should a role be let into a database by mistake."""
    with installed.connect("postgres", "partners") as owner:
        owner.execute("GRANT CONNECT ON DATABASE partners TO programs")
        owner.execute("SET ROLE partners; CREATE TABLE things (id int)")
        try:
            with installed.connect("programs", "partners") as connection:
                for statement in ("SELECT * FROM public.things", "CREATE TABLE public.mine (id int)"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(statement.encode())
        finally:
            owner.execute("RESET ROLE; DROP TABLE things; REVOKE CONNECT ON DATABASE partners FROM programs")
