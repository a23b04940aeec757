"""Queries of indicators."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.programs.model.indicator import Indicator
from services.programs.tables.indicators import indicators
from shared.contracts.envelope import Envelope
from shared.database import reading


def indicator(session: Session, indicator_id: UUID) -> Indicator:
    """One indicator with its periods; raises ``UnknownAggregate``."""
    return reading.find_one(session, Indicator, indicator_id)


def list_indicators(
    session: Session, wanted: dict[str, object], after: UUID | None, limit: int
) -> list[Indicator]:
    """Indicators in the order of definition; ``wanted`` maps columns to values (None: any)."""
    return reading.find_many(session, Indicator, indicators, wanted, after, limit)


def timeline(session: Session, indicator_id: UUID) -> list[Envelope]:
    """The events of an indicator, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Indicator, indicator_id)
