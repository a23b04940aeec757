"""Queries of evidence: public metadata, files for parties and staff of the agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import partnerships
from services.programs.tables.programs import programs, stages
from services.programs.visibility import among_evidence, among_partnerships
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import StageState
from shared.database import reading
from shared.database.transaction import UnknownAggregate
from shared.identity.actor import Actor
from shared.refusal import Term
from shared.rows.viewer import ActorViewer


@dataclass(frozen=True, slots=True)
class EarlierUse:
    """A completed stage of which the same file is evidence, and the stage's programme."""

    partnership_id: UUID
    program_id: UUID
    program_title: str
    stage_id: UUID
    stage_title: str
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class UsedEvidence:
    """A piece of evidence, and of what the same file was evidence before."""

    evidence: Evidence
    evidence_before: tuple[EarlierUse, ...]


def evidence_of(session: Session, stage_id: UUID, after: UUID | None, limit: int) -> list[UsedEvidence]:
    """The evidence of a stage, in the order of the uploads; raises ``UnknownAggregate`` without the stage."""
    if session.scalar(sa.select(stages.c.id).where(stages.c.id == stage_id)) is None:
        raise UnknownAggregate(kind=Term("stage"), id=str(stage_id))
    query = sa.select(Evidence).where(evidence.c.stage_id == stage_id).order_by(evidence.c.id).limit(limit)
    if after is not None:
        query = query.where(evidence.c.id > after)
    return _with_uses(session, session.scalars(query).all())


def list_evidence(
    session: Session, partnership_id: UUID, reader: Actor, after: UUID | None, limit: int
) -> list[UsedEvidence]:
    """All evidence of a partnership that the reader works in; raises ``UnknownAggregate``."""
    known = sa.select(partnerships.c.id).where(
        partnerships.c.id == partnership_id, among_partnerships(ActorViewer(reader))
    )
    if session.scalar(known) is None:
        raise UnknownAggregate(kind=Term("partnership"), id=str(partnership_id))
    query = sa.select(Evidence).where(evidence.c.partnership_id == partnership_id)
    if after is not None:
        query = query.where(evidence.c.id > after)
    return _with_uses(session, session.scalars(query.order_by(evidence.c.id).limit(limit)).all())


def _with_uses(session: Session, files: Sequence[Evidence]) -> list[UsedEvidence]:
    """Files with the completed stages of which each was evidence before, by the days of their completion."""
    completed = (
        sa.select(
            evidence.c.sha256,
            programs.c.partnership_id,
            programs.c.id,
            programs.c.title,
            stages.c.id.label("stage_id"),
            stages.c.title.label("stage_title"),
            stages.c.completed_at,
        )
        .join_from(evidence, stages, evidence.c.stage_id == stages.c.id)
        .join(programs, programs.c.id == stages.c.program_id)
        .where(
            stages.c.state == StageState.COMPLETED,
            evidence.c.sha256.in_({file.sha256 for file in files}),
        )
        .distinct()
        .order_by(stages.c.completed_at, stages.c.id)
    )
    uses: dict[str, list[EarlierUse]] = {}
    for sha256, *use in session.execute(completed):
        uses.setdefault(sha256, []).append(EarlierUse(*use))
    ends = {use.stage_id: use.completed_at for listed in uses.values() for use in listed}
    return [
        UsedEvidence(
            file,
            tuple(
                use
                for use in uses.get(file.sha256, ())
                if use.stage_id != file.stage_id
                and (file.stage_id not in ends or use.completed_at < ends[file.stage_id])
            ),
        )
        for file in files
    ]


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
