"""A NATS user that tries what it may not, and hears what the server says to it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.events.broker import connection_options
from tests.support.guarded_nats import GuardedNats
from tests.support.wait import eventually


class Intruder:
    """A connection with a user's credentials, without the manners of our own client."""

    def __init__(self) -> None:
        self.client = Client()
        self.tried: list[str] = []
        self.refused: list[str] = []
        self.heard: list[Msg] = []

    async def note(self, error: Exception) -> None:
        """What the server said, in small letters as the client hands it on."""
        self.refused.append(str(error))

    async def hear(self, message: Msg) -> None:
        """Whatever comes."""
        self.heard.append(message)

    async def publishes(self, subject: str, body: bytes = b"") -> None:
        """Try to publish."""
        await self.client.publish(subject, body, reply=self.client.new_inbox())
        self.tried.append(f'permissions violation for publish to "{subject}"'.lower())

    async def subscribes(self, subject: str) -> None:
        """Try to subscribe."""
        await self.client.subscribe(subject, cb=self.hear)
        self.tried.append(f'permissions violation for subscription to "{subject}"'.lower())

    async def is_refused(self) -> int:
        """Whether the server refused each try by its subject; returns how many there were."""
        await self.client.flush()

        def everything() -> bool:
            said = "\n".join(self.refused)
            assert not (let := [one for one in self.tried if one not in said]), f"not refused: {let}"
            return True

        await eventually(everything, 5)
        return len(self.tried)


@contextlib.asynccontextmanager
async def intruding(server: GuardedNats, user: str, **more: Any) -> AsyncIterator[Intruder]:
    """A connected intruder with the credentials of ``user``."""
    intruder = Intruder()
    credentials = server.credentials(user)
    options = connection_options(server.url, user, credentials) | credentials.options([server.url])
    await intruder.client.connect(**options | {"error_cb": intruder.note} | more)
    try:
        yield intruder
    finally:
        await intruder.client.close()
