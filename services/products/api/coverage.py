"""Coverage plans API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from services.products.commands import coverage as commands
from services.products.permissions import COORDINATOR, PARTY
from services.products.queries import coverage as queries
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import PUBLIC

operations = Operations("coverage")


class ExemptionOut(BaseModel):
    """A cell that needs no product, and why."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    phase: str
    audience: str
    tense: str | None
    reason: str


class CoverageOut(BaseModel):
    """A plan; ``declared_by`` is None when a coordinator of the agency declared it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    agency: str
    audiences: list[str]
    exemptions: list[ExemptionOut]
    declared_by: UUID | None
    declared_at: datetime


operations.do(
    "/coverage-plans/{partnership_id}",
    commands.declare_coverage,
    may=PARTY + COORDINATOR,
    label=N_("declare the audiences of products"),
    shows=View(CoverageOut, lambda _: CoverageOut.model_validate),
    methods=["PUT"],
)


@operations.get("/coverage-plans/{partnership_id}", may=PUBLIC)
async def show_coverage(partnership_id: UUID, door: DoorDep, response: Response) -> CoverageOut:
    """Show the plan of a partnership."""
    plan = await door.read(queries.plan, partnership_id)
    response.headers["ETag"] = etag(plan.version)
    return CoverageOut.model_validate(plan)


@operations.get("/coverage-plans/{partnership_id}/timeline", may=PUBLIC)
async def coverage_timeline(partnership_id: UUID, door: DoorDep) -> list[Happened]:
    """List every declared plan, oldest first."""
    return [Happened.of(event) for event in await door.read(queries.timeline, partnership_id)]
