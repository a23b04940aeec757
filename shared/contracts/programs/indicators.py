"""What is published about indicators."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.contracts.audience import Audience
from shared.contracts.event import Event
from shared.contracts.notice import Notice
from shared.contracts.vocabulary import Capacity, Measure, ResultType
from shared.i18n import N_


class IndicatorDefined(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator defined"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What shall be measured, from which baseline, in the shape of an IATI indicator (2.03)."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    title: str
    result: ResultType
    measure: Measure
    ascending: bool
    capacity: Capacity | None
    baseline: float | None
    baseline_on: date | None


class TargetSet(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Target set"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What shall be reached in a period."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    period_start: date
    period_end: date
    target: float | None


class IndicatorMeasured(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Indicator measured"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """What was reached in a period; ``on_target`` is None where either value is missing."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    title: str
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None


class MeasurementCorrected(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement corrected"),
    audience=Audience.PUBLIC,
    notice=Notice.NONE,
):
    """A measurement was corrected; the earlier one stays readable."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    problem_id: UUID | None
    measurement_id: UUID
    corrects: UUID
    period_start: date
    period_end: date
    on: date
    value: float | None
    target: float | None
    on_target: bool | None
    reason: str


class MeasurementMissing(
    Event,
    publisher="programs",
    aggregate="indicator_id",
    label=N_("Measurement missing"),
    audience=Audience.PUBLIC,
    notice=Notice.ACTION,
):
    """Thirty days after a period ended it has no measurement."""

    indicator_id: UUID
    program_id: UUID
    partnership_id: UUID
    title: str
    period_start: date
    period_end: date
