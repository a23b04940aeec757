"""Transaction context of a use case: aggregates, actor, time, recorded events."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, Executable, Table, select
from sqlalchemy.orm import Session, class_mapper

from shared.areas import zone_of
from shared.contracts.audience import Audience
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.database import timers
from shared.database.row_writer import RowWriter
from shared.days import days_at
from shared.i18n import N_
from shared.identity.actor import Actor
from shared.identity.permissions import NOBODY, Permission, Relation
from shared.observability.tracing import current_traceparent
from shared.refusal import Refusal, Term
from shared.rows.visibility import Visible, everything, is_for_everybody, reach, unhidden


class Aggregate(Protocol):
    """The protocol of an aggregate: an id, a version that it increases, an owning agency."""

    id: UUID
    version: int
    agency: str


A = TypeVar("A", bound=Aggregate)
UTC_ZONE = ZoneInfo("UTC")


class UnknownAggregate(Refusal):
    """Nothing has that id, or the actor may not see it."""

    kind = "unknown"
    message = N_("There is no %(kind)s with the id %(id)s.")
    remedy = N_("Check the id, or look it up in the list.")


class ChangedSinceRead(Refusal):
    """The aggregate is newer than the version in If-Match."""

    kind = "stale"
    message = N_(
        "The %(kind)s has been changed by someone else: it is at version %(actual)s, you read "
        "version %(expected)s."
    )
    remedy = N_("Read it again and repeat your change on the current version.")


class NeverAsked(AssertionError):
    """A use case did not call :meth:`Transaction.permit`: a bug, so nothing is committed."""


def noun(kind: type) -> Term:
    """The name of an aggregate, for the catalogues: “trust round” for ``TrustRound``."""
    return Term(re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower())


@dataclass(frozen=True, slots=True)
class Context:
    """The actor and the origin of an act; it is passed from the first request to the last effect.

    ``permission`` says who may do the requested operation; the system itself needs none.
    """

    actor: Actor
    correlation_id: str
    causation_id: str
    traceparent: str | None = None
    expected_version: int | None = None
    permission: Permission = NOBODY

    def caused_by(self, envelope: Envelope) -> Context:
        """The context of work caused by ``envelope``."""
        return replace(
            self,
            correlation_id=envelope.correlation_id,
            causation_id=str(envelope.id),
            traceparent=current_traceparent() or envelope.traceparent,
        )

    def traced(self) -> Context:
        """The same context below the current span, if there is one."""
        traceparent = current_traceparent()
        return replace(self, traceparent=traceparent) if traceparent else self


@dataclass(slots=True)
class _Act:
    """Replaces the aggregate of an audited act."""

    id: UUID
    agency: str
    version: int = 0


AreaOf = Callable[[Session, Any], "str | None"]
"""The code of the area of an aggregate, by which its days begin and end; None if it has none."""


def no_area(_session: Session, _aggregate: object) -> None:
    """The area of aggregates that are nowhere."""
    return


class Transaction:
    """One unit of work: rows changed and events recorded together, or not at all."""

    def __init__(
        self,
        session: Session,
        context: Context,
        now: datetime,
        new_id: Callable[[], UUID],
        users_zone: ZoneInfo = UTC_ZONE,
        visible: Visible = everything,
        origin: str = "",
        new_secret: Callable[[], bytes] = secrets.token_bytes,
        area_of: AreaOf = no_area,
    ) -> None:
        self._session = session
        self.context = context
        self.now = now
        self.new_id = new_id
        self.new_secret = new_secret
        self.users_zone = users_zone
        self._area_of = area_of
        self._zone: ZoneInfo | None = None
        self._visible = visible
        self._origin = origin
        self._aggregates: dict[UUID, Aggregate] = {}
        self._events: list[Event] = []
        self._public: dict[UUID, bool] = {}
        self._rows = RowWriter(session)
        self._expected = context.expected_version
        self._asked = context.actor.is_system or not context.permission.asks_for_relation
        self.recorded: list[Envelope] = []
        self.locked: dict[UUID, type] = {}
        # The owner of the data: the actor's agency, or that of the event that a projection applies.
        self.agency = context.actor.agency

    @property
    def session(self) -> Session:
        """The session, with all inserted rows flushed."""
        if self._rows:
            self._rows.write()
        return self._session

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the place of the first aggregate that has one; before it is loaded, the users'."""
        if self._zone is None:
            # Where a partnership is decides on the day also for whoever does not see the partnership.
            with self.unhidden():
                areas = (self._area_of(self.session, aggregate) for aggregate in self._aggregates.values())
                area = next(filter(None, areas), None)
            if area:
                self._zone = zone_of(area) or self.users_zone
        return self._zone or self.users_zone

    @property
    def today(self) -> date:
        """The calendar day of ``now`` where the transaction takes place."""
        return self.now.astimezone(self.zone).date()

    def today_in(self, *areas: str) -> date:
        """The latest current day: there, where the transaction takes place, or in the users' time zone."""
        return max(days_at(self.now, self.users_zone, *areas)[-1], self.today)

    def start_of(self, day: date) -> datetime:
        """The first moment of ``day`` where the transaction takes place."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def set_timer(self, name: str, about: UUID, due_at: datetime, key: str = "") -> None:
        """Make the timer ``name`` fire at ``due_at`` for ``about`` (at once, if that has passed).

        An existing timer with the same name, ``about`` and ``key`` is moved.
        """
        timers.set_timer(self.session, name, about, due_at, key)

    def drop_timer(self, name: str, about: UUID, key: str = "") -> None:
        """Remove the timer, if it is set."""
        timers.drop(self.session, name, about, key)

    @property
    def actor(self) -> Actor:
        """The person or system that acts."""
        return self.context.actor

    def permit(self, relations: Iterable[Relation]) -> frozenset[str]:
        """Refuse an actor who may not do this, given their ``relations`` to its subject.

        Returns the roles in which the actor may.
        """
        self._asked = True
        return self.context.permission.require(self.actor, relations)

    def repeat(self) -> None:
        """Mark the permission as checked: an earlier answer under the same key is returned."""
        self._asked = True

    def get(self, kind: type[A], aggregate_id: UUID) -> A:
        """Load an aggregate for change.

        The row is locked on PostgreSQL. The first aggregate loaded is the one the command addresses:
        its version is compared with the caller's If-Match. Raises :class:`UnknownAggregate` and
        :class:`ChangedSinceRead`.
        """
        self.locked[aggregate_id] = kind
        aggregate = self.session.get(kind, aggregate_id, with_for_update=True)
        if aggregate is None:
            raise UnknownAggregate(kind=noun(kind), id=str(aggregate_id))
        if self._expected is not None:
            expected, self._expected = self._expected, None
            if aggregate.version != expected:
                raise ChangedSinceRead(kind=noun(kind), actual=aggregate.version, expected=expected)
        self._aggregates[aggregate_id] = aggregate
        return aggregate

    def lock(self, aggregates: Mapping[UUID, type]) -> None:
        """Lock these rows in the order of their ids, so that two transactions cannot block each other."""
        for aggregate_id, kind in sorted(aggregates.items(), key=lambda item: item[0]):
            table = cast("Table", class_mapper(kind).local_table)
            self.execute(select(table.c.id).where(table.c.id == aggregate_id).with_for_update())

    def reach(self, kind: type[A], aggregate_id: UUID) -> A:
        """Load an aggregate that an act affects, whether or not its actor may see it."""
        reach(self.session)
        with self.unhidden():
            return self.get(kind, aggregate_id)

    def unhidden(self) -> AbstractContextManager[None]:
        """Lift the visibility filter meanwhile, for data that an act needs beyond what its actor sees."""
        return unhidden(self.session)

    def add(self, aggregate: A) -> A:
        """Add a new aggregate."""
        self.session.add(aggregate)
        self._aggregates[aggregate.id] = aggregate
        return aggregate

    def add_unseen(self, aggregate: A) -> A:
        """Add a new aggregate, whether or not its actor may see it."""
        reach(self.session)
        return self.add(aggregate)

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Insert a row without an aggregate, as projections do; consecutive rows are written at once."""
        self._rows.add(table, row)

    def upsert(
        self, table: Table, row: Mapping[str, Any], first: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Insert a row, or update the one that has its primary key; ``first`` is for a new row alone.

        Consecutive rows are written at once, as with :meth:`insert`.
        """
        updated = frozenset(row) - {column.name for column in table.primary_key}
        self._rows.add(table, {**row, **first}, updated)

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Execute a Core statement; added rows are flushed first, except for an insertion.

        Pass values as ``parameters`` rather than in the statement, which is then compiled once.
        """
        if not getattr(statement, "is_insert", False):
            self.session.flush()
        return self.session.connection().execute(statement, parameters)

    def record(self, event: Event) -> None:
        """Record an event; it is published after the commit, and only then."""
        if event.aggregate_id not in self._aggregates:
            raise LookupError(
                f"{type(event).__name__} is about {event.aggregate_id}, which was neither loaded nor added"
            )
        if all(earlier.aggregate_id != event.aggregate_id for earlier in self._events):
            self._aggregates[event.aggregate_id].version += 1
        self._events.append(event)

    def audit(self, event: Event, agency: str = "") -> None:
        """Record an act without an aggregate: its subject is a new id."""
        self._aggregates[event.aggregate_id] = _Act(event.aggregate_id, agency or self.agency)
        self.record(event)

    def seal(self) -> None:
        """Flush, and put the recorded events into envelopes; calling it again does nothing.

        Raises :class:`NeverAsked` if the permission depends on a relation that was not checked.
        """
        if not self._asked:
            raise NeverAsked(self.context.permission)
        self._rows.write()
        self.recorded += [self._wrap(event) for event in self._events]
        self._events = []

    def _wrap(self, event: Event) -> Envelope:
        aggregate = self._aggregates[event.aggregate_id]
        return Envelope(
            id=self.new_id(),
            publisher=event.publisher,
            name=event.event_name,
            version=event.event_version,
            aggregate_id=event.aggregate_id,
            aggregate_version=aggregate.version,
            agency=aggregate.agency,
            time=self.now,
            correlation_id=self.context.correlation_id,
            causation_id=self.context.causation_id,
            organisation=str(self.actor.organisation) if self.actor.organisation else None,
            actor=None if self.actor.is_system else self.actor.person,
            auth_agency=None if self.actor.is_system else self.actor.agency,
            traceparent=self.context.traceparent,
            public=event.told_to is Audience.PUBLIC and self._is_for_everybody(aggregate),
            origin=self._origin,
            data=event.model_dump(mode="json"),
        )

    def _is_for_everybody(self, aggregate: Aggregate) -> bool:
        """Whether the subject of an event is public after this transaction."""
        if aggregate.id not in self._public:
            public = is_for_everybody(self._session, self._visible, type(aggregate), aggregate.id)
            self._public[aggregate.id] = public
        return self._public[aggregate.id]
