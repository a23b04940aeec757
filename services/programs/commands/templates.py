"""Stage templates of agencies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from services.programs.model.template import StageTemplate, TemplateStage, Texts
from shared.command import Command, Part
from shared.contracts.programs import TemplateAdded
from shared.contracts.vocabulary import Phase
from shared.database.transaction import Transaction
from shared.fields import Line, Prose, Slug

LONGEST = 1830
"""Days, about five years: the maximum offset and length of a template's stage."""


class LineIn(Part):
    """A title in Indonesian, and optionally in English."""

    id: Line
    en: Line | None = None


class ProseIn(Part):
    """A text in Indonesian, and optionally in English."""

    id: Prose
    en: Prose | None = None


class TemplateStageIn(Part):
    """A stage that begins ``offset`` days after the first day and takes ``days`` days."""

    title: LineIn
    phase: Phase | None = None
    deliverables: Annotated[tuple[LineIn, ...], Field(max_length=20)] = ()
    offset: Annotated[int, Field(ge=0, le=LONGEST)]
    days: Annotated[int, Field(ge=1, le=LONGEST)]
    depends_on: Annotated[
        tuple[Annotated[int, Field(ge=1, le=50)], ...],
        Field(max_length=50, description="Positions of stages, counted from 1"),
    ] = ()


class AddTemplate(Command):
    """Add a stage template of your agency (coordinator)."""

    problem_type: Slug
    title: LineIn
    description: ProseIn
    stages: Annotated[tuple[TemplateStageIn, ...], Field(min_length=1, max_length=50)]


def add_template(tx: Transaction, command: AddTemplate) -> StageTemplate:
    """Add a template of the actor's agency."""
    template = StageTemplate(
        id=tx.new_id(),
        agency=tx.actor.agency,
        problem_type=command.problem_type,
        title=_texts(command.title),
        description=_texts(command.description),
        stages=[_stage(position, stage) for position, stage in enumerate(command.stages, 1)],
    )
    template.check()
    tx.add(template)
    tx.record(
        TemplateAdded(
            template_id=template.id,
            problem_type=template.problem_type,
            title=template.title["id"],
            stages=len(template.stages),
        )
    )
    return template


def _stage(position: int, stage: TemplateStageIn) -> TemplateStage:
    return TemplateStage(
        position=position,
        title=_texts(stage.title),
        phase=stage.phase,
        deliverables=[_texts(deliverable) for deliverable in stage.deliverables],
        offset=stage.offset,
        days=stage.days,
        depends_on=sorted(set(stage.depends_on)),
    )


def _texts(given: LineIn | ProseIn) -> Texts:
    return {"id": given.id} if given.en is None else {"id": given.id, "en": given.en}
