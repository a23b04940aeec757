"""Service declaration: events, consumers, timers, workers, routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.types import ASGIApp

from shared.contracts import audit  # noqa: F401  (every service publishes its events)
from shared.contracts.event import Event, published_by
from shared.database.transaction import AreaOf, Transaction, no_area
from shared.events.broker import Bus
from shared.events.projection import Projection
from shared.events.reaction import Reaction
from shared.host import revoked
from shared.http.routes import Operations
from shared.http.serving import ServiceContext
from shared.privacy.personal import Personal
from shared.rows.visibility import Visible, everything
from shared.settings import Settings
from shared.timer_runner import Timer
from shared.worker import Resource, Worker


class Running(ServiceContext, Protocol):
    """What the parts of a running service need: what request handlers need, and the bus."""

    new_id: Callable[[], UUID]
    bus: Bus


@dataclass(frozen=True)
class Service:
    """One service: its API, its data, and the events that it follows.

    ``pages`` makes the application that serves HTML pages at ``/`` (only the portal has it). ``metadata``
    is None for a service without a database; ``keeps_files`` is True for one that stores files. ``derive``
    recomputes tables that are derived from the others (marked ``info={"derived": True}``).
    ``hears_everything`` is True for one that may read every event on the bus (the portal's feed). ``mints``
    is True for the one that signs tokens (identity). ``personal`` declares its personal data. ``tells`` are
    warnings for operators of a ready service, by subject. ``webhooks`` describes its webhook requests.
    ``operations`` are its HTTP operations, ``visible`` says which rows an actor sees, and ``area_of`` in
    which area an aggregate is.
    """

    name: str
    title: str
    operations: tuple[Operations, ...]
    metadata: sa.MetaData | None = None
    migrations: Path | None = None
    projections: tuple[Projection, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    timers: tuple[Timer, ...] = ()
    workers: tuple[Callable[[Running], Worker], ...] = ()
    resources: tuple[Callable[[Running], Resource], ...] = ()
    keeps_files: bool = False
    hears_everything: bool = False
    mints: bool = False
    derive: Callable[[Transaction], None] | None = None
    personal: Personal = field(default_factory=Personal)
    visible: Visible = everything
    area_of: AreaOf = no_area
    pages: Callable[[Running], ASGIApp] | None = None
    webhooks: APIRouter | None = None
    tells: Callable[[Session, Settings], Mapping[str, str]] | None = None

    @property
    def publishes(self) -> tuple[type[Event], ...]:
        """The events that name it as their publisher."""
        return published_by(self.name)

    @property
    def follows(self) -> list[Projection]:
        """Its own projections, and the one of every service with data: revoked access."""
        return [*self.projections, *([revoked.PROJECTION] if self.metadata is not None else [])]

    @property
    def reacts(self) -> list[Reaction]:
        """Its own reactions, and the one of every service with data: erasing persons."""
        return [*self.reactions, *([self.personal.reaction] if self.metadata is not None else [])]

    @property
    def consumers(self) -> list[Projection | Reaction]:
        """All its consumers of events."""
        return [*self.follows, *self.reacts]
