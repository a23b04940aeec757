"""The system as its users run it: one process, or one process per service."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp

from shared.client import mint
from shared.settings import Settings, load_settings
from tests.support.ports import free_port
from tests.support.wait import eventually
from tests.support.warm import WarmProcess

SERVICES = ("partners", "programs", "products", "notifications", "identity", "portal")
ANSWER = 15.0
"""Seconds in which a process says whether it is ready, however busy the machine."""


@dataclass
class Processes:
    """Child processes of `kemitraan up`, by the services that they host."""

    folder: Path
    smtp_url: str
    nats_url: str = ""
    nats_keys: Path | None = None
    database_url: str = ""
    replicas: int = 1
    public_url: str = ""
    settings_more: dict[str, str] = field(default_factory=dict)
    patience: float = 60.0
    crash_at: tuple[str, ...] = ()
    ports: dict[str, int] = field(default_factory=dict)
    children: dict[str, WarmProcess] = field(default_factory=dict)

    def url(self, service: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self.ports.get(service) or self.ports['all']}"

    @property
    def settings(self) -> Settings:
        """The settings under which tokens are minted and databases are found."""
        given = {"database_url": self.database_url} if self.database_url else {}
        return load_settings(data=self.folder, public_url=self.url("portal"), **given)

    def token(self, role: str, organisation: UUID | None = None) -> str:
        """A token of a demonstration account."""
        return mint(self.settings, role, organisation)

    async def start_one(self) -> None:
        """All services in one process."""
        self.ports.setdefault("all", free_port())
        self._spawn("all")
        await self.ready()

    async def start_each(self) -> None:
        """One process per service, with the streams provisioned beforehand."""
        for service in SERVICES:
            self.ports.setdefault(service, free_port())
        mint(load_settings(data=self.folder), "operator")  # the key, before anybody checks a token
        applied = self._begun("streams", ("streams", "apply"), self._environment("partners"))
        assert await applied.ended(60) == 0, self.log("streams")
        for service in SERVICES:
            self._spawn(service)
        await self.ready()

    async def again(self, name: str) -> None:
        """Start an ended process anew, as its supervisor would."""
        self._spawn(name)
        await self.ready()

    def ended(self) -> dict[str, int]:
        """The exit codes of the processes that do not run; a negative one is the signal."""
        codes = {name: child.poll() for name, child in self.children.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def _environment(self, name: str) -> dict[str, str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONFAULTHANDLER": "1",
            "KEMITRAAN_DATA": str(self.folder),
            "KEMITRAAN_PORT": str(self.ports[name]),
            "KEMITRAAN_PUBLIC_URL": self.public_url or self.url("portal"),
            "KEMITRAAN_PORTAL_URL": self.url("portal"),
            "KEMITRAAN_SMTP_URL": self.smtp_url,
            "KEMITRAAN_WEBHOOK_ALLOW": "127.0.0.1",
            "KEMITRAAN_STREAM_REPLICAS": str(self.replicas),
        }
        environment |= {f"KEMITRAAN_{service.upper()}_URL": self.url(service) for service in SERVICES[:-1]}
        environment |= self.settings_more
        if self.nats_url:
            environment["NATS_URL"] = self.nats_url
        if self.nats_keys:
            environment["NATS_CREDENTIALS_FILE"] = str(self.nats_keys / "users" / "{service}" / "bus.creds")
            environment["NATS_CA_FILE"] = str(self.nats_keys / "public" / "ca.pem")
        if self.database_url:
            environment["DATABASE_URL"] = self.database_url
        return environment

    def _spawn(self, name: str) -> None:
        services = () if name == "all" else (name,)
        self.children[name] = self._begun(name, ("up", *services), self._environment(name))

    def _begun(self, name: str, arguments: Sequence[str], environment: dict[str, str]) -> WarmProcess:
        log = self.folder / f"{name}.log"
        return WarmProcess(arguments, environment, log, log, crash_at=self.crash_at)

    async def ready(self) -> None:
        """Wait until every process says that it is ready."""
        patience = aiohttp.ClientTimeout(total=ANSWER)
        async with aiohttp.ClientSession(timeout=patience) as session:
            for name, child in self.children.items():

                async def answers(name: str = name, child: WarmProcess = child) -> bool:
                    if child.poll() is not None:
                        raise RuntimeError(f"{name} ended:\n{self.log(name)}")
                    try:
                        async with session.get(f"http://127.0.0.1:{self.ports[name]}/readyz") as answer:
                            found = await answer.json()
                    except (aiohttp.ClientError, TimeoutError) as error:
                        raise AssertionError(f"{error!r}; its log ends:\n{self.log(name)}") from None
                    assert found["ready"], [check for check in found["checks"] if not check["ok"]]
                    return True

                await eventually(answers, timeout=self.patience, message=f"{name} is ready")

    def log(self, name: str) -> str:
        """The last lines of a process."""
        return (self.folder / f"{name}.log").read_text()[-3000:]

    def kill(self, names: Iterable[str] = ("all",)) -> None:
        """SIGKILL."""
        for name in names:
            self.children[name].kill()
            self.children[name].wait()

    async def stop(self) -> None:
        """SIGTERM to all; each must end by itself."""
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for name, child in self.children.items():
            try:
                await asyncio.to_thread(child.wait, 10)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGABRT)  # its log ends with where it stands
                child.wait()
                raise AssertionError(f"{name} did not stop on SIGTERM:\n{self.log(name)}") from None
