"""What the doors of a service find while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from uuid import UUID

from shared.clock import Clock
from shared.database.database import Database
from shared.http.limits import Limits
from shared.http.outgoing import Guard
from shared.identity.tokens import TokenVerifier
from shared.settings import Settings
from shared.storage import BlobStore

W = TypeVar("W")


class Serving(Protocol):
    """A running service, as its doors and what stands behind them need it; the host makes it."""

    settings: Settings
    clock: Clock
    new_id: Callable[[], UUID]
    verifier: TokenVerifier
    limits: Limits
    blobs: BlobStore
    outgoing: Guard

    @property
    def service(self) -> Any:
        """Its declaration; ``name`` is what it is called."""

    @property
    def database(self) -> Database:
        """The service's database; ``RuntimeError`` for a service without one."""

    def worker(self, kind: type[W]) -> W:
        """The service's own worker or resource of that kind; ``LookupError`` where it has none."""
