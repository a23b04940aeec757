"""Indicators over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from services.programs.api.indicator_views import IndicatorOut
from services.programs.commands import indicators as commands
from services.programs.commands import measurements
from services.programs.commands.fields import Figure
from services.programs.model.indicator import Baseline
from services.programs.permissions import COORDINATOR, PARTY
from services.programs.queries import indicators as queries
from shared.contracts.programs import Capacity, Measure, ResultType
from shared.fields import AreaCode, Day, Line, Note, Prose, RequestBody, Word
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("indicators")


class BaselineIn(RequestBody):
    """Where it stood before; without a value where the indicator is qualitative."""

    value: Figure | None = None
    on: Day
    comment: Note = ""


class IndicatorIn(RequestBody):
    """What shall be measured, in the shape of an IATI indicator; ``ascending`` when more is better."""

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
    dimensions: Annotated[dict[Word, Word], Field(max_length=20)] = Field(default_factory=dict)
    locations: Annotated[list[AreaCode], Field(max_length=50)] = Field(default_factory=list)

    def command(self) -> commands.DefineIndicator:
        """What is asked for."""
        values = dict(self) | {
            "baseline": Baseline(**dict(self.baseline)) if self.baseline else None,
            "dimensions": tuple(self.dimensions.items()),
            "locations": tuple(self.locations),
        }
        return commands.DefineIndicator(**values)


class TargetIn(RequestBody):
    """What shall be reached; without a value where the indicator is qualitative, or where none is set."""

    target: Figure | None = None
    comment: Note = ""


class PeriodIn(TargetIn):
    """A span of days, both included, and what shall be reached in it."""

    starts: Day
    ends: Day


class MeasurementIn(RequestBody):
    """What was found on a day: a value, or for a qualitative indicator a comment."""

    value: Figure | None = None
    comment: Note = ""
    on: Day
    source: Line
    evidence: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)

    def found(self) -> measurements.Found:
        """What was found."""
        evidence = tuple(dict.fromkeys(self.evidence))
        return measurements.Found(self.value, self.comment, self.on, self.source, evidence)


class CorrectedMeasurementIn(MeasurementIn):
    """The same, and why the earlier measurement is not right."""

    reason: Prose


@operations.post(
    "/indicators",
    may=COORDINATOR + PARTY,
    label=N_("define an indicator"),
    status_code=201,
    response_model=IndicatorOut,
)
async def define_indicator(body: IndicatorIn, door: DoorDep) -> Response:
    """Define an indicator (role coordinator, or representative of a bound party)."""
    return await door.create(commands.define_indicator, body.command(), IndicatorOut.of)


@operations.get("/indicators", may=PUBLIC)
async def list_indicators(
    door: DoorDep,
    paging: PageDep,
    program_id: UUID | None = None,
    partnership_id: UUID | None = None,
    problem_id: UUID | None = None,
    result: ResultType | None = None,
    measure: Measure | None = None,
    capacity: Capacity | None = None,
) -> Page[IndicatorOut]:
    """List indicators."""
    wanted = {
        "program_id": program_id,
        "partnership_id": partnership_id,
        "problem_id": problem_id,
        "result": result,
        "measure": measure,
        "capacity": capacity,
    }
    found = await door.read(queries.list_indicators, wanted, paging.after, paging.limit + 1)
    return paging.page(found, IndicatorOut.of, lambda one: one.id)


@operations.get("/indicators/{indicator_id}", may=PUBLIC)
async def show_indicator(indicator_id: UUID, door: DoorDep, response: Response) -> IndicatorOut:
    """Show an indicator: baseline, periods with target, actual and earlier measurements, and a series."""
    found = await door.read(queries.indicator, indicator_id)
    response.headers["ETag"] = etag(found.version)
    return IndicatorOut.of(found)


@operations.post(
    "/indicators/{indicator_id}/periods",
    may=COORDINATOR + PARTY,
    label=N_("plan a period of an indicator"),
    status_code=201,
    response_model=IndicatorOut,
)
async def plan_period(indicator_id: UUID, body: PeriodIn, door: DoorDep) -> Response:
    """Add a period with its target (role coordinator, or representative of a bound party)."""
    command = commands.PlanPeriod(indicator_id, **dict(body))
    return await door.create(commands.plan_period, command, IndicatorOut.of)


@operations.post(
    "/indicators/{indicator_id}/periods/{period_id}/target",
    may=COORDINATOR + PARTY,
    label=N_("set a target"),
    response_model=IndicatorOut,
)
async def set_target(indicator_id: UUID, period_id: UUID, body: TargetIn, door: DoorDep) -> Response:
    """Set another target for a period that is not measured (coordinator, or a bound party)."""
    command = commands.SetTarget(indicator_id, period_id, body.target, body.comment)
    return await door.do(commands.set_target, command, IndicatorOut.of)


@operations.post(
    "/indicators/{indicator_id}/periods/{period_id}/measurements",
    may=PARTY,
    label=N_("measure an indicator"),
    status_code=201,
    response_model=IndicatorOut,
)
async def measure_indicator(
    indicator_id: UUID, period_id: UUID, body: MeasurementIn, door: DoorDep
) -> Response:
    """Record what was reached in a period (role representative, of a bound party)."""
    command = measurements.MeasureIndicator(indicator_id, period_id, body.found())
    return await door.create(measurements.measure_indicator, command, IndicatorOut.of)


@operations.post(
    "/indicators/{indicator_id}/measurements/{measurement_id}/correct",
    may=PARTY,
    label=N_("correct a measurement"),
    response_model=IndicatorOut,
)
async def correct_measurement(
    indicator_id: UUID, measurement_id: UUID, body: CorrectedMeasurementIn, door: DoorDep
) -> Response:
    """Correct the current measurement of a period, for a reason; the earlier one stays readable."""
    command = measurements.CorrectMeasurement(indicator_id, measurement_id, body.found(), body.reason)
    return await door.do(measurements.correct_measurement, command, IndicatorOut.of)


@operations.get("/indicators/{indicator_id}/timeline", may=PUBLIC)
async def show_indicator_timeline(indicator_id: UUID, door: DoorDep) -> list[Happened]:
    """What happened to an indicator, oldest first."""
    return [Happened.of(one) for one in await door.read(queries.timeline, indicator_id)]
