"""What the host does for its embedded broker: it comes back by itself, whatever its disk did."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from shared.events import streams
from shared.events.broker import Bus, JetStreamError, JetStreamUnavailable
from shared.host.broker_keeper import Keeper
from shared.host.nats_server import NatsServer
from shared.tasks import cancel_all
from tests.support.wait import eventually

SUBJECT = "evt.polresta-contoh.testing.thing-made.v1.x"


class Publishing:
    """A stream that somebody publishes to, without a pause, and since when it takes nothing."""

    def __init__(self, server: NatsServer) -> None:
        self.server = server
        self.bus = Bus(server.url, "publishing")
        self.silent_since: float | None = None
        self.taken = 0
        self._body = bytes(20_000)

    async def run(self) -> None:
        """Publish for ever, as a relay with a backlog would."""
        while True:
            try:
                await self.bus.request(SUBJECT, self._body, timeout=1)
            except (NatsError, JetStreamError, JetStreamUnavailable):
                self.silent_since = self.silent_since or asyncio.get_running_loop().time()
            else:
                self.silent_since, self.taken = None, self.taken + 1
            await asyncio.sleep(0.05)


@asynccontextmanager
async def kept(folder: Path) -> AsyncIterator[Publishing]:
    """A broker that is kept up, and one who publishes."""
    async with NatsServer(folder) as server:
        here = Publishing(server)
        await here.bus.start()
        await streams.apply(here.bus, 1, [])
        keeper = Keeper(server, lambda: [here.silent_since], patience=1.0)
        keeper.watcher = here.bus
        tasks = [asyncio.create_task(keeper.run()), asyncio.create_task(here.run())]
        try:
            await eventually(lambda: here.taken, timeout=20)
            yield here
        finally:
            await cancel_all(tasks)
            await here.bus.stop()


async def takes_again(here: Publishing) -> None:
    """Wait until something is taken in that was published from now on."""
    before = here.taken
    await eventually(lambda: here.taken > before + 1, timeout=60, message="the broker takes something in")


async def test_one_that_was_killed_is_started_again(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        pid = here.server.pid
        os.kill(pid or 0, signal.SIGKILL)
        await takes_again(here)
        assert here.server.pid != pid


async def test_one_that_answers_nobody_is_started_again(tmp_path: Path) -> None:
    async with kept(tmp_path) as here:
        pid = here.server.pid
        os.kill(pid or 0, signal.SIGSTOP)
        await eventually(lambda: here.server.pid not in (None, pid), timeout=60)
        await takes_again(here)


async def test_one_that_cannot_be_started_is_tried_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a folder that was read-only for a while."""
    async with kept(tmp_path) as here:
        refused = 0

        def cannot(*_: object) -> None:
            nonlocal refused
            refused += 1
            raise OSError(30, "Read-only file system")

        monkeypatch.setattr("shared.host.broker_keeper.AGAIN_SECONDS", 0.05)
        with monkeypatch.context() as patched:
            patched.setattr(here.server, "_spawn", cannot)
            here.server.kill()
            await eventually(lambda: refused > 2)
        await takes_again(here)


async def test_one_that_has_no_room_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting it again would help nobody."""
    asked = 0

    def no_room() -> bool:
        nonlocal asked
        asked += 1
        return False

    async with kept(tmp_path) as here:
        monkeypatch.setattr(here.server, "has_room", no_room)
        pid = here.server.pid
        os.kill(pid or 0, signal.SIGSTOP)
        await eventually(lambda: asked, timeout=30)
        assert here.server.pid == pid
        os.kill(pid or 0, signal.SIGCONT)
        await takes_again(here)
        assert here.server.pid == pid


def fill(file: Path) -> None:
    """Take all the room that there is."""
    with file.open("wb", buffering=0) as target:
        while True:
            target.write(bytes(100_000))


def mounted(folder: Path) -> bool:
    """Whether a small file system could be mounted there, for this test and what it starts."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    return made.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounts a file system, as root on Linux"
)
async def test_one_that_met_a_full_disk_takes_again_when_there_is_room(tmp_path: Path) -> None:
    small = tmp_path / "small"
    if not mounted(small):
        pytest.skip("no file system can be mounted here")
    try:
        async with kept(small) as here:
            filler = small / "filler"
            with pytest.raises(OSError, match="No space"):
                fill(filler)
            await eventually(lambda: here.silent_since is not None, timeout=30)
            await asyncio.sleep(3)
            filler.unlink()
            await takes_again(here)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=False)
