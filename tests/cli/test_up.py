"""`kemitraan up`: how it begins, what it says when it cannot, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from shared.client import mint
from shared.host.nats_server import NatsServer
from shared.settings import load_settings
from tests.cli.shell import COMMAND, Shell, shell
from tests.support.ports import free_port
from tests.support.wait import eventually


class Up:
    """A running `kemitraan up` and all that it has said."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self.log = log

    def said(self, text: str) -> bool:
        """Whether it said that."""
        return text in self.log.read_text()

    async def ends(self, number: signal.Signals) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        async with asyncio.timeout(15):
            return await self.process.wait()


@asynccontextmanager
async def up(at: Shell, folder: Path, *arguments: str) -> AsyncIterator[Up]:
    """Start it; kill it if the test left it running."""
    log = folder / "up.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "up", *arguments, env=at.environment, stdout=output, stderr=output
        )
    try:
        yield Up(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_cleanly_and_all_is_still_there(
    tmp_path: Path, number: signal.Signals
) -> None:
    port = free_port()
    at = shell(tmp_path, KEMITRAAN_PORT=str(port))
    url = f"http://127.0.0.1:{port}/api/partners/v1/organisations"
    body = {"name": "Polresta Contoh", "kind": "police", "area": "35.15"}
    names: list[str] = []
    for status in (201, 409):
        async with up(at, tmp_path) as running, aiohttp.ClientSession() as session:
            await eventually(lambda running=running: running.said("Ctrl-C"), timeout=60)  # type: ignore[misc]
            headers = {"Authorization": f"Bearer {mint(load_settings(data=tmp_path), 'coordinator')}"}
            async with session.post(url, json=body, headers=headers) as answer:
                assert answer.status == status
            async with session.get(url) as answer:
                names = [item["name"] for item in (await answer.json())["items"]]
            assert await running.ends(number) == 0
            assert not running.said("Traceback"), running.log.read_text()
            running.log.unlink()
    assert names == ["Polresta Contoh"]
    assert not list(tmp_path.rglob("run/nats/pid")), "the broker ended with it"
    connection = sqlite3.connect(tmp_path / "partners.sqlite3")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await shell(tmp_path, KEMITRAAN_PORT=str(port)).kemitraan("up")
    assert ended.code == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in ended.err
    assert "KEMITRAAN_PORT" in ended.err
    assert not list(tmp_path.glob("*.sqlite3")), "nothing was started"


async def test_a_mail_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        at = shell(tmp_path, KEMITRAAN_PORT=str(free_port()), KEMITRAAN_SMTP_URL=f"smtp://127.0.0.1:{port}")
        ended = await at.kemitraan("up", "--demo")
    assert ended.code == 2
    assert f"KEMITRAAN_SMTP_URL: somebody listens at 127.0.0.1:{port} already" in ended.err
    assert len(ended.err.splitlines()) == 1, ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX's")
async def test_whatever_the_umask_is_the_data_belong_to_their_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    data.chmod(0o777)
    at = shell(data, KEMITRAAN_PORT=str(free_port()))
    before = os.umask(0)
    try:
        async with up(at, tmp_path) as running:
            await eventually(lambda: running.said("Ctrl-C"), timeout=60)
            exported = await at.kemitraan("archive", "export", str(tmp_path / "archive"))
            assert exported.code == 0, exported.err
            everything = [data, *data.rglob("*"), tmp_path / "archive", *(tmp_path / "archive").rglob("*")]
            assert await running.ends(signal.SIGTERM) == 0
            open_to_others = [
                str(path)
                for path in [*everything, *data.rglob("*")]
                if path.exists() and path.stat().st_mode & 0o077 and path.name != "jwks.json"
            ]
    finally:
        os.umask(before)
    assert any(path.name.endswith("-wal") for path in everything)
    assert open_to_others == []


async def test_lines_for_machines_have_no_banner_between_them(tmp_path: Path) -> None:
    at = shell(tmp_path, KEMITRAAN_PORT=str(free_port()), KEMITRAAN_LOG_FORMAT="json")
    async with up(at, tmp_path) as running:
        await eventually(lambda: running.said('"ready"'), timeout=60)
        assert await running.ends(signal.SIGTERM) == 0
        assert all(json.loads(line) for line in running.log.read_text().splitlines())


async def test_a_broker_that_goes_costs_a_line_and_one_when_it_comes_back(
    tmp_path: Path, nats: NatsServer
) -> None:
    at = shell(tmp_path, KEMITRAAN_PORT=str(free_port()), NATS_URL=nats.url)
    applied = await at.kemitraan("streams", "apply")
    assert applied.code == 0, applied.err
    async with up(at, tmp_path, "notifications") as running:
        await eventually(lambda: running.said("[info     ] ready"), timeout=60)
        for _ in range(2):
            running.log.write_text("")
            nats.kill()
            await eventually(lambda: running.said("the broker is away"), timeout=30)
            await asyncio.sleep(3)  # fifteen tries to come back
            await nats.start()
            await eventually(lambda: running.said("the broker is back"), timeout=30)
            lines = running.log.read_text().splitlines()
            assert len(lines) <= 5, lines
            assert not running.said("Traceback")
        nats.kill()
        await eventually(lambda: running.log.read_text().count("the broker is away") == 2, timeout=30)
        assert await running.ends(signal.SIGTERM) == 0
        assert not running.said("Traceback"), running.log.read_text()


async def test_a_data_folder_in_use_is_named(tmp_path: Path) -> None:
    at = shell(tmp_path, KEMITRAAN_PORT=str(free_port()))
    async with up(at, tmp_path) as running:
        await eventually(lambda: running.said("Ctrl-C"), timeout=60)
        second = await at.using(KEMITRAAN_PORT=str(free_port())).kemitraan("up")
        assert second.code == 1
        assert str(tmp_path) in second.err
        assert await running.ends(signal.SIGTERM) == 0


async def test_a_broker_that_is_away_is_waited_for_until_told_to_stop(tmp_path: Path) -> None:
    at = shell(tmp_path, KEMITRAAN_PORT=str(free_port()), NATS_URL=f"nats://127.0.0.1:{free_port()}")
    async with up(at, tmp_path, "partners") as running:
        await eventually(lambda: running.said("waiting for the broker (NATS_URL)"), timeout=30)
        assert await running.ends(signal.SIGTERM) == 0
        assert not running.said("Traceback"), running.log.read_text()
