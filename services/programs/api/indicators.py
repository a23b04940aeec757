"""Indicators API."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from services.programs.api.indicator_views import IndicatorOut
from services.programs.commands import indicators as commands
from services.programs.commands import measurements
from services.programs.permissions import COORDINATOR, PARTY
from services.programs.queries import indicators as queries
from shared.contracts.vocabulary import Capacity, Measure, ResultType
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("indicators")


operations.create(
    "/indicators",
    commands.define_indicator,
    may=COORDINATOR + PARTY,
    label=N_("define an indicator"),
    shows=IndicatorOut,
)
operations.create(
    "/indicators/{indicator_id}/periods",
    commands.plan_period,
    may=COORDINATOR + PARTY,
    label=N_("plan a period of an indicator"),
    shows=IndicatorOut,
)
operations.do(
    "/indicators/{indicator_id}/periods/{period_id}/target",
    commands.set_target,
    may=COORDINATOR + PARTY,
    label=N_("set a target"),
    shows=IndicatorOut,
)
operations.create(
    "/indicators/{indicator_id}/periods/{period_id}/measurements",
    measurements.measure_indicator,
    may=PARTY,
    label=N_("measure an indicator"),
    shows=IndicatorOut,
)
operations.do(
    "/indicators/{indicator_id}/measurements/{measurement_id}/correct",
    measurements.correct_measurement,
    may=PARTY,
    label=N_("correct a measurement"),
    shows=IndicatorOut,
)
operations.do(
    "/indicators/{indicator_id}/measurements/{measurement_id}/verify",
    measurements.verify_measurement,
    may=PARTY,
    label=N_("verify a measurement"),
    shows=IndicatorOut,
)
operations.do(
    "/indicators/{indicator_id}/measurements/{measurement_id}/dispute",
    measurements.dispute_measurement,
    may=PARTY,
    label=N_("dispute a measurement"),
    shows=IndicatorOut,
)


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
    indicators = await door.read(queries.list_indicators, wanted, paging.after, paging.limit + 1)
    return paging.page(indicators, IndicatorOut.of, lambda item: item.id)


@operations.get("/indicators/{indicator_id}", may=PUBLIC)
async def show_indicator(indicator_id: UUID, door: DoorDep, response: Response) -> IndicatorOut:
    """Show an indicator: baseline, periods with target, actual and earlier measurements, and a series."""
    indicator = await door.read(queries.indicator, indicator_id)
    response.headers["ETag"] = etag(indicator.version)
    return IndicatorOut.of(indicator)


@operations.get("/indicators/{indicator_id}/timeline", may=PUBLIC)
async def show_indicator_timeline(indicator_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to an indicator, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, indicator_id)]
