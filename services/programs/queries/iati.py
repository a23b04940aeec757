"""IATI report data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.programs.model.contribution import CURRENCY, Contribution
from services.programs.model.indicator import Indicator
from services.programs.model.program import Program
from services.programs.queries.changes import last_changes
from services.programs.queries.iati_xml import (
    ACCOUNTABLE,
    FUNDING,
    IMPLEMENTING,
    Funds,
    Participant,
    Reported,
    activity_file,
)
from services.programs.tables.contributions import contributions
from services.programs.tables.indicators import indicators
from services.programs.tables.partnerships import agencies, organisations, parties, partnerships
from services.programs.tables.programs import programs
from shared.areas import area_name
from shared.contracts.vocabulary import ContributionState, ProgramState

Q = TypeVar("Q", bound=sa.Select[Any])


class OfProgram(Protocol):
    """A row that belongs to a programme."""

    program_id: UUID


F = TypeVar("F", bound=OfProgram)

STATUS = {
    ProgramState.APPROVED: "1",
    ProgramState.RUNNING: "2",
    ProgramState.CLOSED: "4",
    ProgramState.ABANDONED: "5",
}
"""Codes of ActivityStatus: identified, being implemented, closed, cancelled."""


def activities_xml(session: Session, partnership_id: UUID | None, zone: ZoneInfo) -> bytes:
    """The IATI file of all approved programmes or of one partnership's; without activities if there are none.

    ``zone`` determines the day of an instant.
    """
    approved = sa.select(Program).where(programs.c.approved_at.is_not(None))
    reported = list(session.scalars(_of(programs, approved, partnership_id).order_by(programs.c.id)))
    of_indicators = _of(indicators, sa.select(Indicator), partnership_id)
    measured = _by_program(session.scalars(of_indicators.order_by(indicators.c.id)))
    of_contributions = _of(contributions, sa.select(Contribution), partnership_id).where(
        contributions.c.kind == "funds", contributions.c.state == ContributionState.VERIFIED
    )
    given = _by_program(session.scalars(of_contributions.order_by(contributions.c.on, contributions.c.id)))
    everything = (programs, indicators, contributions)
    changed = last_changes(
        session, *(_of(table, sa.select(table.c.id), partnership_id) for table in everything)
    )
    around = _Around(session, partnership_id)
    return activity_file(
        [
            _reported(activity, measured[activity.id], given[activity.id], around, zone, changed)
            for activity in reported
        ]
    )


def _of(table: sa.Table, query: Q, partnership_id: UUID | None) -> Q:
    """The rows of a query, for one partnership or all."""
    return query if partnership_id is None else query.where(table.c.partnership_id == partnership_id)


def _by_program(rows: Iterable[F]) -> dict[UUID, list[F]]:
    grouped: dict[UUID, list[F]] = defaultdict(list)
    for row in rows:
        grouped[row.program_id].append(row)
    return grouped


class _Around:
    """The parties and areas of the selected partnerships."""

    def __init__(self, session: Session, partnership_id: UUID | None) -> None:
        self.parties: dict[UUID, list[sa.Row[Any]]] = defaultdict(list)
        query = _of(parties, sa.select(parties), partnership_id)
        for row in session.execute(query.order_by(parties.c.role, parties.c.name, parties.c.organisation_id)):
            self.parties[row.partnership_id].append(row)
        rows = session.execute(sa.select(partnerships.c.id, partnerships.c.area))
        self.areas: dict[UUID, str] = {row.id: row.area for row in rows}
        known = session.execute(sa.select(organisations))
        self.organisations: dict[UUID, tuple[str, str]] = {row.id: (row.name, row.kind) for row in known}
        stand_for = session.execute(sa.select(agencies))
        self.agencies: dict[str, UUID | None] = {row.agency: row.organisation_id for row in stand_for}

    def organisation(self, organisation_id: UUID) -> tuple[str, str]:
        """An organisation's name and kind; its id if the name is unknown."""
        return self.organisations.get(organisation_id, (str(organisation_id), "other"))

    def reporter(self, agency: str) -> str:
        """The name of an agency: that of its organisation, else its slug."""
        organisation_id = self.agencies.get(agency)
        return self.organisations[organisation_id][0] if organisation_id in self.organisations else agency


