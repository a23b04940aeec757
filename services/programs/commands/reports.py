"""Reports from residents: sent without an account, followed by a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from services.programs.model.report import (
    CODE_LENGTH,
    DAY,
    MOST_A_DAY,
    Report,
    ReportCodeUnknown,
    SenderContact,
    TooManyReports,
)
from services.programs.tables.partnerships import REGISTRY
from services.programs.tables.reports import reports
from shared.codes import new_code, read_code
from shared.command import Command
from shared.contracts.programs import (
    ReportAddedTo,
    ReportReceived,
    ReportWithdrawn,
)
from shared.database.transaction import Transaction
from shared.fields import Day, Lines, OneLine, Prose, Shown, Storable
from shared.i18n import N_
from shared.partnership.registry_copy import Partnership
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
    return received(tx, report)


def follow_report(tx: Transaction, command: FollowReport) -> Followed:
    """Show what has become of a report to the holder of its code."""
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


def received(tx: Transaction, report: Report) -> Report:
    """Keep a report that came in, and watch the time until which it should be answered."""
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
        lately_received = tx.session.scalars(lately).one()
    if lately_received >= MOST_A_DAY:
        raise TooManyReports(most=MOST_A_DAY, seconds=int(DAY.total_seconds()))


def _by_code(tx: Transaction, typed: str) -> Report:
    """The report with a code, for its holder."""
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
