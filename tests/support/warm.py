"""`kemitraan` as a process of its own, forked from one that has imported the project already.

Importing takes seconds of processor time, which no test is about but those in ``tests/cli/test_up.py``. What
is forked is a process like any other: with its own memory, signals, files and exit code, and can be killed.
"""

from __future__ import annotations

import asyncio
import atexit
import faulthandler
import os
import pkgutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

IMPORTED = ("services", "shared", "demo")
BESIDE = ("uvloop", "uvicorn.loops.uvloop", "uvicorn.protocols.http.httptools_impl", "asyncpg", "psycopg")
COLUMNS = "300"
"""Lines are as long as they need to be; the terminal's width is asked when the command line is imported."""

_context = get_context("forkserver")
_context.set_forkserver_preload([f"{__name__}_imports"])


class WarmProcess:
    """A command that runs; what it is asked is named as in ``subprocess.Popen``."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        out: Path,
        err: Path,
        *,
        crash_at: Sequence[str] = (),
    ) -> None:
        """``out`` and ``err`` are appended to; ``crash_at`` is where it is to die (``crash.prepare``)."""
        for file in (out, err):
            file.touch(0o600)
        given = (list(arguments), dict(environment), str(out), str(err), list(crash_at))
        # A daemon in the sense of multiprocessing: it ends with the tests that started it.
        self._process = _context.Process(target=run, args=given, daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, a negative one for the signal that ended it; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; ``subprocess.TimeoutExpired`` where it runs on."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("kemitraan", timeout or 0)
        return code

    async def ended(self, timeout: float) -> int:
        """The same without holding the loop up; ``TimeoutError`` where it runs on."""
        until = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise TimeoutError
            await asyncio.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def import_all() -> None:
    """Import the project, and what it imports when it is started."""
    os.environ["COLUMNS"] = COLUMNS
    for package in IMPORTED:
        _import_below(package)
    for name in BESIDE:
        import_module(name)


def _import_below(package: str) -> None:
    for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        if module.name.rpartition(".")[2] in ("__main__", "migrations"):
            continue
        if module.ispkg:
            _import_below(module.name)
        else:
            import_module(module.name)


def run(arguments: list[str], environment: dict[str, str], out: str, err: str, crash_at: list[str]) -> None:
    """In the forked process: be the command."""
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    for path, number in ((out, 1), (err, 2)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    if environment.get("PYTHONFAULTHANDLER"):
        faulthandler.enable()
    sys.argv = ["kemitraan", *arguments]
    from services.cli.app import main

    try:
        if crash_at:
            from tests.support.crash import prepare

            prepare(*crash_at)
        main()
    finally:
        # multiprocessing ends its children without these.
        atexit._run_exitfuncs()
