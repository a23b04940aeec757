"""Life cycle of a partnership: eight stages (ISO 44001:2017, clause 8)."""

from __future__ import annotations

from enum import StrEnum

from shared.refusal import N_, Refusal, Term


class Stage(StrEnum):
    """A stage of the life cycle, in the standard's order."""

    OPERATIONAL_AWARENESS = "operational_awareness"
    KNOWLEDGE = "knowledge"
    INTERNAL_ASSESSMENT = "internal_assessment"
    PARTNER_SELECTION = "partner_selection"
    WORKING_TOGETHER = "working_together"
    VALUE_CREATION = "value_creation"
    STAYING_TOGETHER = "staying_together"
    EXIT_STRATEGY = "exit_strategy"


NAMES: dict[Stage, str] = {
    Stage.OPERATIONAL_AWARENESS: N_("Operational awareness"),
    Stage.KNOWLEDGE: N_("Knowledge"),
    Stage.INTERNAL_ASSESSMENT: N_("Internal assessment"),
    Stage.PARTNER_SELECTION: N_("Partner selection"),
    Stage.WORKING_TOGETHER: N_("Working together"),
    Stage.VALUE_CREATION: N_("Value creation"),
    Stage.STAYING_TOGETHER: N_("Staying together"),
    Stage.EXIT_STRATEGY: N_("Exit strategy activation"),
}
_ORDER = tuple(Stage)


class StageNotReachable(Refusal):
    """A partnership goes on one stage at a time, or back."""

    kind = "conflict"
    message = "A partnership in the stage “%(before)s” cannot move to “%(after)s”."
    remedy = "Move on to “%(next)s”, or back to any earlier stage."


def require_step(before: Stage, after: Stage) -> None:
    """Refuse everything but one step forward or any number back, with :class:`StageNotReachable`."""
    step = _ORDER.index(after) - _ORDER.index(before)
    if step == 0 or step > 1:
        following = _ORDER[min(_ORDER.index(before) + 1, len(_ORDER) - 1)]
        raise StageNotReachable(
            before=Term(NAMES[before]), after=Term(NAMES[after]), next=Term(NAMES[following])
        )
