"""Events about reports from residents: what a report says is in none of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import ReportState
from shared.i18n import N_


class ReportReceived(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Report from a resident received"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A resident sent a report, or another partnership passed one on (``referred_from``).

    ``danger`` is True if the sender said that a life is in danger; ``due_at`` is when it should be answered.
    """

    report_id: UUID
    partnership_id: UUID
    danger: bool
    due_at: datetime
    referred_from: UUID | None


class ReportAddedTo(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Report completed by its sender"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The sender of a report added a text."""

    report_id: UUID
    partnership_id: UUID


class ReportTriaged(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Report from a resident dealt with"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """It was decided what becomes of a report: ``state`` says what, ``problem_id`` of which problem it is.

    ``organisation_id`` is the party that decided; None if a coordinator did.
    """

    report_id: UUID
    partnership_id: UUID
    state: ReportState
    problem_id: UUID | None
    organisation_id: UUID | None


class ReportReferred(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Report from a resident passed on"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """A report was passed on to another partnership."""

    report_id: UUID
    partnership_id: UUID
    referred_to: UUID


class ReportAnswered(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Sender of a report answered"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The sender of a report can read an answer."""

    report_id: UUID
    partnership_id: UUID


class ReportWithdrawn(
    Event,
    publisher="programs",
    aggregate="report_id",
    label=N_("Report withdrawn by its sender"),
    audience=Audience.PARTNERSHIP,
    notice=Notice.NONE,
):
    """The sender withdrew a report: what it said is erased."""

    report_id: UUID
    partnership_id: UUID


class ReportWaiting(
    Event,
    publisher="programs",
    aggregate="desk_id",
    label=N_("Report from a resident overdue"),
    headline=N_("Reports from residents that should have been answered: %(waiting)s (%(title)s)"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """The time to answer a report passed; ``waiting`` is how many reports are late, ``title`` whose.

    At most one a day is published for a partnership.
    """

    desk_id: UUID
    partnership_id: UUID
    title: str
    waiting: int
