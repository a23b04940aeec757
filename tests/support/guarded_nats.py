"""The nats-server as it is deployed: deploy/nats/nats.conf with keys of the test's own, on loopback."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.events.broker import Bus
from shared.host.child_process import start_child
from shared.host.nats_server import nats_server_binary
from shared.keys.broker_credentials import Credentials
from tests.support.wait import eventually

DEPLOYED = Path(__file__).parents[2] / "deploy" / "nats" / "nats.conf"


class GuardedNats:
    """A server with TLS, accounts and users; ``keys`` is what `kemitraan keys init` made."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder = folder
        self.keys = keys
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True)
        (self.folder / "keys").symlink_to(self.keys / "server")
        changed = DEPLOYED.read_text()
        for deployed, here in (
            ("port: 4222", f'host: "127.0.0.1"\nport: -1\nports_file_dir: "{self.folder}"'),
            ("http_port: 8222", ""),
            ("/data/nats", f'"{self.folder / "store"}"'),
        ):
            assert changed.count(deployed) == 1
            changed = changed.replace(deployed, here)
        config = self.folder / "nats.conf"
        config.write_text(_absolute(changed, self.folder))
        self._process = start_child([str(nats_server_binary()), "-c", str(config)], self.log)
        ports = self.folder / f"nats-server_{self._process.pid}.ports"

        def announced() -> str:
            assert self._process is not None
            if self._process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                return str(json.loads(ports.read_text())["nats"][0])
            except (FileNotFoundError, ValueError, LookupError):
                return ""

        self.url = await eventually(announced, 20, "nats-server listens")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait, 10)

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "log"

    async def reload(self) -> None:
        """Let the server read its configuration again."""
        assert self._process is not None
        before = self.log.read_text().count("Reloaded")
        self._process.send_signal(signal.SIGHUP)
        await eventually(lambda: self.log.read_text().count("Reloaded") > before, 10, "reloaded")

    def credentials(self, user: str) -> Credentials:
        """What a user shows and trusts."""
        return Credentials(user, self.keys / "users" / user / "bus.creds", self.keys / "public" / "ca.pem")

    def bus(self, user: str) -> Bus:
        """A connection of a user."""
        return Bus(self.url, user, self.credentials(user))


def _absolute(config: str, folder: Path) -> str:
    return config.replace('"keys/', f'"{folder}/keys/')
