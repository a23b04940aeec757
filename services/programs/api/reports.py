"""Reports API: residents without an account report, and follow by a code; the partnership deals with it.

No field is meant for names of people, and no event contains what a report says.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import Response

from services.programs.commands import reports as commands
from services.programs.commands import triage
from services.programs.model.report import Report
from services.programs.permissions import TRIAGE
from services.programs.queries import reports as queries
from shared.contracts.vocabulary import ReportState
from shared.http.door import DoorDep, NobodysDoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.rate_limits import RateLimit, public_writes
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("reports")
SENDING = RateLimit("reports", per_address="20/hour")
"""Many people of a village may share an address of their mobile network."""
FOLLOWING = RateLimit("report codes", per_address="30/minute")
"""A code has sixty bits: nobody guesses one at this rate."""


class ReportMade(BaseModel):
    """The code of a report that was received, and when it should be answered."""

    code: str
    partnership_id: UUID
    received_at: datetime
    due_at: datetime

    @classmethod
    def of(cls, report: Report) -> Self:
        """The view of a new report."""
        return cls.model_validate(report, from_attributes=True)


class ReportFollowed(BaseModel):
    """What has become of a report, for the holder of its code.

    ``partnership`` has it now, ``referred_from`` had it before (empty if it was not passed on). ``added``
    tells that the sender has added a text, ``withdrawn`` that nothing of what they wrote is left.
    """

    partnership_id: UUID
    partnership: str
    referred_from: str
    state: ReportState
    danger: bool
    sent_at: datetime
    due_at: datetime
    closed_at: datetime | None
    answer: str
    added: bool
    withdrawn: bool

    @classmethod
    def of(cls, followed: commands.Followed) -> Self:
        """The view of a report by its code."""
        report = followed.report
        return cls(
            partnership_id=report.partnership_id,
            partnership=followed.partnership,
            referred_from=followed.referred_from,
            state=report.state,
            danger=report.danger,
            sent_at=report.sent_at,
            due_at=report.due_at,
            closed_at=report.closed_at,
            answer=report.answer,
            added=report.is_added_to,
            withdrawn=not report.text,
        )


class ResidentReportOut(BaseModel):
    """A report from a resident, for the bound parties and the coordinators of the agency.

    ``addition`` is what the sender added, ``contact`` how they can be reached. ``finding_id`` is the incident
    or early sign of the problem that it was recorded as. What was erased is empty.
    """

    id: UUID
    partnership_id: UUID
    state: ReportState
    text: str
    place: str
    on: date | None
    danger: bool
    contact: str | None
    sent_at: datetime
    received_at: datetime
    due_at: datetime
    referred_from: UUID | None
    addition: str
    added_at: datetime | None
    answer: str
    reason: str
    problem_id: UUID | None
    finding_id: UUID | None
    closed_at: datetime | None
    closed_by: UUID | None

    @classmethod
    def of(cls, report: Report) -> Self:
        """The view of a report."""
        return cls.model_validate(report, from_attributes=True)


class ReportFiguresOut(BaseModel):
    """What became of a partnership's reports within a year.

    ``received`` counts all but spam, ``answered`` those that were dealt with; ``median_hours`` is how long
    that took. None: the numbers are too small to be published.
    """

    received: int | None
    answered: int | None
    median_hours: int | None


# --- by the sender -------------------------------------------------------------------------------------


@operations.post(
    "/reports",
    may=PUBLIC,
    label=N_("report something to a partnership"),
    status_code=201,
    response_model=ReportMade,
    dependencies=[Depends(public_writes), Depends(SENDING)],
)
async def send_report(command: commands.SendReport, door: NobodysDoorDep) -> Response:
    """Report something; who sends it is not looked at, not even with a token."""
    terms = commands.Terms.of(door.runtime.settings)
    return await door.create(lambda tx, given: commands.send_report(tx, given, terms), command, ReportMade.of)


operations.do(
    "/reports/follow",
    commands.follow_report,
    may=PUBLIC,
    label=N_("follow a report by its code"),
    shows=ReportFollowed,
    dependencies=[Depends(FOLLOWING)],
)
operations.do(
    "/reports/add",
    commands.add_to_report,
    may=PUBLIC,
    label=N_("add a text to a report"),
    shows=ReportFollowed,
    dependencies=[Depends(FOLLOWING)],
)
operations.do(
    "/reports/withdraw",
    commands.withdraw_report,
    may=PUBLIC,
    label=N_("withdraw a report"),
    shows=ReportFollowed,
    dependencies=[Depends(FOLLOWING)],
)

# --- by the partnership --------------------------------------------------------------------------------

operations.do(
    "/reports/{report_id}/incident",
    triage.record_report_as_incident,
    may=TRIAGE,
    label=N_("record a report as an incident"),
    shows=ResidentReportOut,
)
operations.do(
    "/reports/{report_id}/signal",
    triage.record_report_as_signal,
    may=TRIAGE,
    label=N_("record a report as an early sign"),
    shows=ResidentReportOut,
)
operations.do(
    "/reports/{report_id}/refer",
    triage.refer_report,
    may=TRIAGE,
    label=N_("pass a report on to another partnership"),
    shows=ResidentReportOut,
)
operations.do(
    "/reports/{report_id}/answer",
    triage.answer_report,
    may=TRIAGE,
    label=N_("answer a report"),
    shows=ResidentReportOut,
)
operations.do(
    "/reports/{report_id}/dismiss",
    triage.dismiss_report,
    may=TRIAGE,
    label=N_("set a report aside as spam"),
    shows=ResidentReportOut,
)


@operations.get("/reports", may=TRIAGE, label=N_("list reports from residents"))
async def list_reports(
    door: DoorDep,
    paging: PageDep,
    partnership_id: UUID | None = None,
    state: ReportState | None = None,
) -> Page[ResidentReportOut]:
    """List the reports of the partnerships in which you act: of one, in one state, or all."""
    listed = await door.read(queries.list_reports, partnership_id, state, paging.after, paging.limit + 1)
    return paging.page(listed, ResidentReportOut.of, lambda item: item.id)


@operations.get("/reports/{report_id}", may=TRIAGE, label=N_("read a report from a resident"))
async def show_report(report_id: UUID, door: DoorDep, response: Response) -> ResidentReportOut:
    """Show one report (the bound parties, and the coordinators of the partnership's agency)."""
    report = await door.read(queries.report, report_id)
    response.headers["ETag"] = etag(report.version)
    return ResidentReportOut.of(report)


@operations.get(
    "/reports/{report_id}/timeline", may=TRIAGE, label=N_("read the history of a report from a resident")
)
async def show_report_timeline(report_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a report, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, report_id)]


@operations.get("/partnerships/{partnership_id}/reports/figures", may=PUBLIC)
async def show_report_figures(partnership_id: UUID, door: DoorDep) -> ReportFiguresOut:
    """Show how many reports residents sent to a partnership, how many were dealt with, and how fast."""
    counted = await door.read(queries.figures, partnership_id, door.runtime.clock.now())
    return ReportFiguresOut.model_validate(counted, from_attributes=True)


@operations.get("/partnerships/{partnership_id}/reports/timeline", may=PUBLIC)
async def show_report_warnings(partnership_id: UUID, door: DoorDep) -> list[Happened]:
    """List when reports to a partnership were late, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.warnings, partnership_id)]
