"""Response types of indicators."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.programs.model.indicator import Indicator
from services.programs.model.period import Measurement, Period
from shared.contracts.vocabulary import Capacity, Measure, MeasurementState, ResultType


class BaselineOut(BaseModel):
    """The baseline of an indicator."""

    value: float | None
    on: date
    comment: str


class MeasurementOut(BaseModel):
    """A measurement; ``corrects`` is the id of the measurement that this one replaced.

    ``judged_by`` is the other party that verified it or disputed it, ``dispute`` why.
    """

    id: UUID
    value: float | None
    comment: str
    on: date
    organisation_id: UUID
    source: str
    evidence: list[UUID]
    measured_at: AwareDatetime
    corrects: UUID | None
    reason: str
    state: MeasurementState
    judged_by: UUID | None
    judged_at: AwareDatetime | None
    dispute: str

    @classmethod
    def of(cls, measurement: Measurement) -> Self:
        """The view of a measurement."""
        return cls.model_validate(measurement, from_attributes=True)


class PeriodOut(BaseModel):
    """A span of days: target, the current measurement (``actual``), and all of them, oldest first."""

    id: UUID
    starts: date
    ends: date
    target: float | None
    target_comment: str
    actual: MeasurementOut | None
    on_target: bool | None
    missing_since: AwareDatetime | None
    history: list[MeasurementOut]

    @classmethod
    def of(cls, indicator: Indicator, period: Period) -> Self:
        """The view of a period."""
        return cls(
            id=period.id,
            starts=period.starts,
            ends=period.ends,
            target=period.target,
            target_comment=period.target_comment,
            actual=MeasurementOut.of(period.current) if period.current else None,
            on_target=indicator.on_target(period),
            missing_since=period.missing_since,
            history=[MeasurementOut.of(measurement) for measurement in period.measurements],
        )


class PointOut(BaseModel):
    """A point of the chart: the baseline, or target and actual at the end of a period."""

    on: date
    baseline: float | None = None
    target: float | None = None
    actual: float | None = None


class IndicatorOut(BaseModel):
    """An indicator with its baseline, targets and measurements; ``series`` is ready to draw."""

    id: UUID
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
    baseline: BaselineOut | None
    dimensions: dict[str, str]
    locations: list[str]
    defined_at: AwareDatetime
    periods: list[PeriodOut]
    series: list[PointOut]

    @classmethod
    def of(cls, indicator: Indicator) -> Self:
        """The view of an indicator."""
        baseline = None
        if indicator.baseline_on is not None:
            baseline = BaselineOut(
                value=indicator.baseline_value,
                on=indicator.baseline_on,
                comment=indicator.baseline_comment,
            )
        return cls.model_validate(
            {
                **vars(indicator),
                "baseline": baseline,
                "periods": [PeriodOut.of(indicator, period) for period in indicator.in_order],
                "series": _series(indicator),
            }
        )


def _series(indicator: Indicator) -> list[PointOut]:
    points = [
        PointOut(on=point.ends, target=point.target, actual=point.current.value if point.current else None)
        for point in indicator.in_order
    ]
    if indicator.baseline_on is not None:
        points.insert(0, PointOut(on=indicator.baseline_on, baseline=indicator.baseline_value))
    return points
