"""What an actor may see of a service's rows, added to every select of mapped classes in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.interfaces import ORMOption

from shared.identity.actor import Actor

Visible = Callable[[Actor], Sequence[ORMOption]]
"""The conditions (``with_loader_criteria``) under which an actor sees the rows of each mapped class."""


def everything(_actor: Actor) -> Sequence[ORMOption]:
    """No condition: each row is for everybody."""
    return ()


def seen_by(session: Session, actor: Actor, visible: Visible) -> None:
    """Let the session find what the actor may see, and nothing else; the system sees everything.

    What is hidden is not there: ``Session.get`` and every select of a mapped class, with what hangs on it,
    pass it over. A select of tables alone is not covered; it has to start from a class that is.
    """
    session.info["actor"] = actor
    session.info["visible"] = () if actor.is_system else tuple(visible(actor))


@contextmanager
def unhidden(session: Session) -> Iterator[None]:
    """Let the session find everything meanwhile, for what an act brings about beyond what its actor sees."""
    before = session.info.get("visible", ())
    session.info["visible"] = ()
    try:
        yield
    finally:
        session.info["visible"] = before


@event.listens_for(Session, "do_orm_execute")
def _pass_over(state: ORMExecuteState) -> None:
    conditions = state.session.info.get("visible")
    if conditions and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(*conditions)
