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
"""The condition under which a viewer sees a mapped class's rows; one not named is for everybody."""

_LIFT = f"SELECT set_config('{EVERYTHING}', %s, true)"
_TELL = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in settings_of(SYSTEM))


def everything(_seer: Viewer) -> Mapping[type, Condition]:
    """No condition: each row is for everybody."""
    return {}


def seen_by(session: Session, actor: Actor, visible: Visible) -> None:
    """Let the session find what the actor may see, and nothing else; the system sees everything.

    What is hidden is not there: ``Session.get`` and every select of a mapped class pass it over. A select of
    tables alone is not covered; it has to start from a class that is. On PostgreSQL the policies see to
    both, until the transaction ends or another seer follows in it; what the one before wrote is written then.
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
    """Whether a row, as the session has left it, is there for everybody, with or without a token."""
    condition = _to_everybody(visible).get(kind)
    if condition is None:
        return True
    table = cast("Table", class_mapper(kind).local_table)
    return session.scalar(select(true()).where(table.c.id == row_id, condition)) is not None


@contextmanager
def unhidden(session: Session) -> Iterator[None]:
    """Let the session find and write everything meanwhile: what an act needs beyond what its actor sees."""
    before = session.info.get("visible", {})
    session.info["visible"] = {}
    _lift(session)
    try:
        yield
    finally:
        session.info["visible"] = before
        _lower(session)


def reach(session: Session) -> None:
    """Have the session write all that it is given: there is something among it that its actor may not see."""
    session.info["reached"] = True


def _lift(session: Session) -> None:
    session.info["lifted"] = session.info.get("lifted", 0) + 1
    if session.info["lifted"] == 1 and session.info.get("guarded"):
        session.connection().exec_driver_sql(_LIFT, ("on",))


def _lower(session: Session) -> None:
    session.info["lifted"] -= 1
    if session.info["lifted"] == 0 and session.info.get("guarded"):
        with suppress(DBAPIError):  # the transaction has failed: what it had set ends with it
            session.connection().exec_driver_sql(_LIFT, ("",))


def filter_rows(sessions: sessionmaker[Session]) -> None:
    """Have the sessions pass over what their actor may not see (:func:`seen_by` says who that is)."""
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
    """The mapped classes of which a statement asks anywhere, also in a subquery."""
    kinds = (
        kind._annotations.get("parententity") for kind in visitors.iterate(cast("ClauseElement", statement))
    )
    return {entity.mapper.class_ for entity in kinds if entity is not None}


@lru_cache
def _to_everybody(visible: Visible) -> Mapping[type, Condition]:
    """The conditions for those who are nobody."""
    return visible(ActorViewer(ANONYMOUS))


@lru_cache(1024)
def _options(visible: Visible, actor: Actor) -> Mapping[type, ORMOption]:
    """The conditions for the selects of an actor.

    They stay off relationships: these lead from a thing to its own parts (a test sees to it).
    """
    return {
        kind: with_loader_criteria(kind, condition, propagate_to_loaders=False)
        for kind, condition in visible(ActorViewer(actor)).items()
    }
