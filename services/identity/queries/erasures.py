"""Queries of erasures and their progress."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.identity.model.erasure import Erasure, Step
from services.identity.tables.erasures import erasure_steps, erasures
from shared.database import reading


def erasure(session: Session, erasure_id: UUID) -> tuple[Erasure, list[Step]]:
    """One erasure that the actor may see, and its steps; raises ``UnknownAggregate``."""
    order = reading.find_one(session, Erasure, erasure_id)
    return order, _steps(session, [erasure_id])[erasure_id]


def list_erasures(session: Session, after: UUID | None, limit: int) -> list[tuple[Erasure, list[Step]]]:
    """The erasures that the actor may see, in the order in which they were ordered."""
    order = reading.find_many(session, Erasure, erasures, {}, after, limit)
    steps = _steps(session, [erasure.id for erasure in order])
    return [(erasure, steps[erasure.id]) for erasure in order]


def _steps(session: Session, ids: list[UUID]) -> dict[UUID, list[Step]]:
    chosen = (getattr(erasure_steps.c, name) for name in ("erasure_id", "service", "rows", "finished_at"))
    query = sa.select(*chosen).where(erasure_steps.c.erasure_id.in_(ids)).order_by(erasure_steps.c.service)
    steps: dict[UUID, list[Step]] = {step: [] for step in ids}
    for erasure_id, *facts in session.connection().execute(query):
        steps[erasure_id].append(Step(*facts))
    return steps
