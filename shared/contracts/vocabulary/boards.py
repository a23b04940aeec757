"""Words about boards, their meetings and what comes of these."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class BoardKind(Labelled):
    """What a board is."""

    ASSOCIATION = "association", N_("Association")
    FORUM = "forum", N_("Forum")
    COUNCIL = "council", N_("Council")
    CUSTOMARY = "customary", N_("Customary board")


class BoardState(Labelled):
    """Where a board stands."""

    STANDING = "standing", N_("Standing")
    DISSOLVED = "dissolved", N_("Dissolved")


class QuorumRule(Labelled):
    """How many of the filled seats suffice; what a law says as a fraction is kept as one."""

    PERCENT = "percent", N_("Percent")
    MORE_THAN_HALF = "more_than_half", N_("More than half")
    TWO_THIRDS = "two_thirds", N_("Two thirds")


class Position(Labelled):
    """What the holder of a seat is on the board."""

    CHAIR = "chair", N_("Chair")
    DEPUTY = "deputy", N_("Deputy")
    SECRETARY = "secretary", N_("Secretary")
    TREASURER = "treasurer", N_("Treasurer")
    MEMBER = "member", N_("Member")


class MeetingState(Labelled):
    """Where a meeting stands."""

    CALLED = "called", N_("Called")
    HELD = "held", N_("Held")
    MINUTED = "minuted", N_("Minutes approved")
    CANCELLED = "cancelled", N_("Cancelled")
    LAPSED = "lapsed", N_("Not recorded")


class Mandate(Labelled):
    """What a board is there for."""

    EASE = "ease", N_("Ease")
    STRENGTHEN = "strengthen", N_("Strengthen")
    EVALUATE = "evaluate", N_("Evaluate")
    DEVELOP = "develop", N_("Develop")


class OutcomeKind(Labelled):
    """What a meeting brings."""

    INFORMATION = "information", N_("Information")
    DECISION = "decision", N_("Decision")
    COMMITMENT = "commitment", N_("Commitment")


class CommitmentState(Labelled):
    """Where a commitment stands."""

    OPEN = "open", N_("Open")
    OVERDUE = "overdue", N_("Overdue")
    KEPT = "kept", N_("Kept")
    BROKEN = "broken", N_("Broken")
