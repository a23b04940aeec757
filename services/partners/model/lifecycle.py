"""Life cycle of a partnership: eight stages (ISO 44001:2017, clause 8)."""

from __future__ import annotations

from shared.contracts.vocabulary import LifecycleStage
from shared.refusal import Refusal

_ORDER = tuple(LifecycleStage)


class StageNotReachable(Refusal):
    """A partnership moves one stage on at a time, or back."""

    kind = "conflict"
    message = "A partnership in the stage “%(before)s” cannot move to “%(after)s”."
    remedy = "Move on to “%(next)s”, or back to any earlier stage."


def require_step(before: LifecycleStage, after: LifecycleStage) -> None:
    """Refuse everything but one step forward or any number back, with :class:`StageNotReachable`."""
    step = _ORDER.index(after) - _ORDER.index(before)
    if step == 0 or step > 1:
        following = _ORDER[min(_ORDER.index(before) + 1, len(_ORDER) - 1)]
        raise StageNotReachable(before=before, after=after, next=following)
