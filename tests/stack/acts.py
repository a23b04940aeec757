"""What is done with the stack, act by act; each fails with what it saw."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
from aiosmtpd.controller import Controller
from rich.console import Console

from demo.play import play
from shared.client import workspace_of
from shared.host.mail_sink import MessageStore
from shared.identity.actor import Actor
from shared.identity.signing import SigningKey
from shared.keys import layout
from tests.stack.engine import WORK, compose, container, run
from tests.support.links import follow, of_mail
from tests.support.wait import eventually

MAIL_PORT = 8189
SERVICES = ("partners", "programs", "products", "notifications", "identity", "portal")
OPEN_DATA = ("/api/products/v1/catalog.jsonld", "/api/products/v1/feed.atom", "/api/programs/v1/iati.xml")
_READY = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8000/readyz',timeout=5).status)"


@dataclass
class Stack:
    """The running stack, seen from outside; ``here`` is this machine, as the containers see it."""

    url: str
    keys: Path
    here: str
    engine: str
    mail: Path = field(default_factory=lambda: WORK / "mail")

    # --- acts ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Everything is up and ready; only the gateway and Prometheus are published."""
        shutil.rmtree(self.mail, ignore_errors=True)
        self.mail.mkdir(parents=True)
        await _compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "500", timeout=530)
        shown = [json.loads(line) for line in compose("ps", "--format", "json").splitlines()]
        published = {
            item["Service"]
            for item in shown
            if any(port.get("PublishedPort") for port in item["Publishers"] or ())
        }
        assert published == {"gateway", "prometheus"}, published

    async def command_line(self) -> None:
        """Operators find their way: the state, the key where it is, and the first account."""
        state = await _compose("exec", "-T", "identity", "kemitraan", "status", "--json")
        checks = json.loads(state)["checks"]
        assert {check["service"] for check in checks} == set(SERVICES), checks
        lost = await _compose("exec", "-T", "partners", "kemitraan", "timers", check=False, errors=True)
        assert "docker compose exec identity kemitraan" in lost, lost
        assert "Traceback" not in lost
        await _compose("exec", "-T", "identity", "kemitraan", "projections", "list")
        # Not in the foreground: with some versions of podman that never ends.
        name = await _compose("run", "--detach", "--no-deps", "-T", "provision", "streams", "diff")
        name = name.split()[-1]
        assert run(self.engine, "wait", name, timeout=240).strip() == "0", run(self.engine, "logs", name)
        run(self.engine, "rm", name)
        await _compose(
            "exec", "-T", "identity", "kemitraan", "agencies", "add", "polresta-baru", "Polresta Baru"
        )
        link = await _compose(
            *("exec", "-T", "identity", "kemitraan", "accounts", "add", "ani.wulandari", "Ani Wulandari"),
            *("--role", "administrator", "--agency", "polresta-baru"),
        )
        secret = link.strip().rpartition("#")[2]
        password = "kata sandi yang cukup panjang"
        async with aiohttp.ClientSession() as session:
            body = {"secret": secret, "password": password}
            async with session.post(f"{self.url}/api/identity/v1/links/use", json=body) as used:
                assert used.status in (200, 204), await used.text()

    async def story(self, agency: str = "polresta-delta", resident: str = "warga@example.org") -> None:
        """From the registry to the notices, as any agency's software would, through the one address."""
        with self._mailbox():
            report = await play(
                lambda _service: self.url,
                lambda role, organisation: self._token(role, organisation, agency),
                self.mail,
                Console(quiet=True),
                hook_host=self.here,
                resident=resident,
            )
        assert len(report.hooks) == 10, report.hooks

    async def links(self) -> None:
        """Every link leads somewhere."""
        mails = sorted(self.mail.glob("*.eml"))
        assert mails, "the story sent mails"
        found = [(url, f"a mail, {file.name}") for file in mails for url in of_mail(file.read_bytes())]
        start = [(f"{self.url}{path}", "README") for path in OPEN_DATA]
        links = await follow(f"{self.url}/", [*start, *found])
        assert not links.broken, "\n".join(links.broken)
        assert len(links.statuses) > 40, links.statuses

    async def limits(self) -> None:
        """Visitors are counted one by one, whatever they claim; probes are for inside."""
        # What a process has counted ends with it: what the story wrote from here must not count against this.
        run(self.engine, "restart", container("notifications"))
        await self.ready(180)
        async with aiohttp.ClientSession() as session:
            for path in ("/metrics", "/readyz", "/healthz"):
                async with session.get(self.url + path) as hidden:
                    assert hidden.status == 404, path
            statuses = []
            for number in range(45):
                claimed = {"X-Forwarded-For": f"192.168.1.{number}"}
                body = {"token": "nobody-has-this"}
                url = f"{self.url}/api/notifications/v1/confirmations"
                async with session.post(url, json=body, headers=claimed) as answer:
                    statuses.append(answer.status)
            assert 0 < statuses.count(429) <= 15, statuses
        targets = await eventually(_targets, 60, "Prometheus reads all six")
        assert targets == set(SERVICES)

    async def kills(self) -> None:
        """What is killed comes back by itself, and nothing that was said is lost."""
        for victim in ("nats", "postgres", "programs"):
            name = container(victim)
            run(self.engine, "kill", "--signal", "KILL", name)
            run(self.engine, "start", name)  # no engine starts again what was killed by hand
            await self.ready(180)
        assert (await self._get("/api/partners/v1/partnerships"))["items"]

    async def instances(self) -> None:
        """A second instance is ready and takes over; the gateway finds whichever lives."""
        args = ("--detach", "--no-build", "--no-deps", "--no-recreate", "--scale", "programs=2", "programs")
        await _compose("up", *args)
        both = compose("ps", "--quiet", "programs").split()
        assert len(both) == 2, both
        for name in both:
            await eventually(partial(self._ready_in, name), 180, f"instance {name[:12]} is ready")
        run(self.engine, "kill", both[0])
        await eventually(lambda: self._ready_in(both[1]), 60, "the other took over")
        await self._get("/api/programs/v1/programs")
        run(self.engine, "start", both[0])

    async def rotation(self) -> None:
        """Keys of every kind, under running services; nobody has to be started anew."""
        before = SigningKey.create_or_load(layout.signing_key(self.keys)).kid
        await asyncio.to_thread(run, ".venv/bin/kemitraan", "keys", "rotate", "--out", str(self.keys))
        compose("kill", "--signal", "SIGHUP", "nats")
        assert SigningKey.create_or_load(layout.signing_key(self.keys)).kid != before
        await self.ready(180)
        await self.story("polresta-baru", "warga.kedua@example.org")
        await self.ready(60)

    async def half_made(self) -> None:
        """A database that was made by half is not healthy, however well it answers."""
        name = container("postgres")
        await eventually(lambda: self._probe(name), 30, "healthy before")
        sql = "ALTER SCHEMA public OWNER TO postgres"
        psql = ("exec", "-T", "postgres", "psql", "-U", "postgres", "-d", "identity", "-c")
        compose(*psql, sql)
        assert not self._probe(name), "the check of its health does not see it"
        compose(*psql, sql.replace("postgres", "identity"))
        assert self._probe(name)

    # --- what the acts share ---------------------------------------------------------------------

    async def ready(self, seconds: float) -> None:
        """All services say so, each asked by itself."""
        for service in SERVICES:
            ready = partial(self._service_ready, service)
            await eventually(ready, seconds, f"{service} is ready", every=1)

    def _token(self, role: str, organisation: UUID | None, agency: str) -> str:
        """A token of an agency's account, or of an organisation's, which has a workspace of its own."""
        person = f"{role}-{organisation}" if organisation else role
        own = workspace_of(organisation) if organisation else agency
        actor = Actor(person, own, organisation, frozenset({role}))
        return SigningKey.create_or_load(layout.signing_key(self.keys)).mint(actor)

    @contextmanager
    def _mailbox(self) -> Iterator[None]:
        controller = Controller(MessageStore(self.mail), hostname=self.here, port=MAIL_PORT)
        controller.start()
        try:
            yield
        finally:
            controller.stop()

    async def _get(self, path: str) -> Any:
        async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    def _service_ready(self, service: str) -> bool:
        return self._ready_in(container(service))

    def _ready_in(self, name: str) -> bool:
        """Whether the service in a container says that it is ready."""
        said = run(self.engine, "exec", name, "python", "-c", _READY, timeout=20, check=False)
        return said.strip() == "200"

    def _probe(self, name: str) -> bool:
        """Whether the check of a container's health holds, run as docker-compose.yml has it."""
        config = json.loads(compose("config", "--format", "json"))["services"]["postgres"]
        command = config["healthcheck"]["test"][1].replace("$$", "$")
        asked = f"{command} >/dev/null 2>&1 && echo holds"
        return "holds" in run(self.engine, "exec", name, "sh", "-c", asked, check=False)


async def _targets() -> set[str]:
    """Whom Prometheus reads."""
    port = os.environ.get("KEMITRAAN_PROMETHEUS_PORT", "9090")
    url = f"http://127.0.0.1:{port}/api/v1/targets"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        found = (await answer.json())["data"]["activeTargets"]
    up = {target["labels"]["process"] for target in found if target["health"] == "up"}
    assert up == set(SERVICES), up
    return up


async def _compose(*command: str, timeout: float = 240, check: bool = True, errors: bool = False) -> str:
    return await asyncio.to_thread(compose, *command, timeout=timeout, check=check, errors=errors)
