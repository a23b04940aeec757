"""What is done with stage templates: an agency adds its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from services.programs.model.template import StageTemplate, TemplateStage, Texts
from shared.contracts.programs import Phase, TemplateAdded
from shared.database.transaction import Transaction


class StageShape(TypedDict):
    """A stage of a template to come; see :class:`TemplateStage`."""

    title: Texts
    phase: Phase | None
    deliverables: list[Texts]
    offset: int
    days: int
    depends_on: list[int]


@dataclass(frozen=True, slots=True)
class AddTemplate:
    """Keep a stage template for a type of problem."""

    problem_type: str
    title: Texts
    description: Texts
    stages: tuple[StageShape, ...]


def add_template(tx: Transaction, command: AddTemplate) -> StageTemplate:
    """Add a template of the actor's agency."""
    template = StageTemplate(
        id=tx.new_id(),
        agency=tx.actor.agency,
        problem_type=command.problem_type,
        title=command.title,
        description=command.description,
        stages=[TemplateStage(position=position, **one) for position, one in enumerate(command.stages, 1)],
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
