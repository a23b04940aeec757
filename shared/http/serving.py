"""Process-wide resources used by the HTTP layer."""

from __future__ import annotations

from typing import Protocol, TypeVar

from shared.clock import Clock
from shared.database.database import Database
from shared.http.outgoing import OutgoingGuard
from shared.http.rate_limits import RateLimits
from shared.identity.tokens import TokenVerifier
from shared.settings import Settings
from shared.storage import BlobStore

P = TypeVar("P")


class NamedService(Protocol):
    """A service, as far as the HTTP layer knows it."""

    @property
    def name(self) -> str:
        """Its name, as in addresses."""


class ServiceContext(Protocol):
    """A running service for the HTTP layer: its settings, clock, data and limits."""

    settings: Settings
    clock: Clock
    blobs: BlobStore
    verifier: TokenVerifier
    limits: RateLimits
    outgoing: OutgoingGuard

    @property
    def service(self) -> NamedService:
        """The service."""

    @property
    def database(self) -> Database:
        """Its database; ``RuntimeError`` for a service without one."""

    def part(self, kind: type[P]) -> P:
        """Its worker or resource of that class; ``LookupError`` if it has none."""
