"""What can be read of evidence: its facts by everybody, the files by the parties."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.evidence import Evidence
from services.programs.tables.evidence import evidence
from services.programs.tables.partnerships import parties
from services.programs.tables.programs import stages
from shared.backbone import outbox
from shared.backbone.envelope import Envelope
from shared.backbone.transaction import UnknownAggregate
from shared.identity.actor import NotAParty
from shared.refusal import Term


def evidence_of(session: Session, stage_id: UUID) -> list[Evidence]:
    """The evidence of a stage, in the order of the uploads; raises ``UnknownAggregate`` without the stage."""
    if session.scalar(sa.select(stages.c.id).where(stages.c.id == stage_id)) is None:
        raise UnknownAggregate(kind=Term("stage"), id=str(stage_id))
    query = sa.select(Evidence).where(evidence.c.stage_id == stage_id).order_by(evidence.c.id)
    return list(session.scalars(query))


def list_evidence(
    session: Session, partnership_id: UUID, organisation: UUID | None, after: UUID | None, limit: int
) -> list[Evidence]:
    """All evidence of a partnership, for its parties; raises ``NotAParty`` for others."""
    check_party(session, partnership_id, organisation)
    query = sa.select(Evidence).where(evidence.c.partnership_id == partnership_id)
    if after is not None:
        query = query.where(evidence.c.id > after)
    return list(session.scalars(query.order_by(evidence.c.id).limit(limit)))


def evidence_for(session: Session, evidence_id: UUID, organisation: UUID | None) -> Evidence:
    """One piece of evidence for a party of its partnership; for others there is none."""
    found = session.get(Evidence, evidence_id)
    if found is None or not _is_party(session, found.partnership_id, organisation):
        raise UnknownAggregate(kind=Term("evidence"), id=str(evidence_id))
    return found


def timeline(session: Session, evidence_id: UUID, organisation: UUID | None) -> list[Envelope]:
    """What happened to evidence, oldest first; before it was submitted, for the parties alone."""
    found = session.get(Evidence, evidence_id)
    if found is None or found.stage_id is None:
        found = evidence_for(session, evidence_id, organisation)
    return outbox.history(session, found.id)


def check_party(session: Session, partnership_id: UUID, organisation: UUID | None) -> None:
    """Refuse who belongs to no party with ``NotAParty``."""
    if not _is_party(session, partnership_id, organisation):
        raise NotAParty


def _is_party(session: Session, partnership_id: UUID, organisation: UUID | None) -> bool:
    query = sa.select(parties.c.role).where(
        parties.c.partnership_id == partnership_id, parties.c.organisation_id == organisation
    )
    return organisation is not None and session.execute(query).first() is not None
