"""The desk behind the doors: mints access tokens, hashes passwords, acts for those who are not known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services.identity.adapters.oidc import Client, Provider
from services.identity.commands.access import Access, Lives
from services.identity.commands.attempts import Attempt
from services.identity.model import password as passwords
from shared.database.transaction import Transaction
from shared.host.service import Running
from shared.http.door import Door
from shared.identity.actor import SYSTEM
from shared.identity.role_mapping import RoleMapping
from shared.identity.signing import SigningKey

T = TypeVar("T")
C = TypeVar("C")
AT_ONCE = 2
"""How many passwords are hashed at once: each takes a core and 19 MiB, and strangers ask for it."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A minted token, and until when it is believed."""

    text: str
    expires_at: datetime


class Desk:
    """What the process has beside its database: the signing key, the time to hash, the way to a provider."""

    def __init__(self, runtime: Running) -> None:
        settings = runtime.settings
        self._clock = runtime.clock
        self._path = settings.signing_key
        self._key: SigningKey | None = None
        self._read: tuple[int, int] | None = None
        self._life = timedelta(minutes=settings.access_minutes)
        self._hashing = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing")
        self.lives = Lives(
            timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days)
        )
        client = Client(
            settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(),
            f"{settings.public_url}/api/identity/v1/provider/callback",
            settings.oidc_scope,
            settings.oidc_roles_claim,
        )
        self.provider = Provider(settings.oidc_issuer, client) if settings.oidc_issuer else None
        self.role_mapping = RoleMapping.parse(settings.oidc_roles)

    async def open(self) -> None:
        """There is nothing to make ready: the key is read when it is first needed."""

    async def close(self) -> None:
        """Hash no more."""
        self._hashing.shutdown(wait=False, cancel_futures=True)

    def mint(self, access: Access) -> AccessToken:
        """Mint a token with the key that is in place now: it may have been rotated."""
        token = self._current().mint(access.actor, self._life, clock=self._clock, origin=access.origin)
        return AccessToken(token, self._clock.now() + self._life)

    async def hash(self, password: str) -> str:
        """How a password is kept."""
        return await self._apart(passwords.hashed, password)

    async def match(self, kept: str | None, password: str) -> str | None:
        """``kept`` if it is kept of this password; takes as long where nothing is kept."""
        return kept if await self._apart(passwords.matches, kept, password) else None

    def _current(self) -> SigningKey:
        found = self._path.stat() if self._path.exists() else None
        read = (found.st_ino, found.st_mtime_ns) if found else None
        if self._key is None or read != self._read:
            self._key = SigningKey.create_or_load(self._path)
            found = self._path.stat()
            self._read = (found.st_ino, found.st_mtime_ns)
        return self._key

    async def _apart(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hashing, work, *args)


def desk(door: Door) -> Desk:
    """The desk of the process behind a door."""
    return door.runtime.part(Desk)


def attempt(door: Door, user_name: str) -> Attempt:
    """Whom somebody says to be, and from where."""
    client = door.request.scope.get("client")
    address = door.runtime.limits.key_of(door.request.scope)
    return Attempt.at_door(user_name, address or (client[0] if client else ""), address)


async def by_the_system(door: Door, use_case: Callable[[Transaction, C], T], command: C) -> T:
    """Run a use case for somebody who is not known yet: the system itself looks who that is.

    It is never only tried: what lets somebody in would otherwise be found out without a trace.
    """
    door.refuse_dry_run()
    context = replace(door.context, actor=SYSTEM).traced()
    return await door.runtime.database.write(context, lambda tx: use_case(tx, command))


async def by_the_actor(door: Door, use_case: Callable[[Transaction, C], T], command: C) -> T:
    """Run a use case of the actor that is answered in a way of its own, and never only tried."""
    door.refuse_dry_run()
    return await door.runtime.database.write(door.context.traced(), lambda tx: use_case(tx, command))
