"""Indicators: definition, periods, targets, missing measurements."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.programs.commands.fields import Figure
from services.programs.commands.references import problem_of, program_of
from services.programs.model.indicator import Indicator
from services.programs.model.period import Period
from services.programs.model.program import Program
from services.programs.tables.partnerships import REGISTRY
from shared import areas
from shared.command import Command, Part
from shared.contracts.programs import IndicatorDefined, MeasurementMissing, TargetSet
from shared.contracts.vocabulary import Capacity, Measure, ProgramState, ResultType
from shared.database.timers import Due
from shared.database.transaction import Transaction
from shared.fields import AreaCode, Day, Line, Note, Once, Word

MISSING = "measurement-missing"


class BaselineIn(Part):
    """The baseline; without a value if the indicator is qualitative."""

    value: Figure | None = None
    on: Day
    comment: Note = ""


class DefineIndicator(Command):
    """Define an indicator (coordinator, or representative of a bound party).

    It has the structure of an IATI indicator; ``ascending`` if more is better. ``dimensions`` are names
    with their values.
    """

    program_id: UUID
    problem_id: UUID | None = None
    title: Line
    description: Note = ""
    result: ResultType
    measure: Measure
    ascending: bool = True
    aggregation_status: bool = False
    capacity: Capacity | None = None
    baseline: BaselineIn | None = None
    dimensions: Annotated[dict[Word, Word], Field(max_length=20, default_factory=dict)]
    locations: Annotated[tuple[AreaCode, ...], Field(max_length=50), Once] = ()


class PlanPeriod(Command):
    """Add a period with its target (coordinator, or representative of a bound party).

    A period is a span of days, both included. It has no target if the indicator is qualitative, or none is
    set.
    """

    indicator_id: UUID
    target: Figure | None = None
    comment: Note = ""
    starts: Day
    ends: Day


class SetTarget(Command):
    """Change the target of a period that has not been measured (coordinator, or a bound party)."""

    indicator_id: UUID
    period_id: UUID
    target: Figure | None = None
    comment: Note = ""


def define_indicator(tx: Transaction, command: DefineIndicator) -> Indicator:
    """Define an indicator as a coordinator or a bound party."""
    program = program_of(tx, command.program_id)
    REGISTRY.permit(tx, program)
    program.require_approved()
    problem_of(tx, program, command.problem_id)
    for place in command.locations:
        areas.require(place)
    indicator = _indicator(tx, program, command)
    indicator.check(REGISTRY.today_of(tx, program, *command.locations))
    tx.add(indicator)
    tx.record(_defined(indicator))
    return indicator


def _indicator(tx: Transaction, program: Program, command: DefineIndicator) -> Indicator:
    baseline = command.baseline
    return Indicator(
        id=tx.new_id(),
        agency=program.agency,
        program_id=program.id,
        partnership_id=program.partnership_id,
        problem_id=command.problem_id,
        title=command.title,
        description=command.description,
        result=command.result,
        measure=command.measure,
        ascending=command.ascending,
        aggregation_status=command.aggregation_status,
        capacity=command.capacity,
        baseline_value=baseline.value if baseline else None,
        baseline_on=baseline.on if baseline else None,
        baseline_comment=baseline.comment if baseline else "",
        defined_at=tx.now,
        dimensions=dict(command.dimensions),
        locations=list(command.locations),
    )


def _defined(indicator: Indicator) -> IndicatorDefined:
    return IndicatorDefined(
        indicator_id=indicator.id,
        program_id=indicator.program_id,
        partnership_id=indicator.partnership_id,
        problem_id=indicator.problem_id,
        title=indicator.title,
        result=indicator.result,
        measure=indicator.measure,
        ascending=indicator.ascending,
        capacity=indicator.capacity,
        baseline=indicator.baseline_value,
        baseline_on=indicator.baseline_on,
    )


def plan_period(tx: Transaction, command: PlanPeriod) -> Indicator:
    """Add a period with its target, as a coordinator or a bound party.

    No missing measurement is announced for a period that was due before it was planned.
    """
    indicator = tx.get(Indicator, command.indicator_id)
    REGISTRY.permit(tx, indicator)
    period = Period(tx.new_id(), command.starts, command.ends, command.target, command.comment)
    indicator.plan(period)
    if period.missing_from > tx.today:
        tx.set_timer(MISSING, indicator.id, tx.start_of(period.missing_from), key=str(period.id))
    _target_set(tx, indicator, period)
    return indicator


def set_target(tx: Transaction, command: SetTarget) -> Indicator:
    """Change the target of a period that is not measured, as a coordinator or a bound party."""
    indicator = tx.get(Indicator, command.indicator_id)
    REGISTRY.permit(tx, indicator)
    period = indicator.period(command.period_id)
    indicator.aim(period, command.target, command.comment)
    _target_set(tx, indicator, period)
    return indicator


def measurement_missing(tx: Transaction, due: Due) -> None:
    """Fires thirty days after a period's end: record that its measurement is missing, if it is."""
    indicator = tx.get(Indicator, due.about)
    period = indicator.period(UUID(due.key))
    if program_of(tx, indicator.program_id).state is ProgramState.ABANDONED:
        return
    if indicator.miss(period, tx.now):
        tx.record(
            MeasurementMissing(
                indicator_id=indicator.id,
                program_id=indicator.program_id,
                partnership_id=indicator.partnership_id,
                title=indicator.title,
                period_start=period.starts,
                period_end=period.ends,
            )
        )


def _target_set(tx: Transaction, indicator: Indicator, period: Period) -> None:
    tx.record(
        TargetSet(
            indicator_id=indicator.id,
            program_id=indicator.program_id,
            partnership_id=indicator.partnership_id,
            period_start=period.starts,
            period_end=period.ends,
            target=period.target,
        )
    )
