"""Indicator periods and their measurements; corrections keep earlier measurements."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.contracts.vocabulary import Measure
from shared.refusal import Refusal

GRACE = timedelta(days=30)
"""How long after a period's end its measurement counts as missing."""


class PeriodReversed(Refusal):
    """A period ends on or after its first day."""

    kind = "invalid"
    message = "The period ends on %(ends)s, before it begins on %(starts)s."
    remedy = "Enter a last day on or after the first day of the period."


class PeriodsOverlap(Refusal):
    """The periods of an indicator do not overlap."""

    kind = "conflict"
    message = "The indicator already has an overlapping period, from %(starts)s to %(ends)s."
    remedy = "Choose days outside the existing periods, or set the target of that period."


class TargetAfterMeasurement(Refusal):
    """A target cannot change once the result is known."""

    kind = "conflict"
    message = "The period from %(starts)s to %(ends)s has been measured, so its target cannot change."
    remedy = "Set targets before the period is measured; choose another target for a later period."


class MeasuredAlready(Refusal):
    """A period has one current measurement."""

    kind = "conflict"
    message = "The period from %(starts)s to %(ends)s has already been measured."
    remedy = "Correct its measurement with a reason; the earlier measurement stays readable."


class MeasuredTooEarly(Refusal):
    """A period is measured after it has begun."""

    kind = "invalid"
    message = "The measurement of %(on)s is before its period begins on %(starts)s."
    remedy = "Correct the day of the measurement, or choose the period that includes it."


@dataclass(eq=False)
class Measurement:
    """The measurement of a period: ``value``, or for a qualitative indicator ``comment``.

    ``corrects`` is the id of the measurement that this one replaces, ``reason`` why.
    """

    id: UUID
    value: float | None
    comment: str
    on: date
    organisation_id: UUID
    source: str
    evidence: list[str]
    measured_by: str
    measured_at: datetime
    position: int = 0
    corrects: UUID | None = None
    reason: str = ""


@dataclass(eq=False)
class Period:
    """A span of days, both included, with its target and its measurements."""

    id: UUID
    starts: date
    ends: date
    target: float | None
    target_comment: str
    missing_since: datetime | None = None
    measurements: list[Measurement] = field(default_factory=list)

    @property
    def current(self) -> Measurement | None:
        """The current measurement."""
        return self.measurements[-1] if self.measurements else None

    @property
    def days(self) -> dict[str, str]:
        """Its first and last day, as parameters of refusals."""
        return {"starts": self.starts.isoformat(), "ends": self.ends.isoformat()}

    @property
    def missing_from(self) -> date:
        """The first day on which a measurement counts as missing."""
        return self.ends + timedelta(days=1) + GRACE


def reached(measure: Measure, ascending: bool, actual: float | None, target: float | None) -> bool | None:
    """Whether ``actual`` reaches ``target``: at least it if ascending, else at most it.

    Nominal values name classes and have no order, so only the target class itself counts. None if a number
    is missing, as it always is for qualitative indicators.
    """
    if measure == "qualitative" or actual is None or target is None:
        return None
    if measure == "nominal":
        return actual == target
    return actual >= target if ascending else actual <= target
