"""What the doors of a service use of the process that serves it."""

from __future__ import annotations

from typing import Protocol, TypeVar

from shared.clock import Clock
from shared.database.database import Database
from shared.http.limits import Limits
from shared.http.outgoing import Guard
from shared.identity.tokens import TokenVerifier
from shared.settings import Settings
from shared.storage import BlobStore

P = TypeVar("P")


class Named(Protocol):
    """A service, as far as its doors know it."""

    @property
    def name(self) -> str:
        """Its name, as in addresses."""


class Serving(Protocol):
    """A service while it runs: its settings, its time, its data, and what guards its doors."""

    settings: Settings
    clock: Clock
    blobs: BlobStore
    verifier: TokenVerifier
    limits: Limits
    outgoing: Guard

    @property
    def service(self) -> Named:
        """Which service it is."""

    @property
    def database(self) -> Database:
        """Its database; ``RuntimeError`` for a service without one."""

    def part(self, kind: type[P]) -> P:
        """Its own worker or resource of that kind; ``LookupError`` where it has none."""
