"""Words about changes of programmes."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class ChangeKind(Labelled):
    """What a change does to a programme."""

    REPLAN_STAGE = "replan_stage", N_("Other dates of a stage")
    REASSIGN_STAGE = "reassign_stage", N_("Another responsible party of a stage")
    SKIP_STAGE = "skip_stage", N_("Skip a stage")
    CLOSE = "close", N_("Close the programme")
    ABANDON = "abandon", N_("Abandon the programme")


class ChangeState(Labelled):
    """The state of a proposed change."""

    PROPOSED = "proposed", N_("Proposed")
    IN_FORCE = "in_force", N_("In force")
    DECLINED = "declined", N_("Declined")
    WITHDRAWN = "withdrawn", N_("Withdrawn")
