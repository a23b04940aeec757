"""`kemitraan`, made to die by SIGKILL at one exact point of its work.

``prepare(POINT, FUSE)`` leaves a process that is about to be `kemitraan` as it is, but for three things:
while the file FUSE exists, the first process that comes to POINT takes the file away and is killed; a message
that a killed process left unacknowledged comes again after two seconds instead of thirty; and every
projection keeps a tally of what it applied, in the transaction of its rows, which may look the same twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nats.aio.msg import Msg

from services.registry import NAMES, service
from shared.contracts.envelope import Envelope
from shared.contracts.partners import PartnershipSigned
from shared.database import migrate
from shared.database.outbox import OutboxRow
from shared.database.transaction import Transaction
from shared.events import projection
from shared.events.projection import Projection, ProjectionRunner
from shared.events.puller import Puller
from shared.events.reaction import ReactionRunner
from shared.events.relay import Relay
from shared.rows.policies import Policy

# How often a projection applied an event; of the tests alone.
tally = sa.Table(
    "tally",
    sa.MetaData(),
    sa.Column("projection", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
)
SEVERAL = 3
ACK_WAIT = 2.0


class Fuse:
    """A file that lets one process die, once: who takes it away, dies."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def lit(self) -> bool:
        """Whether somebody may still die."""
        return self.path.exists()

    def taken(self) -> bool:
        """Whether it is this process that must die."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def blow(self) -> None:
        """Die, unless the fuse is gone."""
        if self.taken():
            kill()


def kill() -> None:
    """End this process as a power cut would: nothing is flushed, closed or handed back."""
    os.kill(os.getpid(), signal.SIGKILL)


def between_commit_and_publish(fuse: Fuse) -> None:
    """A signed partnership is committed; no event of its batch has left."""
    original = Relay._publish

    async def publish(relay: Relay, rows: Sequence[OutboxRow], *more: Any) -> list[int]:
        if _of_interest(rows):
            fuse.blow()
        return await original(relay, rows, *more)

    Relay._publish = publish  # type: ignore[method-assign, assignment]


def between_publish_and_mark(fuse: Fuse) -> None:
    """The broker has acknowledged a signed partnership; the outbox does not know it."""
    original = Relay._publish

    async def publish(relay: Relay, rows: Sequence[OutboxRow], *more: Any) -> list[int]:
        stored = await original(relay, rows, *more)
        if _of_interest(rows):
            fuse.blow()
        return stored

    Relay._publish = publish  # type: ignore[method-assign, assignment]


def mid_batch(fuse: Fuse) -> None:
    """A projection has written several signed partnerships; the last event and the commit lack."""
    original = ProjectionRunner._apply_in

    class Gathering(Puller):
        """Gives nothing until there are several; what it holds outlives a reader that waits no longer."""

        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._held: list[Msg] = []

        async def next(self) -> list[Msg]:
            while not self._held:
                self._held += await super().next()
            while fuse.lit and len(self._held) < SEVERAL:
                with contextlib.suppress(TimeoutError):  # nothing more may come, and the fuse be gone
                    async with asyncio.timeout(0.1):
                        self._held += await super().next()
            held, self._held = self._held, []
            return held

    def apply_in(self: ProjectionRunner, tx: Transaction, envelopes: Sequence[Envelope], *place: Any) -> None:
        signed = any(envelope.event_type == PartnershipSigned.type() for envelope in envelopes)
        if signed and len(envelopes) >= SEVERAL and fuse.taken():
            original(self, tx, envelopes[:-1], *place)
            kill()
        original(self, tx, envelopes, *place)

    projection.Puller = Gathering  # type: ignore[assignment, attr-defined]
    ProjectionRunner._apply_in = apply_in  # type: ignore[method-assign, assignment]


def mid_work(fuse: Fuse) -> None:
    """A reaction is inside its transaction."""
    original = ReactionRunner.work

    async def work(self: ReactionRunner, envelope: Envelope, **more: Any) -> bool:
        # Time in which an acknowledgement that was given too early leaves: then the work is lost for good.
        await asyncio.sleep(0.1)
        return await original(self, envelope, **more, also=lambda _tx: fuse.blow())

    ReactionRunner.work = work  # type: ignore[method-assign]


def between_work_and_acknowledgement(fuse: Fuse) -> None:
    """A reaction's work is committed; the broker does not know it."""
    original = ReactionRunner.work

    async def work(self: ReactionRunner, envelope: Envelope, **more: Any) -> bool:
        done = await original(self, envelope, **more)
        fuse.blow()
        return done

    ReactionRunner.work = work  # type: ignore[method-assign]


POINTS = {
    point.__name__: point
    for point in (
        between_commit_and_publish,
        between_publish_and_mark,
        mid_batch,
        mid_work,
        between_work_and_acknowledgement,
    )
}


def _of_interest(rows: Sequence[OutboxRow]) -> bool:
    return any(f".{PartnershipSigned.event_name}." in row.subject for row in rows)


def _keep_tallies() -> None:
    upgrade = migrate.upgrade

    def with_tally(url: str, migrations: Path, guards: Sequence[Policy] = ()) -> list[str]:
        revisions = upgrade(url, migrations, guards)
        engine = sa.create_engine(migrate.sync_url(url), poolclass=sa.NullPool)
        tally.metadata.create_all(engine)
        engine.dispose()
        return revisions

    migrate.upgrade = with_tally
    for kind in {Projection} | {type(one) for name in NAMES for one in service(name).projections}:
        if "apply" in vars(kind):
            kind.apply = _counted(kind.apply)  # type: ignore[method-assign]


def _counted(apply: Callable[[Projection, Transaction, Envelope], None]) -> Any:
    def counted(self: Projection, tx: Transaction, envelope: Envelope) -> None:
        apply(self, tx, envelope)
        ours = sa.and_(tally.c.projection == self.name, tally.c.event_id == envelope.id)
        more = sa.update(tally).where(ours).values(times=tally.c.times + 1)
        if not tx.execute(more).rowcount:
            row = {"projection": self.name, "event_id": envelope.id, "times": 1}
            tx.execute(sa.insert(tally), row)

    return counted


def _come_again_soon() -> None:
    for name in NAMES:
        for reaction in service(name).reacts:
            object.__setattr__(reaction, "ack_wait", ACK_WAIT)


def prepare(point: str, fuse: str) -> None:
    """Make this process die at a point, once the fuse is lit."""
    POINTS[point](Fuse(Path(fuse)))
    _keep_tallies()
    _come_again_soon()