def _reported(
    program: Program,
    measured: Sequence[Indicator],
    given: Sequence[Contribution],
    around: _Around,
    zone: ZoneInfo,
    changed: Mapping[UUID, datetime],
) -> Reported:
    touched = [program.id, *(indicator.id for indicator in measured), *(item.id for item in given)]
    places = [
        around.areas.get(program.partnership_id),
        *(location for indicator in measured for location in indicator.locations),
    ]
    areas = tuple(dict.fromkeys(place for place in places if place))
    dates = _dates(program, zone)
    return Reported(
        id=program.id,
        agency=program.agency,
        reporter=around.reporter(program.agency),
        title=program.title,
        description="\n".join(["\n".join(program.objectives), program.context]).strip() or program.title,
        participants=tuple(_participants(program, given, around)),
        status=STATUS[program.state],
        dates=dates,
        areas=areas,
        in_indonesia=bool(areas) and all(indonesian(area) for area in areas),
        budget=program.budget_amount,
        currency=program.budget_currency or CURRENCY,
        funded_from=dates["1"],
        funded_until=_funded_until(dates),
        funds=tuple(
            Funds(item.id, item.on, item.value, around.organisation(item.organisation_id)[0], item.note)
            for item in given
        ),
        previous=program.previous_id,
        indicators=tuple(measured),
        changed_at=max(changed.get(problem, program.since) for problem in touched),
    )


def indonesian(area: str) -> bool:
    """Whether a code is that of an Indonesian area; of a village only the district is known."""
    district, _, village = area.rpartition(".")
    known = area_name(district) is not None and len(village) == 4 and village.isdecimal()
    return area_name(area) is not None or known


def _participants(program: Program, given: Sequence[Contribution], around: _Around) -> Iterable[Participant]:
    """Every bound party implements; the lead is also accountable; verified donors are also funders."""
    funders = {item.organisation_id for item in given}
    bound = [row for row in around.parties[program.partnership_id] if row.role != "observer"]
    for row in bound:
        roles = [FUNDING] if row.organisation_id in funders else []
        roles += [ACCOUNTABLE] if row.role == "lead" else []
        yield Participant(row.name, row.kind, (*roles, IMPLEMENTING))
    if not bound:
        yield Participant(around.reporter(program.agency), "other", (ACCOUNTABLE,))
    for gone in sorted(funders - {row.organisation_id for row in bound}):
        yield Participant(*around.organisation(gone), (FUNDING,))


def _funded_until(dates: Mapping[str, date]) -> date:
    """The last day of a budget: as planned, else as it ended, else that of the fiscal year of its beginning.

    IATI requires days for a budget, and a public budget in Indonesia is for a calendar year.
    """
    end = dates.get("3") or dates.get("4") or date(dates["1"].year, 12, 31)
    return max(dates["1"], end)


def _dates(program: Program, zone: ZoneInfo) -> dict[str, date]:
    """Dates by code of ActivityDateType; a start is required, so the approval replaces an unplanned one."""
    starts = [stage.planned_start for stage in program.stages if stage.planned_start]
    ends = [stage.planned_end for stage in program.stages if stage.planned_end]
    planned_end = program.planned_end or max(ends, default=None)
    planned_start = program.planned_start or min(starts, default=None)
    approved = program.since.astimezone(zone).date()
    dates = {
        "1": planned_start or (min(approved, planned_end) if planned_end else approved),
        "2": program.started_at.astimezone(zone).date() if program.started_at else None,
        "3": planned_end,
        "4": program.ended_on,
    }
    return {kind: day for kind, day in dates.items() if day is not None}
