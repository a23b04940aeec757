"""Words about boards, their meetings and what comes of these."""

from __future__ import annotations

from shared.i18n import N_
from shared.labelled import Labelled


class BoardKind(Labelled):
    """A kind of board."""

    ASSOCIATION = "association", N_("Association")
    FORUM = "forum", N_("Forum")
    COUNCIL = "council", N_("Council")
    CUSTOMARY = "customary", N_("Customary board")


class BoardState(Labelled):
    """The state of a board."""

    STANDING = "standing", N_("Active")
    DISSOLVED = "dissolved", N_("Dissolved")


class QuorumRule(Labelled):
    """A quorum as a law states it: a fraction of the filled seats."""

    PERCENT = "percent", N_("Percent")
    MORE_THAN_HALF = "more_than_half", N_("More than half")
    TWO_THIRDS = "two_thirds", N_("Two thirds")


class Position(Labelled):
    """A position on a board."""

    CHAIR = "chair", N_("Chair")
    DEPUTY = "deputy", N_("Deputy")
    SECRETARY = "secretary", N_("Secretary")
    TREASURER = "treasurer", N_("Treasurer")
    MEMBER = "member", N_("Member")


class MeetingState(Labelled):
    """The state of a meeting."""

    CALLED = "called", N_("Called")
    HELD = "held", N_("Held")
    MINUTED = "minuted", N_("Minutes approved")
    CANCELLED = "cancelled", N_("Cancelled")
    LAPSED = "lapsed", N_("Not recorded")


class Mandate(Labelled):
    """A mandate of a board."""

    EASE = "ease", N_("Ease")
    STRENGTHEN = "strengthen", N_("Strengthen")
    EVALUATE = "evaluate", N_("Evaluate")
    DEVELOP = "develop", N_("Develop")


class OutcomeKind(Labelled):
    """A kind of outcome of a meeting."""

    INFORMATION = "information", N_("Information")
    DECISION = "decision", N_("Decision")
    COMMITMENT = "commitment", N_("Commitment")


class CommitmentState(Labelled):
    """The state of a commitment."""

    OPEN = "open", N_("Open")
    OVERDUE = "overdue", N_("Overdue")
    KEPT = "kept", N_("Kept")
    BROKEN = "broken", N_("Broken")
