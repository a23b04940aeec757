"""What a service is made of, as the host sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa
from fastapi import APIRouter

from shared.backbone.clockwork import Timer
from shared.backbone.projection import Projection
from shared.backbone.reaction import Reaction
from shared.backbone.transaction import Transaction
from shared.contracts.event import Event

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from shared.host.runtime import ServiceRuntime


class Worker(Protocol):
    """Work that a service does on its own, beside its doors."""

    async def run(self) -> None:
        """Work until cancelled."""


@dataclass(frozen=True)
class Service:
    """One service: its doors, its data, what it publishes and what it follows.

    ``pages`` makes the application that serves a person's pages at ``/`` (the portal alone has it).
    ``metadata`` is None for a service without a database; ``keeps_files`` is True for one that stores files.
    ``derive`` makes tables anew that follow from the others (marked ``info={"derived": True}``).
    """

    name: str
    title: str
    router: APIRouter
    metadata: sa.MetaData | None = None
    migrations: Path | None = None
    publishes: tuple[type[Event], ...] = ()
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    timers: tuple[Timer, ...] = ()
    workers: tuple[Callable[[ServiceRuntime], Worker], ...] = ()
    keeps_files: bool = False
    derive: Callable[[Transaction], None] | None = None
    pages: Callable[[ServiceRuntime], ASGIApp] | None = None
