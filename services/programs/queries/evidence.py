"""Queries of evidence: public metadata, files for parties and staff of the agency."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import partnerships
from services.programs.tables.programs import stages
from services.programs.visibility import among_evidence, among_partnerships
from shared.contracts.envelope import Envelope
from shared.database import reading
from shared.database.transaction import UnknownAggregate
from shared.identity.actor import Actor
from shared.refusal import Term
from shared.rows.viewer import ActorViewer


def evidence_of(session: Session, stage_id: UUID, after: UUID | None, limit: int) -> list[Evidence]:
    """The evidence of a stage, in the order of the uploads; raises ``UnknownAggregate`` without the stage."""
    if session.scalar(sa.select(stages.c.id).where(stages.c.id == stage_id)) is None:
        raise UnknownAggregate(kind=Term("stage"), id=str(stage_id))
    query = sa.select(Evidence).where(evidence.c.stage_id == stage_id).order_by(evidence.c.id).limit(limit)
    if after is not None:
        query = query.where(evidence.c.id > after)
    return list(session.scalars(query))


def list_evidence(
    session: Session, partnership_id: UUID, reader: Actor, after: UUID | None, limit: int
) -> list[Evidence]:
    """All evidence of a partnership that the reader works in; raises ``UnknownAggregate``."""
    known = sa.select(partnerships.c.id).where(
        partnerships.c.id == partnership_id, among_partnerships(ActorViewer(reader))
    )
    if session.scalar(known) is None:
        raise UnknownAggregate(kind=Term("partnership"), id=str(partnership_id))
    query = sa.select(Evidence).where(evidence.c.partnership_id == partnership_id)
    if after is not None:
        query = query.where(evidence.c.id > after)
    return list(session.scalars(query.order_by(evidence.c.id).limit(limit)))


def evidence_for(session: Session, evidence_id: UUID, reader: Actor) -> Evidence:
    """One piece of evidence whose file the reader may download; not found for others."""
    query = sa.select(Evidence).where(evidence.c.id == evidence_id, among_evidence(ActorViewer(reader)))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise UnknownAggregate(kind=Term("evidence"), id=str(evidence_id))
    return row


def timeline(session: Session, evidence_id: UUID) -> list[Envelope]:
    """Everything that happened to evidence, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Evidence, evidence_id)
