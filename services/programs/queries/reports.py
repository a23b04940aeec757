"""Queries of reports from residents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.report import COUNTED, Report, ReportFigures, desk_id_of, figures_of
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.reports import reports
from shared.contracts.envelope import Envelope
from shared.contracts.vocabulary import ReportState
from shared.database import outbox, reading
from shared.rows.visibility import unhidden
from shared.settings import Settings


def report(session: Session, report_id: UUID) -> Report:
    """One report; raises ``UnknownAggregate``."""
    return reading.find_one(session, Report, report_id)


def list_reports(
    session: Session,
    partnership_id: UUID | None,
    state: ReportState | None,
    after: UUID | None,
    limit: int,
) -> list[Report]:
    """The reports that the reader may see, in the order of receipt."""
    wanted: dict[str, object] = {"partnership_id": partnership_id, "state": state}
    return reading.find_many(session, Report, reports, wanted, after, limit)


def timeline(session: Session, report_id: UUID) -> list[Envelope]:
    """Everything that happened to a report, oldest first; raises ``UnknownAggregate``."""
    return reading.timeline(session, Report, report_id)


def warnings(session: Session, partnership_id: UUID) -> list[Envelope]:
    """When reports of a partnership were late, oldest first; raises ``UnknownPartnership``."""
    REGISTRY.partnership(session, partnership_id)
    return outbox.history(session, desk_id_of(partnership_id))


def figures(session: Session, partnership_id: UUID, now: datetime) -> ReportFigures:
    """What became of a partnership's reports within a year; raises ``UnknownPartnership``."""
    REGISTRY.partnership(session, partnership_id)
    query = sa.select(reports.c.state, reports.c.received_at, reports.c.closed_at).where(
        reports.c.partnership_id == partnership_id, reports.c.received_at > now - COUNTED
    )
    with unhidden(session):  # counts are public, the reports are not
        rows = session.execute(query).all()
    return figures_of([(row.state, row.received_at, row.closed_at) for row in rows])


def what_to_know(session: Session, _settings: Settings) -> dict[str, str]:
    """How many reports wait for an answer."""
    query = sa.select(sa.func.count()).where(reports.c.state == ReportState.RECEIVED)
    waiting = session.execute(query).scalar_one()
    return {"reports": f"{waiting} wait for an answer" if waiting else ""}
