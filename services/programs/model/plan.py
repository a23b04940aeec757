"""Programme plan: stages with parties, dates and dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter

from shared.refusal import Refusal


class DatesReversed(Refusal):
    """A planned end is on or after its start."""

    kind = "invalid"
    message = "The planned end %(end)s is before the planned start %(start)s."
    remedy = "Choose a planned end on or after the planned start."


class DependencyUnknown(Refusal):
    """A stage depends on other stages of its programme."""

    kind = "invalid"
    message = (
        "Stage %(position)s cannot depend on stage %(on)s, which is not another stage of this programme."
    )
    remedy = "Use the positions of other stages, counted from 1."


class CircularDependency(Refusal):
    """Stages in a circle could never begin."""

    kind = "invalid"
    message = "These stages depend on one another in a circle: %(stages)s."
    remedy = "Remove one of these dependencies."


def check_dates(start: date | None, end: date | None) -> None:
    """Refuse an end before the start with :class:`DatesReversed`."""
    if start is not None and end is not None and end < start:
        raise DatesReversed(start=start, end=end)


def dependencies(wanted: Sequence[tuple[int, ...] | None]) -> list[list[int]]:
    """For each stage in order, the positions of the stages on which it depends.

    Raises :class:`DependencyUnknown` and :class:`CircularDependency`.
    """
    resolved = []
    for position, named in enumerate(wanted, 1):
        before = [position - 1] if position > 1 else []
        depends_on = before if named is None else sorted(set(named))
        for dependency in depends_on:
            if dependency == position or not 1 <= dependency <= len(wanted):
                raise DependencyUnknown(position=position, on=dependency)
        resolved.append(depends_on)
    try:
        TopologicalSorter(dict(enumerate(resolved, 1))).prepare()
    except CycleError as error:
        # The first and the last one in the circle are the same stage.
        raise CircularDependency(stages=[str(dependency) for dependency in error.args[1]]) from None
    return resolved
