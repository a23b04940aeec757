"""Stage templates API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.programs.commands import templates as commands
from services.programs.model.template import StageTemplate
from services.programs.queries import templates as queries
from shared.contracts.vocabulary import Phase
from shared.fields import Day, Slug
from shared.http.door import DoorDep, etag
from shared.http.history import Happened
from shared.http.paging import Page, PageDep
from shared.http.routes import Operations
from shared.i18n import N_, Locale, negotiate
from shared.identity.permissions import PUBLIC, Role, may

operations = Operations("templates")


class TextOut(BaseModel):
    """A text in its languages."""

    id: str
    en: str | None = None


class TemplateStageOut(BaseModel):
    """A stage of a template."""

    position: int
    title: TextOut
    phase: Phase | None
    deliverables: list[TextOut]
    offset: int
    days: int
    depends_on: list[int]


class TemplateOut(BaseModel):
    """A template; ``shipped`` ones come with the software, others were added by ``agency``."""

    id: UUID
    agency: str
    problem_type: str
    shipped: bool
    title: TextOut
    description: TextOut
    stages: list[TemplateStageOut]

    @classmethod
    def of(cls, template: StageTemplate) -> Self:
        """The view of a template."""
        return cls.model_validate(template, from_attributes=True)


class PlannedOut(BaseModel):
    """A stage as ``POST /v1/programs`` accepts it; ``responsible`` is null until a party is named."""

    title: str
    responsible: UUID | None
    phase: Phase | None
    deliverables: list[str]
    depends_on: list[int]
    planned_start: date
    planned_end: date


class PlanOut(BaseModel):
    """A template turned into stages with dates, to be adapted."""

    template_id: UUID
    planned_start: date
    planned_end: date
    stages: list[PlannedOut]


operations.create(
    "/templates",
    commands.add_template,
    may=may(Role.COORDINATOR),
    label=N_("add a stage template"),
    shows=TemplateOut,
)


@operations.get("/templates", may=PUBLIC)
async def list_templates(
    door: DoorDep, paging: PageDep, problem_type: Slug | None = None
) -> Page[TemplateOut]:
    """List templates: those for a type of problem including the general ones, or all."""
    templates = await door.read(queries.list_templates, problem_type, paging.after, paging.limit + 1)
    return paging.page(templates, TemplateOut.of, lambda item: item.id)


@operations.get("/templates/{template_id}", may=PUBLIC)
async def show_template(template_id: UUID, door: DoorDep, response: Response) -> TemplateOut:
    """Show one template in its languages."""
    template = await door.read(queries.template, template_id)
    response.headers["ETag"] = etag(template.version)
    return TemplateOut.of(template)


@operations.get("/templates/{template_id}/timeline", may=PUBLIC)
async def show_template_timeline(template_id: UUID, door: DoorDep) -> list[Happened]:
    """List everything that happened to a template, oldest first; nothing for shipped ones."""
    return [Happened.of(event) for event in await door.read(queries.timeline, template_id)]


@operations.get("/templates/{template_id}/plan", may=PUBLIC)
async def plan_template(
    template_id: UUID,
    start: Day,
    door: DoorDep,
    language: Locale | None = None,
    responsible: UUID | None = None,
) -> PlanOut:
    """Turn a template into stages with dates, in the reader's language or in ``language``.

    ``start`` is the first day; ``responsible`` is filled in as the party of every stage.
    """
    template = await door.read(queries.template, template_id)
    chosen = language or negotiate(door.request.headers.get("accept-language"))
    stages = [
        PlannedOut.model_validate({**asdict(plan), "responsible": responsible})
        for plan in template.plan(start, chosen)
    ]
    return PlanOut(
        template_id=template.id,
        planned_start=min(stage.planned_start for stage in stages),
        planned_end=max(stage.planned_end for stage in stages),
        stages=stages,
    )
