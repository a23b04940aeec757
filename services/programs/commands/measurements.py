"""What can be done with measurements: record them, and correct them with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.programs.commands.indicators import MISSING
from services.programs.commands.parties import acting_party, today_of
from services.programs.commands.references import check_evidence
from services.programs.model.indicator import Indicator
from services.programs.model.period import Measurement
from shared.contracts.programs import IndicatorMeasured, MeasurementCorrected
from shared.database.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on a day, and from where one knows it."""

    value: float | None
    comment: str
    on: date
    source: str
    evidence: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class MeasureIndicator:
    """Tell what was reached in a period."""

    indicator_id: UUID
    period_id: UUID
    found: Found


@dataclass(frozen=True, slots=True)
class CorrectMeasurement:
    """Tell it anew, for a reason."""

    indicator_id: UUID
    measurement_id: UUID
    found: Found
    reason: str


def measure_indicator(tx: Transaction, command: MeasureIndicator) -> Indicator:
    """Record what was reached in a period, as a bound party."""
    indicator = tx.get(Indicator, command.indicator_id)
    measurement = _measurement(tx, indicator, command.found)
    period = indicator.period(command.period_id)
    indicator.record(period, measurement, _today(tx, indicator))
    tx.drop_timer(MISSING, indicator.id, key=str(period.id))
    tx.record(
        IndicatorMeasured(
            indicator_id=indicator.id,
            program_id=indicator.program_id,
            partnership_id=indicator.partnership_id,
            problem_id=indicator.problem_id,
            measurement_id=measurement.id,
            title=indicator.title,
            period_start=period.starts,
            period_end=period.ends,
            on=measurement.on,
            value=measurement.value,
            target=period.target,
            on_target=indicator.on_target(period),
        )
    )
    return indicator


def correct_measurement(tx: Transaction, command: CorrectMeasurement) -> Indicator:
    """Correct the current measurement of a period, as a bound party."""
    indicator = tx.get(Indicator, command.indicator_id)
    measurement = _measurement(tx, indicator, command.found)
    period = indicator.correct(command.measurement_id, measurement, command.reason, _today(tx, indicator))
    tx.record(
        MeasurementCorrected(
            indicator_id=indicator.id,
            program_id=indicator.program_id,
            partnership_id=indicator.partnership_id,
            problem_id=indicator.problem_id,
            measurement_id=measurement.id,
            corrects=command.measurement_id,
            period_start=period.starts,
            period_end=period.ends,
            on=measurement.on,
            value=measurement.value,
            target=period.target,
            on_target=indicator.on_target(period),
            reason=command.reason,
        )
    )
    return indicator


def _today(tx: Transaction, indicator: Indicator) -> date:
    return today_of(tx, indicator, *indicator.locations)


def _measurement(tx: Transaction, indicator: Indicator, found: Found) -> Measurement:
    party = acting_party(tx, indicator)
    check_evidence(tx, indicator.partnership_id, found.evidence)
    return Measurement(
        id=tx.new_id(),
        value=found.value,
        comment=found.comment,
        on=found.on,
        organisation_id=party,
        source=found.source,
        evidence=[str(one) for one in found.evidence],
        measured_by=tx.actor.person,
        measured_at=tx.now,
    )
