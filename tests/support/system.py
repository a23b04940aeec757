"""The whole system, or a part of it, in this process: real broker, real database, real HTTP."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import aiohttp
import uvicorn

from shared.clock import Clock, SystemClock
from shared.host.host import hosting, root_app
from shared.host.listener import listening
from shared.host.nats_server import NatsServer
from shared.host.runtime import ServiceRuntime
from shared.host.service import Service
from shared.identity.actor import Actor
from shared.identity.signing import SigningKey
from shared.settings import Settings, load_settings
from tests.support.accounts import Account
from tests.support.documented import require_documented
from tests.support.templates import lay_files


@dataclass
class Answer:
    """A response, read whole."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass
class System:
    """A running system and a client of it."""

    url: str
    runtimes: list[ServiceRuntime]
    key: SigningKey
    session: aiohttp.ClientSession
    settings: Settings
    clock: Clock
    organisations: dict[str, UUID] = field(default_factory=dict)

    def token(
        self,
        *roles: str,
        organisation: UUID | None = None,
        person: str = "p-1",
        agency: str = "polresta-contoh",
    ) -> str:
        """A token for an actor with these roles."""
        actor = Actor(person=person, agency=agency, organisation=organisation, roles=frozenset(roles))
        return self.key.mint(actor, clock=self.clock)

    async def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str
    ) -> Answer:
        """One request; ``headers`` are given with underscores. What is refused has to be documented."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        kind = "data" if isinstance(body, (bytes, aiohttp.FormData)) else "json"
        async with self.session.request(method, self.url + path, headers=sent, **{kind: body}) as answer:
            is_json = "json" in answer.content_type
            read: Any = await answer.json(content_type=None) if is_json else await answer.read()
            if answer.content_type == "application/problem+json":
                services = [runtime.service for runtime in self.runtimes]
                # Beside the loop: the first time it takes longer than the server keeps a silent connection.
                await asyncio.to_thread(require_documented, services, method, path, read["type"])
            return Answer(answer.status, answer.headers, read)

    async def organisation(self, name: str, kind: str) -> UUID:
        """Register an organisation (once)."""
        if name not in self.organisations:
            body = {"name": name, "kind": kind, "area": "35.15"}
            answer = await self.call(
                "POST", "/api/partners/v1/organisations", body, token=self.token("coordinator")
            )
            assert answer.status == 201, answer.body
            self.organisations[name] = UUID(answer.body["id"])
        return self.organisations[name]

    def representative(self, organisation: UUID, person: str = "") -> str:
        """A token of an organisation's representative, from a workspace of its own."""
        person = person or str(uuid5(NAMESPACE_URL, str(organisation)))
        agency = self.workspace(organisation)
        return self.token("representative", organisation=organisation, person=person, agency=agency)

    def workspace(self, organisation: UUID) -> str:
        """The slug of the workspace in which an organisation opens its own accounts."""
        return f"workspace-{organisation.hex[-8:]}"

    async def signed_partnership(self) -> tuple[UUID, UUID, UUID]:
        """A signed partnership; returns its id and its two organisations' (police, village)."""
        police = await self.organisation("Polresta Contoh", "police")
        village = await self.organisation("Forum Desa Contoh", "community")
        parties = [
            {"organisation_id": str(police), "role": "lead", "contributes": "patrols", "gains": "trust"},
            {"organisation_id": str(village), "contributes": "watches", "gains": "safety"},
        ]
        body = {"title": "Aman bersama", "area": "35.15", "problem": "street racing", "parties": parties}
        base = "/api/partners/v1/partnerships"
        formed = await self.call("POST", base, body, token=self.token("coordinator"))
        assert formed.status == 201, formed.body
        partnership = formed.body["id"]
        charter = {
            "vision": "A better life",
            "mission": "Prevent, handle, restore",
            "means": ["educate", "act"],
        }
        proposed = await self.call(
            "POST", f"{base}/{partnership}/charter", charter, token=self.representative(police)
        )
        assert proposed.status == 201, proposed.body
        for organisation in (police, village):
            signed = await self.call(
                "POST",
                f"{base}/{partnership}/signatures",
                {"charter_version": 1},
                token=self.representative(organisation),
            )
            assert signed.status == 201, signed.body
        return UUID(partnership), police, village


@asynccontextmanager
async def system(
    folder: Path,
    services: Sequence[Service],
    database_url: str = "",
    *,
    clock: Clock | None = None,
    broker: Callable[[Path], NatsServer] = Account,
    **settings: Any,
) -> AsyncIterator[System]:
    """Run ``services`` on an account of their own; with ``broker=NatsServer`` on a server of their own."""
    # Bound from now on: a port that was merely free may be taken by another before it is listened on.
    # Named as TCP: asyncio turns Nagle's delay off only for what is, and each answer would wait 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        if database_url:
            settings["database_url"] = database_url
        given = {"public_url": url, "webhook_allow": "127.0.0.1"} | settings
        configured = load_settings(data=folder, port=port, **given)
        await asyncio.to_thread(lay_files, services, configured)
        async with (
            hosting(services, configured, clock, broker=broker) as runtimes,
            _listening(runtimes, configured, listener),
            aiohttp.ClientSession(headers={"Accept-Encoding": "identity"}) as session,
        ):
            key = SigningKey.create_or_load(configured.signing_key)
            yield System(url, runtimes, key, session, configured, clock or SystemClock())


@asynccontextmanager
async def _listening(
    runtimes: list[ServiceRuntime], settings: Settings, listener: socket.socket
) -> AsyncIterator[None]:
    """Serve without uvicorn's own loop, which looks ten times a second whether it should end."""
    server = uvicorn.Server(listening(root_app(runtimes), settings))
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    await server.on_tick(0)
    try:
        yield
    finally:
        await _end(server)


async def _end(server: uvicorn.Server) -> None:
    for listener in server.servers:
        listener.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await asyncio.sleep(0)
    if server.server_state.connections or server.server_state.tasks:
        await server.shutdown()
