"""One nats-server for many tests of a process, with an account for each: what one does no other sees.

An account has subjects, streams and consumers of its own. A test that kills the server, fills its disk or
looks into its files takes a server of its own (the fixture ``nats``, or ``system(…, broker=NatsServer)``).
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from shared.host.nats_server import NatsServer
from tests.support import memory

ACCOUNTS = 100
"""So many tests use a server, then comes the next: streams of tests that have ended take up its memory."""


class Shared(NatsServer):
    """A server whose accounts are given out one by one; it ends with its last tenant, or with the process."""

    current: Shared | None = None

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kemitraan-nats-", dir=memory.folder()))
        super().__init__(self.folder)
        self.free = [f"test-{number}" for number in range(ACCOUNTS)]
        self.user = self.free[0]
        self.tenants = 0
        atexit.register(self.end)

    def end(self) -> None:
        """Nothing that it holds is of use to anybody."""
        self.kill()
        self._release_data_folder()
        atexit.unregister(self.end)
        shutil.rmtree(self.folder, ignore_errors=True)

    def left(self) -> None:
        """A tenant is gone."""
        self.tenants -= 1
        if not self.tenants and not self.free:
            self.end()

    def _configuration(self) -> str:
        lines = super()._configuration().splitlines()
        lines = [line for line in lines if not line.startswith("authorization {")]
        users = f'jetstream: enabled, users: [{{ user: %s, password: "{self.password}" }}]'
        accounts = [f"  {name}: {{ {users % name} }}" for name in self.free]
        return "\n".join([*lines, "accounts {", *accounts, "}"])


async def _shared() -> Shared:
    server = Shared.current
    if server is None or not server.free or not server.running:
        server = Shared()
        await server.start()
        Shared.current = server
    return server


class Account(NatsServer):
    """An account on the shared server, as if it were a server."""

    _shared: Shared

    async def start(self) -> None:
        """Take an account that nobody has had."""
        if self.user == "kemitraan":
            self._shared = await _shared()
            self._shared.tenants += 1
            self.user, self.password = self._shared.free.pop(), self._shared.password
            self.port = self._shared.port

    async def stop(self) -> None:
        """Leave it."""
        self._shared.left()

    def kill(self) -> None:
        """Others live on this server: take one of your own (see above)."""
        raise AssertionError(self.kill.__doc__)

    @property
    def running(self) -> bool:
        """Whether the server runs."""
        return self._shared.running
