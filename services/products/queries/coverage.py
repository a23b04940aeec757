"""Queries of coverage plans."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.products.model.coverage import CoveragePlan
from shared.contracts.envelope import Envelope
from shared.database import reading


def plan(session: Session, partnership_id: UUID) -> CoveragePlan:
    """The plan of a partnership; raises ``UnknownAggregate`` before one was declared."""
    return reading.find_one(session, CoveragePlan, partnership_id)


def timeline(session: Session, partnership_id: UUID) -> list[Envelope]:
    """Every plan that was declared."""
    return reading.timeline(session, CoveragePlan, partnership_id)
