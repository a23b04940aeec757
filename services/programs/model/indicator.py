"""Indicators (IATI 2.03): baseline, periods with targets and results."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.programs.model.period import (
    Judge,
    MeasuredAlready,
    MeasuredTooEarly,
    Measurement,
    Period,
    PeriodReversed,
    PeriodsOverlap,
    TargetAfterMeasurement,
    reached,
)
from shared.contracts.vocabulary import Capacity, Measure, ResultType
from shared.days import require_past
from shared.refusal import Refusal


class UnknownPeriod(Refusal):
    """The indicator has no such period."""

    kind = "unknown"
    message = "This indicator has no period with the id %(id)s."
    remedy = "Open the indicator to see its periods."


class NumberNeeded(Refusal):
    """Only qualitative indicators are not measured in numbers."""

    kind = "invalid"
    message = "An indicator of this measure (%(measure)s) needs a number as its value."
    remedy = "Enter the value, or define a qualitative indicator instead."


class NoNumberAllowed(Refusal):
    """Qualitative indicators are described in words (IATI 2.03: no value for the measure 5)."""

    kind = "invalid"
    message = "A qualitative indicator has no numeric value."
    remedy = "Leave the value out and describe it in the comment."


class CommentNeeded(Refusal):
    """A qualitative measurement needs a comment."""

    kind = "invalid"
    message = "A qualitative measurement needs a comment."
    remedy = "Describe the result in the comment."


class UnknownMeasurement(Refusal):
    """The indicator has no such measurement."""

    kind = "unknown"
    message = "This indicator has no measurement with the id %(id)s."
    remedy = "Open the indicator to see its measurements."


class CorrectedAlready(Refusal):
    """Only the current measurement is corrected."""

    kind = "conflict"
    message = "That measurement has already been corrected."
    remedy = "Open the indicator again and use the current measurement of the period."


@dataclass(eq=False)
class Indicator:
    """An indicator of a programme; ``ascending`` if more is better."""

    id: UUID
    agency: str
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    title: str
    description: str
    result: ResultType
    measure: Measure
    ascending: bool
    aggregation_status: bool
    capacity: Capacity | None
    baseline_value: float | None
    baseline_on: date | None
    baseline_comment: str
    defined_at: datetime
    dimensions: dict[str, str] = field(default_factory=dict)
    locations: list[str] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    version: int = 0

    @property
    def in_order(self) -> list[Period]:
        """The periods by their first day."""
        return sorted(self.periods, key=lambda period: period.starts)

    def check(self, today: date) -> None:
        """Validate the baseline; raises refusals of numbers and ``DayToCome``."""
        if self.baseline_on is not None:
            require_past(self.baseline_on, today)
            self._number(self.baseline_value)

    def period(self, period_id: UUID) -> Period:
        """One period; raises :class:`UnknownPeriod`."""
        for period in self.periods:
            if period.id == period_id:
                return period
        raise UnknownPeriod(id=str(period_id))

    def measured(self, measurement_id: UUID) -> Period:
        """The period of a measurement; raises :class:`UnknownMeasurement`."""
        for period in self.periods:
            if any(measurement.id == measurement_id for measurement in period.measurements):
                return period
        raise UnknownMeasurement(id=str(measurement_id))

    def plan(self, period: Period) -> None:
        """Add a period with its target."""
        if period.ends < period.starts:
            raise PeriodReversed(**period.days)
        for planned in self.periods:
            if period.starts <= planned.ends and planned.starts <= period.ends:
                raise PeriodsOverlap(**planned.days)
        self._target(period.target)
        self.periods.append(period)

    def aim(self, period: Period, target: float | None, comment: str) -> None:
        """Change the target of a period that is not measured yet."""
        if period.measurements:
            raise TargetAfterMeasurement(**period.days)
        self._target(target)
        period.target, period.target_comment = target, comment

    def record(self, period: Period, measurement: Measurement, today: date) -> None:
        """Add the first measurement of a period, which is no longer missing."""
        if period.measurements:
            raise MeasuredAlready(**period.days)
        self._append(period, measurement, today)
        period.missing_since = None

    def correct(self, measurement_id: UUID, by: Measurement, reason: str, today: date) -> Period:
        """Replace the current measurement with a newer one, keeping the old; returns its period."""
        period, _ = self.current(measurement_id)
        by.corrects, by.reason = measurement_id, reason
        self._append(period, by, today)
        return period

    def verify(self, measurement_id: UUID, by: Judge, at: datetime) -> tuple[Period, Measurement]:
        """Verify the current measurement of a period; returns both."""
        return self._judge("verify", measurement_id, by, at)

    def dispute(
        self, measurement_id: UUID, by: Judge, at: datetime, reason: str
    ) -> tuple[Period, Measurement]:
        """Dispute the current measurement of a period; returns both. A correction answers the dispute."""
        return self._judge("dispute", measurement_id, by, at, reason)

    def current(self, measurement_id: UUID) -> tuple[Period, Measurement]:
        """A measurement that is the current one of its period, and the period.

        Raises :class:`UnknownMeasurement` and :class:`CorrectedAlready`.
        """
        period = self.measured(measurement_id)
        current = period.current
        if current is None or current.id != measurement_id:
            raise CorrectedAlready
        return period, current

    def miss(self, period: Period, at: datetime) -> bool:
        """Record that a period has no measurement; returns whether that is new."""
        if period.measurements or period.missing_since is not None:
            return False
        period.missing_since = at
        return True

    def on_target(self, period: Period) -> bool | None:
        """Whether the current measurement reaches the target; None if either has no number."""
        current = period.current
        return reached(self.measure, self.ascending, current.value if current else None, period.target)

    def _judge(
        self, act: str, measurement_id: UUID, by: Judge, at: datetime, reason: str = ""
    ) -> tuple[Period, Measurement]:
        period, current = self.current(measurement_id)
        hands = [measurement.measured_by for measurement in period.measurements]
        current.judge(act, by, hands, at, reason)
        return period, current

    def _append(self, period: Period, measurement: Measurement, today: date) -> None:
        require_past(measurement.on, today)
        if measurement.on < period.starts:
            raise MeasuredTooEarly(on=measurement.on, starts=period.starts)
        self._number(measurement.value)
        if self.measure == "qualitative" and not measurement.comment:
            raise CommentNeeded
        measurement.position = len(period.measurements) + 1
        period.measurements.append(measurement)

    def _number(self, value: float | None) -> None:
        self._target(value)
        if value is None and self.measure != "qualitative":
            raise NumberNeeded(measure=self.measure)

    def _target(self, value: float | None) -> None:
        if value is not None and self.measure == "qualitative":
            raise NoNumberAllowed
