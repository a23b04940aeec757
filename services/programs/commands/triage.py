"""Triage of reports from residents: the partnership settles each, and the clock warns of those that wait."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field

from services.programs.commands.problems import (
    ObserveSignal,
    RecordIncident,
    observe_signal,
    record_incident,
)
from services.programs.commands.proposals import ProblemUnknown
from services.programs.commands.reports import WAITING, received
from services.programs.model.problem import Problem
from services.programs.model.report import ReferredToItself, Report, ReportDesk, SenderContact, desk_id_of
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.reports import reports
from shared.command import Command
from shared.contracts.programs import ReportAnswered, ReportReferred, ReportTriaged, ReportWaiting
from shared.contracts.vocabulary import FindingSource, ReportState, Severity
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Day, Line, Prose
from shared.partnership.registry_copy import Partnership, represented

Answer = Annotated[Prose | None, Field(description="What the sender is told. No names of people")]


class RecordReportAsIncident(Command):
    """Record a report as an incident of a problem (a coordinator, or a party's representative).

    ``note`` and ``reference`` become part of the public record of the problem; the report itself does not.
    The source of the incident, as of an early sign, is a resident.
    """

    report_id: UUID
    problem_id: UUID
    reference: Line
    on: Day
    area: AreaCode
    note: Annotated[Prose | None, Field(description="No names of people")] = None
    severity: Severity | None = None
    answer: Answer = None


class RecordReportAsSignal(Command):
    """Record a report as an early sign of a problem (a coordinator, or a party's representative).

    ``note`` becomes part of the public record of the problem; the report itself does not.
    """

    report_id: UUID
    problem_id: UUID
    on: Day
    area: AreaCode
    note: Annotated[Prose, Field(description="No names of people")]
    severity: Severity | None = None
    answer: Answer = None


class ReferReport(Command):
    """Pass a report on to another signed partnership (a coordinator, or a party's representative).

    It is received there with its code and the sender's contact, and its text is erased here.
    """

    report_id: UUID
    partnership_id: UUID
    reason: Prose


class AnswerReport(Command):
    """Answer the sender of a report (a coordinator, or a party's representative)."""

    report_id: UUID
    answer: Annotated[Prose, Field(description="What the sender is told. No names of people")]


class DismissReport(Command):
    """Set a report aside as spam, for a reason (a coordinator, or a party's representative)."""

    report_id: UUID
    reason: Prose


def record_report_as_incident(tx: Transaction, command: RecordReportAsIncident) -> Report:
    """Record a report as an incident of a problem of its partnership."""
    report, party = _loaded(tx, command.report_id)
    _close(tx, report, party, "record as an incident", answer=command.answer, problem_id=command.problem_id)
    incident = RecordIncident(
        problem_id=command.problem_id,
        reference=command.reference,
        on=command.on,
        area=command.area,
        note=command.note,
        severity=command.severity,
        source=FindingSource.RESIDENT,
    )
    report.finding_id = record_incident(tx, incident).incidents[-1].id
    return report


def record_report_as_signal(tx: Transaction, command: RecordReportAsSignal) -> Report:
    """Record a report as an early sign of a problem of its partnership."""
    report, party = _loaded(tx, command.report_id)
    _close(tx, report, party, "record as an early sign", answer=command.answer, problem_id=command.problem_id)
    signal = ObserveSignal(
        problem_id=command.problem_id,
        on=command.on,
        area=command.area,
        note=command.note,
        severity=command.severity,
        source=FindingSource.RESIDENT,
    )
    report.finding_id = observe_signal(tx, signal).signals[-1].id
    return report


def refer_report(tx: Transaction, command: ReferReport) -> Report:
    """Pass a report on: the other partnership receives it as a new one, which its code now leads to."""
    report, party = _loaded(tx, command.report_id)
    if command.partnership_id == report.partnership_id:
        raise ReferredToItself
    there = REGISTRY.partnership(tx.session, command.partnership_id)
    there.require_open()
    passed = _passed_on(tx, report, there)
    _close(tx, report, party, "refer", reason=command.reason)
    tx.record(
        ReportReferred(
            report_id=report.id,
            partnership_id=report.partnership_id,
            referred_to=there.partnership_id,
        )
    )
    passed.code, sender = report.hand_over()
    tx.session.flush()  # the code is free before the other report has it
    if sender is not None:
        passed.sender = SenderContact(passed.id, passed.agency, sender.contact, sender.kept_since)
    received(tx, passed)
    return report


def answer_report(tx: Transaction, command: AnswerReport) -> Report:
    """Answer the sender, who reads it by the code."""
    report, party = _loaded(tx, command.report_id)
    _close(tx, report, party, "answer the sender", answer=command.answer)
    return report


def dismiss_report(tx: Transaction, command: DismissReport) -> Report:
    """Set a report aside as spam."""
    report, party = _loaded(tx, command.report_id)
    _close(tx, report, party, "dismiss", reason=command.reason)
    return report


def report_waiting(tx: Transaction, due: Due) -> None:
    """Warn that reports of a partnership are late, once a day."""
    report = tx.get(Report, due.about)
    if not report.is_open:
        return
    desk = _desk(tx, report)
    if desk.warn(tx.today):
        late = sa.select(sa.func.count()).where(
            reports.c.partnership_id == report.partnership_id,
            reports.c.state == ReportState.RECEIVED,
            reports.c.due_at <= tx.now,
        )
        tx.record(
            ReportWaiting(
                desk_id=desk.id,
                partnership_id=report.partnership_id,
                title=REGISTRY.partnership(tx.session, report.partnership_id).title,
                waiting=tx.session.scalars(late).one(),
            )
        )


def _loaded(tx: Transaction, report_id: UUID) -> tuple[Report, UUID | None]:
    """The report, and the party that the actor acts for; None for a coordinator."""
    report = tx.get(Report, report_id)
    return report, represented(tx, REGISTRY.permit(tx, report))


def _close(
    tx: Transaction,
    report: Report,
    party: UUID | None,
    act: str,
    *,
    answer: str | None = None,
    reason: str = "",
    problem_id: UUID | None = None,
) -> None:
    """Close a report, and record how."""
    if problem_id is not None:
        _require_own_problem(tx, report, problem_id)
    report.close(act, tx.now, party, answer=answer or "", reason=reason)
    report.problem_id = problem_id
    tx.drop_timer(WAITING, about=report.id)
    tx.record(
        ReportTriaged(
            report_id=report.id,
            partnership_id=report.partnership_id,
            state=report.state,
            problem_id=problem_id,
            organisation_id=party,
        )
    )
    if answer:
        tx.record(ReportAnswered(report_id=report.id, partnership_id=report.partnership_id))


def _require_own_problem(tx: Transaction, report: Report, problem_id: UUID) -> None:
    problem = tx.session.get(Problem, problem_id)
    if problem is None or problem.partnership_id != report.partnership_id:
        raise ProblemUnknown(id=str(problem_id))


def _passed_on(tx: Transaction, report: Report, there: Partnership) -> Report:
    """The report as another partnership receives it; the time to answer begins again."""
    return Report(
        id=tx.new_id(),
        agency=there.agency,
        partnership_id=there.partnership_id,
        code=None,
        text=report.text,
        place=report.place,
        on=report.on,
        danger=report.danger,
        sent_at=report.sent_at,
        received_at=tx.now,
        due_at=tx.now + (report.due_at - report.received_at),
        referred_from=report.partnership_id,
        addition=report.addition,
        added_at=report.added_at,
    )


def _desk(tx: Transaction, report: Report) -> ReportDesk:
    desk_id = desk_id_of(report.partnership_id)
    if tx.session.get(ReportDesk, desk_id) is not None:
        return tx.get(ReportDesk, desk_id)
    return tx.add(ReportDesk(id=desk_id, agency=report.agency, partnership_id=report.partnership_id))
