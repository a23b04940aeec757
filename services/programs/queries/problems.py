"""Queries of problems."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from services.programs.model.problem import Problem
from services.programs.tables.problems import problems
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import ProblemPhase
from shared.database import reading


def problem(session: Session, problem_id: UUID) -> Problem:
    """One problem with its whole analysis; raises ``UnknownAggregate``."""
    return reading.find_one(session, Problem, problem_id)


def list_problems(
    session: Session,
    partnership_id: UUID | None,
    phase: ProblemPhase | None,
    problem_type: str | None,
    q: str | None,
    after: UUID | None,
    limit: int,
) -> list[Problem]:
    """Problems in the order of registration, without their parts."""
    query = sa.select(Problem).options(lazyload("*")).order_by(problems.c.id).limit(limit)
    if partnership_id is not None:
        query = query.where(problems.c.partnership_id == partnership_id)
    if phase is not None:
        query = query.where(problems.c.phase == phase)
    if problem_type is not None:
        query = query.where(problems.c.problem_type == problem_type)
    if q is not None:
        query = query.where(reading.has_words(problems.c.search_key, q))
    if after is not None:
        query = query.where(problems.c.id > after)
    return list(session.scalars(query))


def timeline(session: Session, problem_id: UUID) -> list[Envelope]:
    """Everything that happened to a problem, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Problem, problem_id)
