"""Words about reports from residents."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class ReportState(Labelled):
    """What has become of a report from a resident."""

    RECEIVED = "received", N_("Waiting for an answer")
    INCIDENT = "incident", N_("Recorded as an incident")
    SIGNAL = "signal", N_("Recorded as an early sign")
    REFERRED = "referred", N_("Passed on to another partnership")
    ANSWERED = "answered", N_("Answered")
    DISMISSED = "dismissed", N_("Set aside as spam")
    WITHDRAWN = "withdrawn", N_("Withdrawn by the sender")
