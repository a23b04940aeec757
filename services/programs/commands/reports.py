"""Reports from residents: sent without an account, dealt with in time, followed by a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from services.programs.commands.problems import (
    ObserveSignal,
    RecordIncident,
    observe_signal,
    record_incident,
)
from services.programs.commands.proposals import ProblemUnknown
from services.programs.model.problem import Problem
from services.programs.model.report import (
    CODE_LENGTH,
    DAY,
    MOST_A_DAY,
    ReferredToItself,
    Report,
    ReportCodeUnknown,
    ReportDesk,
    SenderContact,
    TooManyReports,
    desk_id_of,
)
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.reports import reports
from shared.codes import new_code, read_code
from shared.command import Command
from shared.contracts.programs import (
    ReportAddedTo,
    ReportAnswered,
    ReportReceived,
    ReportReferred,
    ReportTriaged,
    ReportWaiting,
    ReportWithdrawn,
)
from shared.contracts.vocabulary import ReportState
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Day, Line, Lines, OneLine, Prose, Shown, Storable
from shared.i18n import N_
from shared.partnership.registry_copy import Partnership, represented
from shared.phone_numbers import Phone
from shared.settings import Settings

WAITING = "report-waiting"
_PHONE: TypeAdapter[str] = TypeAdapter(Phone)


def _reachable(text: str) -> str:
    """Normalise an e-mail address or a telephone number."""
    try:
        if "@" in text:
            return validate_email(text, check_deliverability=False).normalized
        return _PHONE.validate_python(text)
    except (EmailNotValidError, ValidationError):
        raise PydanticCustomError(
            "contact", N_("the text is neither a telephone number nor an e-mail address")
        ) from None


Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=3000), Lines, Shown]
"""What a resident reports."""
Contact = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254),
    AfterValidator(_reachable),
]
Code = Annotated[str, Field(max_length=60, repr=False, examples=["7K4M-9XQ2-ZT5B"]), Storable]
Answer = Annotated[Prose | None, Field(description="What the sender is told. No names of people")]


class SendReport(Command):
    """Report something to a signed partnership; nobody has to sign in or to give a name.

    ``on`` is the day on which it happened, ``contact`` a telephone number or an e-mail address for questions:
    it is erased some days after the answer. Leave names of people out of ``text`` and ``place``. The code in
    the response is the only way to follow the report.
    """

    partnership_id: UUID
    text: Annotated[Told, Field(description="No names of people")]
    place: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), OneLine, Shown] = ""
    on: Day | None = None
    danger: Annotated[bool, Field(description="Whether a life is in danger")] = False
    contact: Annotated[Contact | None, Field(repr=False)] = None


class FollowReport(Command):
    """Show what has become of a report, by its code."""

    code: Code


class AddToReport(Command):
    """Add one further text to your own report, by its code, as long as it waits for an answer."""

    code: Code
    text: Annotated[Prose, Field(description="No names of people", max_length=3000)]


class WithdrawReport(Command):
    """Withdraw your own report, by its code: what it says, and your contact, are erased at once."""

    code: Code


class RecordReportAsIncident(Command):
    """Record a report as an incident of a problem (a coordinator, or a party's representative).

    ``note`` and ``reference`` become part of the public record of the problem; the report itself does not.
    """

    report_id: UUID
    problem_id: UUID
    reference: Line
    on: Day
    area: AreaCode
    note: Annotated[Prose | None, Field(description="No names of people")] = None
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


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things take: until a report should be answered, and until what it holds is erased."""

    answered_in: timedelta
    text_kept: timedelta
    contact_kept: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The terms of an installation."""
        return cls(
            timedelta(hours=settings.report_hours),
            timedelta(days=settings.keep_reports_days),
            timedelta(days=settings.keep_report_contacts_days),
        )

    def contact_kept_since(self, now: datetime) -> datetime:
        """The start of the time of an unanswered sender's contact: it goes with the text at the latest."""
        return now + max(self.text_kept - self.contact_kept, timedelta())


@dataclass(frozen=True, slots=True)
class Followed:
    """A report as its sender sees it, with the titles of its partnership and of the one it came from."""

    report: Report
    partnership: str
    referred_from: str

    @property
    def version(self) -> int:
        """The version of the report."""
        return self.report.version


# --- by the sender -------------------------------------------------------------------------------------


def send_report(tx: Transaction, command: SendReport, terms: Terms) -> Report:
    """Receive a report; its sender is nobody, even if they have an account."""
    partnership = REGISTRY.partnership(tx.session, command.partnership_id)
    partnership.require_open()
    _refuse_a_flood(tx, partnership)
    report = Report(
        id=tx.new_id(),
        agency=partnership.agency,
        partnership_id=partnership.partnership_id,
        code=new_code(CODE_LENGTH, tx.new_secret()),
        text=command.text,
        place=command.place,
        on=command.on,
        danger=command.danger,
        sent_at=tx.now,
        received_at=tx.now,
        due_at=tx.now + terms.answered_in,
    )
    report.check(tx.today_in(partnership.area))
    if command.contact:
        since = terms.contact_kept_since(tx.now)
        report.sender = SenderContact(report.id, report.agency, command.contact, since)
    return _received(tx, report)


def follow_report(tx: Transaction, command: FollowReport) -> Followed:
    """Show what has become of a report to whoever has its code."""
    return _followed(tx, _by_code(tx, command.code))


def add_to_report(tx: Transaction, command: AddToReport) -> Followed:
    """Add the sender's further text; sending it again does no harm."""
    report = _by_code(tx, command.code)
    if report.add(command.text, tx.now):
        tx.record(ReportAddedTo(report_id=report.id, partnership_id=report.partnership_id))
    return _followed(tx, report)


def withdraw_report(tx: Transaction, command: WithdrawReport) -> Followed:
    """Erase what the sender wrote; repeating it does no harm."""
    report = _by_code(tx, command.code)
    if report.withdraw(tx.now):
        tx.drop_timer(WAITING, about=report.id)
        tx.record(ReportWithdrawn(report_id=report.id, partnership_id=report.partnership_id))
    return _followed(tx, report)


# --- by the partnership --------------------------------------------------------------------------------


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
    )
    report.finding_id = record_incident(tx, incident).incidents[-1].id
    return report


