"""What can be read of programmes."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model import Evidence, Program
from services.programs.tables import evidence, parties, programs
from shared.backbone.transaction import UnknownAggregate


def program(session: Session, program_id: UUID) -> Program:
    """One programme with its stages; raises ``UnknownAggregate``."""
    found = session.get(Program, program_id)
    if found is None:
        raise UnknownAggregate(kind="program", id=str(program_id))
    return found


def list_programs(
    session: Session, partnership_id: UUID | None, after: UUID | None, limit: int
) -> list[Program]:
    """Programmes in the order of their approval, of one partnership or of all."""
    query = sa.select(Program).order_by(programs.c.id).limit(limit)
    if partnership_id is not None:
        query = query.where(programs.c.partnership_id == partnership_id)
    if after is not None:
        query = query.where(programs.c.id > after)
    return list(session.scalars(query))


def evidence_of(session: Session, stage_id: UUID) -> list[Evidence]:
    """The evidence of a stage."""
    return list(session.scalars(sa.select(Evidence).where(evidence.c.stage_id == stage_id)))


def evidence_for(session: Session, evidence_id: UUID, organisation: UUID | None) -> Evidence:
    """One piece of evidence for a party of its partnership; for others there is none."""
    found = session.get(Evidence, evidence_id)
    if found is not None:
        query = sa.select(parties).where(
            parties.c.partnership_id == found.partnership_id, parties.c.organisation_id == organisation
        )
        if session.execute(query).first() is not None:
            return found
    raise UnknownAggregate(kind="evidence", id=str(evidence_id))
