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
"""How many passwords are hashed at once: each takes a core and 19 MiB, and anybody can cause it."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token and its expiry."""

    text: str
    expires_at: datetime


class SignInResources:
    """Resources of the process: the signing key, the hashing threads, the provider's client."""

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
        """Do nothing: the key is read when it is first needed."""

    async def close(self) -> None:
        """Stop hashing."""
        self._hashing.shutdown(wait=False, cancel_futures=True)

    def mint(self, access: Access) -> AccessToken:
        """Sign a token with the current key, which may have been rotated."""
        token = self._current().mint(access.actor, self._life, clock=self._clock, origin=access.origin)
        return AccessToken(token, self._clock.now() + self._life)

    async def hash(self, password: str) -> str:
        """The hash of a password."""
        return await self._apart(passwords.hashed, password)

    async def match(self, kept: str | None, password: str) -> str | None:
        """``kept`` if it is the hash of this password; takes as long if there is no hash."""
        return kept if await self._apart(passwords.matches, kept, password) else None

    def _current(self) -> SigningKey:
        status = self._path.stat() if self._path.exists() else None
        read = (status.st_ino, status.st_mtime_ns) if status else None
        if self._key is None or read != self._read:
            self._key = SigningKey.create_or_load(self._path)
            status = self._path.stat()
            self._read = (status.st_ino, status.st_mtime_ns)
        return self._key

    async def _apart(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._hashing, work, *args)


def sign_in_resources(door: Door) -> SignInResources:
    """The desk of the process that serves a request."""
    return door.runtime.part(SignInResources)


def attempt(door: Door, user_name: str) -> Attempt:
    """The attempt to sign in with a user name, from an address."""
    client = door.request.scope.get("client")
    address = door.runtime.limits.key_of(door.request.scope)
    return Attempt.at_door(user_name, address or (client[0] if client else ""), address)


async def run_as_system(door: Door, use_case: Callable[[Transaction, C], T], command: C) -> T:
    """Run a use case as the system, for a caller who is not authenticated yet.

    A dry run is never possible: it would let somebody try secrets without leaving a trace.
    """
    door.refuse_dry_run()
    context = replace(door.context, actor=SYSTEM).traced()
    return await door.runtime.database.write(context, lambda tx: use_case(tx, command))


async def run_as_actor(door: Door, use_case: Callable[[Transaction, C], T], command: C) -> T:
    """Run a use case of the actor with a response of its own; never as a dry run."""
    door.refuse_dry_run()
    return await door.runtime.database.write(door.context.traced(), lambda tx: use_case(tx, command))
