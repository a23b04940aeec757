"""Queries of programmes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.program import Program
from services.programs.tables.programs import addressed, programs
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import ProgramState
from shared.database import reading


def program(session: Session, program_id: UUID) -> Program:
    """One programme with its stages; raises ``UnknownAggregate``."""
    return reading.find_one(session, Program, program_id)


def list_programs(
    session: Session,
    partnership_id: UUID | None,
    state: ProgramState | None,
    problem_id: UUID | None,
    q: str | None,
    after: UUID | None,
    limit: int,
) -> list[Program]:
    """Programmes in the order of their proposal: of one partnership, in one state, on one problem, or all."""
    query = sa.select(Program).order_by(programs.c.id).limit(limit)
    if partnership_id is not None:
        query = query.where(programs.c.partnership_id == partnership_id)
    if state is not None:
        query = query.where(programs.c.state == state)
    if problem_id is not None:
        query = query.where(
            programs.c.id.in_(sa.select(addressed.c.program_id).where(addressed.c.problem_id == problem_id))
        )
    if q is not None:
        query = query.where(reading.has_words(programs.c.search_key, q))
    if after is not None:
        query = query.where(programs.c.id > after)
    return list(session.scalars(query))


def timeline(session: Session, program_id: UUID) -> list[Envelope]:
    """Everything that happened to a programme and its stages, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Program, program_id)
