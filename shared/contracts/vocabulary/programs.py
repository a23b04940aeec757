"""Words about programmes and their stages."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class ProgramState(Labelled):
    """The state of a programme."""

    PROPOSED = "proposed", N_("Proposed")
    DECLINED = "declined", N_("Declined")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
    APPROVED = "approved", N_("Approved")
    RUNNING = "running", N_("Running")
    CLOSED = "closed", N_("Closed")
    ABANDONED = "abandoned", N_("Abandoned")


class StageState(Labelled):
    """The state of a stage."""

    PLANNED = "planned", N_("Planned")
    IN_PROGRESS = "in_progress", N_("In progress")
    SUBMITTED = "submitted", N_("Submitted")
    RETURNED = "returned", N_("Returned")
    COMPLETED = "completed", N_("Completed")
    SKIPPED = "skipped", N_("Skipped")


class Phase(Labelled):
    """A phase of work on a problem: before, against or after it."""

    PREVENTION = "prevention", N_("Prevention")
    HANDLING = "handling", N_("Handling")
    REHABILITATION = "rehabilitation", N_("Rehabilitation")