def record_report_as_signal(tx: Transaction, command: RecordReportAsSignal) -> Report:
    """Record a report as an early sign of a problem of its partnership."""
    report, party = _loaded(tx, command.report_id)
    _close(tx, report, party, "record as an early sign", answer=command.answer, problem_id=command.problem_id)
    signal = ObserveSignal(problem_id=command.problem_id, on=command.on, area=command.area, note=command.note)
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
    _received(tx, passed)
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


# --- by the clock --------------------------------------------------------------------------------------


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


def _received(tx: Transaction, report: Report) -> Report:
    tx.add_unseen(report)
    tx.session.flush()
    tx.set_timer(WAITING, about=report.id, due_at=report.due_at)
    tx.record(
        ReportReceived(
            report_id=report.id,
            partnership_id=report.partnership_id,
            danger=report.danger,
            due_at=report.due_at,
            referred_from=report.referred_from,
        )
    )
    return report


def _refuse_a_flood(tx: Transaction, partnership: Partnership) -> None:
    lately = sa.select(sa.func.count()).where(
        reports.c.partnership_id == partnership.partnership_id, reports.c.received_at > tx.now - DAY
    )
    with tx.unhidden():  # a sender does not see the reports
        received = tx.session.scalars(lately).one()
    if received >= MOST_A_DAY:
        raise TooManyReports(most=MOST_A_DAY, seconds=int(DAY.total_seconds()))


def _by_code(tx: Transaction, typed: str) -> Report:
    """The report with a code, for whoever has it."""
    code = read_code(typed, CODE_LENGTH)
    if code is None:
        raise ReportCodeUnknown
    with tx.unhidden():
        known = tx.session.scalar(sa.select(reports.c.id).where(reports.c.code == code))
    if known is None:
        raise ReportCodeUnknown
    return tx.reach(Report, known)


def _followed(tx: Transaction, report: Report) -> Followed:
    here = REGISTRY.partnership(tx.session, report.partnership_id).title
    before = report.referred_from
    return Followed(report, here, REGISTRY.partnership(tx.session, before).title if before else "")


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
