"""Row visibility: conditions added to every query of mapped classes, and to PostgreSQL's policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import cast
from uuid import UUID

from sqlalchemy import ClauseElement, Executable, Table, event, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    UOWTransaction,
    class_mapper,
    sessionmaker,
    with_loader_criteria,
)
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors

from shared.identity.actor import ANONYMOUS, SYSTEM, Actor
from shared.rows.viewer import EVERYTHING, ActorViewer, Condition, Viewer, settings_of

Visible = Callable[[Viewer], Mapping[type, Condition]]
"""The visibility conditions of mapped classes; unlisted ones are public."""

_LIFT = f"SELECT set_config('{EVERYTHING}', %s, true)"
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in settings_of(SYSTEM))


def everything(_seer: Viewer) -> Mapping[type, Condition]:
    """No condition: each row is public."""
    return {}


def seen_by(session: Session, actor: Actor, visible: Visible) -> None:
    """Restrict the session to rows that the actor may see; the system sees everything.

    Hidden rows do not exist for ``Session.get`` and every select of a mapped class. A select of tables
    alone is not covered; it has to start from a mapped class. On PostgreSQL the policies cover both, until
    the transaction ends or another viewer is set; pending changes of the previous one are flushed first.
    """
    before = session.info.get("seer")
    if before is not None and session.info["guarded"] and (before != actor or session.info["reached"]):
        session.flush()
    session.info["visible"] = {} if actor.is_system else _options(visible, actor)
    session.info["reached"] = False
    session.info["guarded"] = visible is not everything and session.get_bind().dialect.name == "postgresql"
    session.info["lifted"] = int(actor.is_system)
    session.info["seer"] = actor
    if session.info["guarded"] and before != actor:
        session.connection().exec_driver_sql(_TELL, tuple(settings_of(actor).values()))


def is_for_everybody(session: Session, visible: Visible, kind: type, row_id: UUID) -> bool:
    """Whether a row, in the session's current state, is visible to everybody, with or without a token."""
    condition = _to_everybody(visible).get(kind)
    if condition is None:
        return True
    table = cast("Table", class_mapper(kind).local_table)
    return session.scalar(select(true()).where(table.c.id == row_id, condition)) is not None


@contextmanager
def unhidden(session: Session) -> Iterator[None]:
    """Lift the session's filter meanwhile, for data that an act needs beyond what its actor sees."""
    before = session.info.get("visible", {})
    session.info["visible"] = {}
    _lift(session)
    try:
        yield
    finally:
        session.info["visible"] = before
        _lower(session)


def reach(session: Session) -> None:
    """Let the session write everything: it contains changes to something that its actor may not see."""
    session.info["reached"] = True


def _lift(session: Session) -> None:
    session.info["lifted"] = session.info.get("lifted", 0) + 1
    if session.info["lifted"] == 1 and session.info.get("guarded"):
        session.connection().exec_driver_sql(_LIFT, ("on",))


def _lower(session: Session) -> None:
    session.info["lifted"] -= 1
    if session.info["lifted"] == 0 and session.info.get("guarded"):
        with suppress(DBAPIError):  # the transaction has failed: its settings end with it
            session.connection().exec_driver_sql(_LIFT, ("",))


def filter_rows(sessions: sessionmaker[Session]) -> None:
    """Install the filter of :func:`seen_by` in sessions."""
    event.listen(sessions, "before_flush", _write_what_was_reached)
    event.listen(sessions, "after_flush", _written)
    event.listen(sessions, "do_orm_execute", _pass_over)


def _write_what_was_reached(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session.info.get("reached"):
        _lift(session)


def _written(session: Session, _context: UOWTransaction) -> None:
    if session.info.get("reached"):
        _lower(session)


def _pass_over(state: ORMExecuteState) -> None:
    conditions = state.session.info.get("visible")
    if conditions and state.is_select and not state.is_column_load and not state.is_relationship_load:
        ours = [conditions[kind] for kind in _kinds(state.statement) if kind in conditions]
        if ours:
            state.statement = state.statement.options(*ours)


def _kinds(statement: Executable) -> set[type]:
    """The mapped classes in a statement, subqueries included."""
    kinds = (
        kind._annotations.get("parententity") for kind in visitors.iterate(cast("ClauseElement", statement))
    )
    return {entity.mapper.class_ for entity in kinds if entity is not None}


@lru_cache
def _to_everybody(visible: Visible) -> Mapping[type, Condition]:
    """The conditions for the public."""
    return visible(ActorViewer(ANONYMOUS))


@lru_cache(1024)
def _options(visible: Visible, actor: Actor) -> Mapping[type, ORMOption]:
    """The loader criteria for the selects of an actor.

    They are not applied to relationships: these lead from an object to its own parts (ensured by a test).
    """
    return {
        kind: with_loader_criteria(kind, condition, propagate_to_loaders=False)
        for kind, condition in visible(ActorViewer(actor)).items()
    }
