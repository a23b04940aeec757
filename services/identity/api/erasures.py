"""Erasures API: erases persons (administrators), shows progress (auditors)."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.identity.commands import erasures as commands
from services.identity.model.erasure import Erasure, Step
from services.identity.permissions import ADMINISTRATOR, AUDITOR
from services.identity.queries import erasures as queries
from shared.contracts.audit import ACTS
from shared.http.door import DoorDep
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations, View
from shared.i18n import N_
from shared.identity.permissions import by_people

operations = Operations("erasures")


class StepOut(BaseModel):
    """The progress of a service; ``rows`` is how many rows with personal data were blanked or deleted."""

    service: str
    finished_at: datetime | None
    rows: int | None

    @classmethod
    def of(cls, service: str, step: Step | None) -> Self:
        """The view of a step, done or not."""
        if step is None:
            return cls(service=service, finished_at=None, rows=None)
        return cls(service=service, finished_at=step.finished_at, rows=step.rows)


class ErasureOut(BaseModel):
    """An erasure; it is complete when no service has personal data left."""

    id: UUID
    person_id: UUID
    why: str
    ordered_at: datetime
    ordered_by: str
    services: list[StepOut]
    complete: bool

    @classmethod
    def of(cls, progress: tuple[Erasure, list[Step]]) -> Self:
        """The view of an erasure with the steps done."""
        erasure, steps = progress
        done = {step.service: step for step in steps}
        services = [StepOut.of(name, done.get(name)) for name in ACTS]
        return cls(
            id=erasure.id,
            person_id=erasure.person_id,
            why=erasure.why,
            ordered_at=erasure.ordered_at,
            ordered_by=erasure.ordered_by,
            services=services,
            complete=all(service.finished_at is not None for service in services),
        )

    @classmethod
    def ordered(cls, erasure: Erasure) -> Self:
        """The view of an erasure that has just been ordered."""
        return cls.of((erasure, []))


ORDERED: View[Erasure] = View(ErasureOut, lambda _: ErasureOut.ordered)

operations.create(
    "/persons/{person_id}/erase",
    commands.erase_person,
    may=by_people(ADMINISTRATOR),
    label=N_("erase a person"),
    shows=ORDERED,
)


@operations.get("/erasures", may=AUDITOR, label=N_("see erasures"))
async def list_erasures(door: DoorDep, paging: PageDep) -> Page[ErasureOut]:
    """List the erasures of your agency (administrator, auditor)."""
    erasures = await door.read(queries.list_erasures, paging.after, paging.limit + 1)
    return paging.page(erasures, ErasureOut.of, lambda item: item[0].id)


@operations.get("/erasures/{erasure_id}", may=AUDITOR, label=N_("see an erasure"))
async def show_erasure(erasure_id: UUID, door: DoorDep) -> ErasureOut:
    """Show one erasure of your agency: who ordered it, and which services have finished."""
    return ErasureOut.of(await door.read(queries.erasure, erasure_id))
